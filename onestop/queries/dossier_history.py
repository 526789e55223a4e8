"""What happened to a dossier, newest first: who, when, how long, and the notes beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState
from onestop.domain.events import (
    Event,
    PauseClosed,
    PauseOpened,
    PersonalRef,
    Recorded,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepReassigned,
    StepRefused,
    SupplementProposed,
    from_body,
)
from onestop.models.accounts import User
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent, PersonalValue
from onestop.queries.dossier_rows import HistoryRow, StepRow

_OF_A_STEP = (
    StepAccepted,
    StepFinished,
    StepRefused,
    StepReassigned,
    SentBack,
    PauseOpened,
    SupplementProposed,
    ResultAccepted,
    ResultReturned,
)
_SHOWN_VALUES = ("note", "result_number", "taker")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A fact recorded after a page was shown: what, who, when."""

    version: int
    event: Event
    at: datetime
    by: str
    by_id: int


def recorded_events(session: Session, dossier_id: int) -> list[Recorded]:
    """Return the whole history of a dossier as it was written, oldest first."""
    bodies = session.scalars(
        select(DossierEvent.body)
        .where(DossierEvent.dossier_id == dossier_id)
        .order_by(DossierEvent.version)
    )
    return [from_body(body) for body in bodies]


def changes_since(session: Session, code: str, version: int) -> tuple[ChangeRow, ...]:
    """Return what was recorded after `version`, oldest first; the caller checked who may see it."""
    rows = session.execute(
        select(DossierEvent.body, User.display_name)
        .join(Dossier, Dossier.id == DossierEvent.dossier_id)
        .join(User, User.id == DossierEvent.actor_id)
        .where(Dossier.code == code, DossierEvent.version > version)
        .order_by(DossierEvent.version)
    )
    return tuple(_change(from_body(body), name) for body, name in rows)


def history_rows(
    session: Session,
    dossier_id: int,
    recorded: Sequence[Recorded],
    state: DossierState,
    *,
    steps: Sequence[StepRow],
    users: Mapping[int, str],
) -> tuple[HistoryRow, ...]:
    """Return one row for each event, newest first."""
    values = _values(session, dossier_id)
    by_ref = {(step.key, step.attempt): step for step in steps}
    rows = [_row(one, state, by_ref, users) for one in recorded]
    return tuple(_with_values(row, values) for row in reversed(rows))


def _change(recorded: Recorded, name: str) -> ChangeRow:
    return ChangeRow(recorded.version, recorded.event, recorded.recorded_at, name, recorded.actor)


def _row(
    recorded: Recorded,
    state: DossierState,
    steps: Mapping[tuple[str, int], StepRow],
    users: Mapping[int, str],
) -> HistoryRow:
    event = recorded.event
    row = HistoryRow(
        version=recorded.version,
        event=event,
        at=recorded.occurred_at,
        by=users.get(recorded.actor, ""),
        by_id=recorded.actor,
        on_behalf_of=users.get(recorded.on_behalf_of, "") if recorded.on_behalf_of else "",
        skewed=recorded.clock_skew,
    )
    if isinstance(event, PauseClosed):
        return _of_pause(row, event, state, steps)
    if isinstance(event, _OF_A_STEP):
        step = steps.get((event.step, event.attempt))
        ended = isinstance(event, StepFinished | SentBack)
        if isinstance(event, StepReassigned):
            row = replace(row, given_to=users.get(event.holder, ""))
        if step is not None:
            return replace(
                row, step=step.name, agency=step.agency, took=step.took if ended else None
            )
    return row


def _of_pause(
    row: HistoryRow,
    event: PauseClosed,
    state: DossierState,
    steps: Mapping[tuple[str, int], StepRow],
) -> HistoryRow:
    pause = next(p for p in state.pauses if p.pause == event.pause)
    step = steps.get((pause.step, pause.attempt))
    return replace(row, step=step.name, agency=step.agency) if step else row


def _values(session: Session, dossier_id: int) -> dict[str, tuple[str, str | None]]:
    rows = session.execute(
        select(PersonalValue.id, PersonalValue.kind, PersonalValue.value).where(
            PersonalValue.dossier_id == dossier_id, PersonalValue.kind.in_(_SHOWN_VALUES)
        )
    )
    return {row.id: (row.kind, row.value) for row in rows}


def _with_values(row: HistoryRow, values: Mapping[str, tuple[str, str | None]]) -> HistoryRow:
    found: dict[str, Any] = {}
    for ref in _refs(row.event):
        kind, value = values.get(ref.id, ("", None))
        if value is not None:
            found[kind] = value
        elif kind:
            found["erased"] = True
    return replace(row, **found) if found else row


def _refs(event: Event) -> tuple[PersonalRef, ...]:
    refs: tuple[PersonalRef, ...] = getattr(event, "personal", ()) or getattr(event, "persons", ())
    return refs
