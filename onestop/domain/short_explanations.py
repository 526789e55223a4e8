"""Why this date in one line: what was counted, what was skipped, how often the clock stood."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from onestop.domain.explanation import COUNTING, DAY, SKIPPING, ExplanationRow, RowKind
from onestop.domain.limits import Limit
from onestop.domain.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class SkippedSpan:
    """Days skipped for one reason, from the first to the last of them."""

    kind: RowKind
    first_on: date
    last_on: date
    days: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class ShortExplanation:
    """The explanation in one line: what was counted, what was skipped, how often it stood still.

    `starts_at` is when the clock first runs. `due_at` is None while a pause is open.
    """

    limit: Limit
    starts_at: datetime
    due_at: datetime | None
    skipped: tuple[SkippedSpan, ...]
    pauses: int


def short_form(
    limit: Limit, rows: Sequence[ExplanationRow], calendar: WorkingCalendar
) -> ShortExplanation:
    """Return the one-line form of `rows`: neighbouring days with one name are one span."""
    return ShortExplanation(
        limit=limit,
        starts_at=_counting_from(rows),
        due_at=rows[-1].to_at if rows[-1].kind is RowKind.DUE else None,
        skipped=tuple(_skipped_spans(rows, calendar)),
        pauses=sum(row.kind is RowKind.PAUSE for row in rows),
    )


def _counting_from(rows: Sequence[ExplanationRow]) -> datetime:
    """Return when the clock first runs: reception, or where it was moved to."""
    starts_at = rows[0].from_at
    for row in rows:
        if row.kind in COUNTING or row.kind is RowKind.PAUSE:
            break
        if row.kind in (RowKind.MOVED_TO_OPENING, RowKind.MOVED_TO_NEXT_DAY):
            starts_at = row.to_at
    return starts_at


def _skipped_spans(
    rows: Iterable[ExplanationRow], calendar: WorkingCalendar
) -> Iterator[SkippedSpan]:
    """Yield the days skipped, neighbours of one kind and name together."""
    span: SkippedSpan | None = None
    for row in (row for row in rows if row.kind in SKIPPING):
        day = calendar.local_date(row.from_at)
        if span and (span.kind, span.name, span.last_on + DAY) == (row.kind, row.name, day):
            span = replace(span, last_on=day, days=span.days + 1)
            continue
        if span:
            yield span
        span = SkippedSpan(row.kind, day, day, 1, row.name)
    if span:
        yield span
