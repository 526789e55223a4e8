"""Every refusal of the product has its sentences."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest
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


@pytest.mark.parametrize("name", names())
def test_every_refusal_has_an_entry(name: str) -> None:
    assert name in MESSAGES


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_entry_belongs_to_a_refusal(name: str) -> None:
    assert name in names()


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_sentence_is_filled_with_facts_that_the_refusal_has(name: str) -> None:
    names()
    (kind,) = [kind for kind in refusals() if kind.__name__ == name][:1]
    source = "".join(inspect.getsource(parent) for parent in kind.__mro__[:-3])

    wanted = re.findall(r"%\((\w+)\)s", MESSAGES[name].what + MESSAGES[name].then)

    assert [fact for fact in wanted if not re.search(rf"\b{fact}\b", source)] == []


def test_the_facts_of_the_refusal_stand_in_the_sentence(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        assert "ít nhất 15 ký tự" in message_for(PasswordTooShort(15))
