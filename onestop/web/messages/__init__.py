"""Every sentence a refusal can put on a screen: one entry per error class, in a file per area."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onestop.domain.errors import DomainError
from onestop.web.filters import local_date, local_time
from onestop.web.language import gettext
from onestop.web.messages import (
    accounts,
    catalogue,
    codes,
    dossiers,
    fees,
    jobs,
    oversight,
    piles,
    printed,
    reception,
    time,
)
from onestop.web.messages.entry import N_, Message

MESSAGES: dict[str, Message] = {
    **accounts.MESSAGES,
    **time.MESSAGES,
    **catalogue.MESSAGES,
    **reception.MESSAGES,
    **dossiers.MESSAGES,
    **fees.MESSAGES,
    **oversight.MESSAGES,
    **jobs.MESSAGES,
    **piles.MESSAGES,
    **printed.MESSAGES,
    **codes.MESSAGES,
}

# For a class that has no entry yet; a test keeps this from being reached.
_UNKNOWN = Message(
    N_("Yêu cầu này không thực hiện được."), N_("Hãy tải lại trang và thử lại, hoặc báo quản trị.")
)


def message_for(error: DomainError) -> str:
    """Return what happened and what to do now, in the language of the request."""
    return " ".join(text for text in sentences_for(error) if text)


def sentences_for(error: DomainError) -> tuple[str, str]:
    """Return the two sentences apart: what happened, what to do now ("" when nothing)."""
    entry, values = entry_for(error), _values(error)
    return _filled(entry.what, values), _filled(entry.then, values)


def message_of(names: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the same of a refusal that was kept: the names of its class and its parents."""
    known = (MESSAGES[name] for name in names if name in MESSAGES)
    entry = next(known, _UNKNOWN)
    texts = (entry.what, entry.then)
    return " ".join(_filled(text, dict(values)) for text in texts if text)


def entry_for(error: DomainError) -> Message:
    """Return the entry of the error's class, or of the nearest parent that has one."""
    for kind in type(error).__mro__:
        if kind.__name__ in MESSAGES:
            return MESSAGES[kind.__name__]
    return _UNKNOWN


def _filled(text: str, values: dict[str, str]) -> str:
    return gettext(text) % values if text else ""


def _values(error: DomainError) -> dict[str, str]:
    attributes = {name: getattr(error, name, None) for name in _names(error)}
    return {name: _shown(value) for name, value in attributes.items()}


def _names(error: DomainError) -> set[str]:
    slots = {name for kind in type(error).__mro__ for name in getattr(kind, "__slots__", ())}
    return slots | set(vars(error))


def _shown(value: Any) -> str:
    match value:
        case datetime():
            return local_time(value)
        case date():
            return local_date(value)
        case tuple() | list() | set() | frozenset():
            return ", ".join(_shown(one) for one in value)
        case _:
            return str(value)
