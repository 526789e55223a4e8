"""What an input refused, field by field, and the sentence that stands beside each."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from onestop.web.language import gettext
from onestop.web.messages.casework import FIELD_UNREADABLE


class RefusedField(NamedTuple):
    """One complaint: `name` is the outermost field, "" where the whole form is wrong."""

    name: str
    place: tuple[int | str, ...]
    code: str
    values: Mapping[str, Any]


def refused_fields(error: ValidationError) -> Iterator[RefusedField]:
    """Yield every complaint of an input in its order, never with what was typed."""
    for found in error.errors(include_url=False, include_input=False):
        place = found["loc"]
        name = str(place[0]) if place else ""
        yield RefusedField(name, place, str(found["type"]), found.get("ctx") or {})


def field_problems(error: ValidationError, sentences: Mapping[str, str]) -> dict[str, str]:
    """Return the first complaint about each field; one about the whole form stands at the note."""
    problems: dict[str, str] = {}
    for field in refused_fields(error):
        text = sentences.get(field.code, FIELD_UNREADABLE)
        problems.setdefault(field.name or "note", gettext(text, **field.values))
    return problems
