"""The rows of a clock that stands still, and of a date that goes on when it runs again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from onestop.domain.date_history import REOPENED, Written
from onestop.domain.dossier import DossierState, PauseState
from onestop.domain.events import DossierReopened
from onestop.domain.explained_plan import Rows, instant
from onestop.domain.explanation import ExplanationRow, RowKind
from onestop.domain.working_time import Amount, whole_minute


def joined(rows: Rows, more: Rows) -> Rows:
    """Return the rows of a date that was put off: the date before is no longer the last word.

    None when one of the two cannot be told.
    """
    if not rows or not more:
        return ()
    return (*rows[:-1], replace(rows[-1], kind=RowKind.PROMISED), *more)


def never_earlier(rows: Rows, written: Written) -> Rows:
    """Return the rows of a rest; where it ends before the date of before the pause, that holds."""
    before = written.before.counted_promise(written.line.scope) if written.before else None
    due_at = rows[-1].to_at
    if before is None or not due_at < before.due_at == written.line.due_at:
        return rows
    shift = ExplanationRow(RowKind.SHIFTED, due_at, before.due_at, note="never_earlier")
    return (*rows[:-1], shift, instant(RowKind.DUE, before.due_at))


def kept_amount(state: DossierState, scope: str) -> Amount | None:
    """Return what an open pause keeps of a scope's counted date."""
    return next((one.amount for one in state.kept if one.scope == scope), None)


def standstill_rows(written: Written, left: Amount) -> Iterator[ExplanationRow]:
    """Yield the rows of the standstill that ended when a line was written."""
    before, event = written.before, written.recorded.event
    if before is None:
        return
    if isinstance(event, DossierReopened) and before.clock_ended_at:
        begins, ends = whole_minute(before.clock_ended_at), whole_minute(written.at)
        yield ExplanationRow(RowKind.PAUSE, begins, ends, amount=left, note=REOPENED)
    yield from paused_rows(before, left, until=written.at)


def paused_rows(
    state: DossierState, kept: Amount, until: datetime | None = None
) -> Iterator[ExplanationRow]:
    """Yield a row for every pause of the standstill that `state` is in; without end while open."""
    for pause in _standstill(state):
        begins = whole_minute(pause.opened_at)
        ends = whole_minute(pause.closed_at or until or begins)
        yield ExplanationRow(RowKind.PAUSE, begins, ends, amount=kept, note=pause.kind.value)


def _standstill(state: DossierState) -> list[PauseState]:
    """The open pauses and those that overlap them, in order: together they are one standstill."""
    group: list[PauseState] = []
    begins = min((pause.opened_at for pause in state.open_pauses), default=None)
    for pause in sorted(state.pauses, key=lambda one: one.opened_at, reverse=True):
        if begins is not None and (pause.closed_at is None or pause.closed_at >= begins):
            group.append(pause)
            begins = min(begins, pause.opened_at)
    return group[::-1]
