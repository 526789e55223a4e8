"""The exact JSON text of a calendar version, and the compiled calendars kept per text."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

from onestop.domain.calendar_spec import (
    WEEKDAYS,
    CalendarException,
    CalendarSpec,
    Certainty,
    DayKind,
    Hours,
    OpenInterval,
)
from onestop.domain.working_time import WorkingCalendar

FORMAT = 1


def calendar_to_body(spec: CalendarSpec) -> str:
    """Return the JSON text that is stored and hashed; one spec has one text."""
    plain = {
        "v": FORMAT,
        "key": spec.key,
        "version": spec.version,
        "name": spec.name,
        "zone": spec.zone,
        "years": spec.years,
        "working_week": _week_to_plain(spec.working_week),
        "reception_week": _week_to_plain(spec.reception_week),
        "exceptions": [_exception_to_plain(exception) for exception in spec.exceptions],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def calendar_from_body(body: str) -> CalendarSpec:
    """Return the spec that `calendar_to_body` wrote. Raises ValueError for an unknown format."""
    plain = json.loads(body)
    if plain["v"] != FORMAT:
        raise ValueError(f"calendar body of unknown format {plain['v']!r}")
    return CalendarSpec(
        key=plain["key"],
        version=plain["version"],
        name=plain["name"],
        zone=plain["zone"],
        years=tuple(plain["years"]),
        working_week=_week_from_plain(plain["working_week"]),
        reception_week=_week_from_plain(plain["reception_week"]),
        exceptions=tuple(_exception_from_plain(row) for row in plain["exceptions"]),
    )


@lru_cache(maxsize=128)
def compile_calendar(body: str) -> WorkingCalendar:
    """Return the compiled calendar of a stored text; compiled once per process and text."""
    return WorkingCalendar(calendar_from_body(body))


def _week_to_plain(week: tuple[Hours, ...]) -> dict[str, list[str]]:
    return {
        weekday: _hours_to_plain(hours)
        for weekday, hours in zip(WEEKDAYS, week, strict=True)
        if hours
    }


def _week_from_plain(plain: dict[str, list[str]]) -> tuple[Hours, ...]:
    return tuple(_hours_from_plain(plain.get(weekday, [])) for weekday in WEEKDAYS)


def _hours_to_plain(hours: Hours) -> list[str]:
    return [str(interval) for interval in hours]


def _hours_from_plain(plain: list[str]) -> Hours:
    return tuple(OpenInterval.parse(text) for text in plain)


def _exception_to_plain(exception: CalendarException) -> dict[str, Any]:
    plain: dict[str, Any] = {"on": exception.on.isoformat(), "kind": exception.kind}
    plain["name"] = exception.name
    if exception.hours:
        plain["hours"] = _hours_to_plain(exception.hours)
    plain["certainty"] = exception.certainty
    plain["source"] = exception.source
    return plain


def _exception_from_plain(plain: dict[str, Any]) -> CalendarException:
    return CalendarException(
        on=date.fromisoformat(plain["on"]),
        kind=DayKind(plain["kind"]),
        name=plain["name"],
        hours=_hours_from_plain(plain.get("hours", [])),
        source=plain["source"],
        certainty=Certainty(plain["certainty"]),
    )
