"""Every refusal of the product has its sentences."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

from flask import Flask

import onestop.documents
import onestop.domain
import onestop.inputs
import onestop.services
from onestop.domain.accounts import PasswordTooShort
from onestop.domain.errors import DomainError
from onestop.web.messages import MESSAGES, message_for

PACKAGES = (onestop.domain, onestop.services, onestop.inputs, onestop.documents)


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("onestop."):
            yield child
        yield from refusals(child)


def names() -> list[str]:
    for package in PACKAGES:
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    return sorted({kind.__name__ for kind in refusals()})


def test_every_refusal_has_an_entry_and_every_entry_a_refusal() -> None:
    known = names()

    assert known
    assert set(known) == set(MESSAGES)


def test_every_sentence_is_filled_with_facts_that_the_refusal_has() -> None:
    names()
    kinds = {kind.__name__: kind for kind in reversed(list(refusals()))}

    unknown = {name: facts_missing_from(kinds[name]) for name in MESSAGES}

    assert {name: facts for name, facts in unknown.items() if facts} == {}


def facts_missing_from(kind: type[DomainError]) -> list[str]:
    """What the sentences of a refusal name and its class does not."""
    source = "".join(inspect.getsource(parent) for parent in kind.__mro__[:-3])
    message = MESSAGES[kind.__name__]
    wanted = re.findall(r"%\((\w+)\)s", message.what + message.then)
    return [fact for fact in wanted if not re.search(rf"\b{fact}\b", source)]


def test_the_facts_of_the_refusal_stand_in_the_sentence(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        assert "ít nhất 15 ký tự" in message_for(PasswordTooShort(15))
