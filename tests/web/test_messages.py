"""Every refusal of the product has its sentences."""

import importlib
import pkgutil
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


def test_the_facts_of_the_refusal_stand_in_the_sentence(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        assert "ít nhất 15 ký tự" in message_for(PasswordTooShort(15))
