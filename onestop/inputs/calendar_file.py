"""Working calendars written back as the file that `inputs.calendars` reads."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import yaml

from onestop.domain.calendar_spec import (
    WEEKDAYS,
    CalendarException,
    CalendarSpec,
    Certainty,
    Hours,
)

Sources = Mapping[Certainty, str]


def calendar_file_text(specs: Sequence[CalendarSpec], *, heading: str) -> str:
    """Return the file of these calendars: read again, it gives the same, days in order of date.

    What all calendars say stands once, at the end. Raises ValueError for calendars of different
    zones or years: a file has one of each.
    """
    ((zone, years),) = {(spec.zone, spec.years) for spec in specs}
    shared = set.intersection(*(set(spec.exceptions) for spec in specs))
    sources = _common_sources(row for spec in specs for row in spec.exceptions)
    lines = [*(f"# {line}" for line in heading.splitlines()), ""]
    lines += [f"zone: {zone}", f"years: {_flow(map(str, years))}", ""]
    lines += _sources_lines(sources)
    lines += ["calendars:"]
    for spec in specs:
        lines += _calendar_lines(spec, shared, sources)
    lines += _exception_lines(shared, sources, indent="")
    return "\n".join(lines) + "\n"


def _common_sources(rows: Iterable[CalendarException]) -> Sources:
    """The source most days of one certainty have; none where a day has no source at all."""
    counts: dict[Certainty, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.certainty, Counter())[row.source] += 1
    return {
        certainty: counted.most_common(1)[0][0]
        for certainty, counted in counts.items()
        if "" not in counted
    }


def _sources_lines(sources: Sources) -> list[str]:
    if not sources:
        return []
    ordered = ((certainty, sources[certainty]) for certainty in Certainty if certainty in sources)
    return ["sources:", *(f"  {c.value}: {_text(text)}" for c, text in ordered), ""]


def _calendar_lines(
    spec: CalendarSpec, shared: set[CalendarException], sources: Sources
) -> Iterator[str]:
    yield f"  - key: {spec.key}"
    yield f"    name: {_text(spec.name or spec.key)}"
    yield from _week_lines("working_week", spec.working_week)
    if spec.reception_week != spec.working_week:
        yield from _week_lines("reception_week", spec.reception_week)
    yield from _exception_lines(set(spec.exceptions) - shared, sources, indent="    ")
    yield ""


def _week_lines(field: str, week: tuple[Hours, ...]) -> Iterator[str]:
    yield f"    {field}:"
    for weekday, hours in zip(WEEKDAYS, week, strict=True):
        if hours:
            yield f"      {weekday}: {_flow(map(str, hours))}"


def _exception_lines(
    rows: Iterable[CalendarException], sources: Sources, *, indent: str
) -> Iterator[str]:
    ordered = sorted(rows, key=lambda row: (row.on, row.kind, row.name))
    if ordered:
        yield f"{indent}exceptions:"
    year = None
    for row in ordered:
        if year not in (None, row.on.year):
            yield ""
        year = row.on.year
        yield f"{indent}  - {_exception(row, sources)}"


def _exception(row: CalendarException, sources: Sources) -> str:
    plain = {"on": row.on.isoformat(), "kind": row.kind.value, "name": _text(row.name)}
    if row.hours:
        plain["hours"] = _flow(map(str, row.hours))
    plain["certainty"] = row.certainty.value
    if row.source and row.source != sources.get(row.certainty):
        plain["source"] = _text(row.source)
    return "{" + ", ".join(f"{field}: {value}" for field, value in plain.items()) + "}"


def _flow(values: Iterable[str]) -> str:
    """Return a list of plain values on one line."""
    return f"[{', '.join(values)}]"


def _text(text: str) -> str:
    """Return a text as YAML writes it inside of a list: quoted where it must be."""
    dumped: str = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10_000)
    return dumped.strip()[1:-1]
