"""An announced day enters the calendars: shown first, then every date that it moves, at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text
from sqlalchemy.orm import Session

from onestop.domain.calendar_changes import CalendarChange
from onestop.domain.calendar_moves import Shifts, move_dates
from onestop.domain.calendar_previews import ChangedCalendar, MovedDate, ShownChange, token_of
from onestop.domain.errors import DomainError
from onestop.domain.events import DatesMoved, Ground, StepRef
from onestop.domain.office_time import office_date
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.dossiers import LIVE_STEP, Dossier, Pause, Promise, Step
from onestop.services.calendar_reach import CalendarToBe, Reach, calendars_to_be, save_to_be
from onestop.services.calendars import agency_calendars, claim_calendars
from onestop.services.event_log import (
    Loaded,
    PreparedEvents,
    load_each,
    prepare_each,
    write_prepared,
)

CHUNK = 500
Told = Callable[[int, int], None]
"""Is told how many of how many dossiers were looked at."""
NOBODY = 0
"""Who acts in a preview: nothing of it is kept."""


class PreviewOutdated(DomainError):
    """Between preview and confirmation something changed: `now` is what would move now."""

    def __init__(self, shown: str, now: "CalendarPreview") -> None:
        super().__init__(f"{shown!r} was shown, {now.token!r} is true now", now)
        self.shown, self.found = shown, now.token

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def now(self) -> "CalendarPreview":
        """What would move now; no attribute, because those are shown in sentences."""
        preview: CalendarPreview = self.args[1]
        return preview


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """What a change does to open dossiers: every date, by dossier, and how many there are.

    `past` are days of the change that are over.
    """

    calendars: tuple[CalendarToBe, ...]
    moves: tuple[MovedDate, ...]
    dossiers: int
    past: tuple[date, ...]

    @property
    def steps(self) -> int:
        """How many running steps get a later date."""
        return sum(move.scope.startswith("step:") for move in self.moves)

    @property
    def terms(self) -> int:
        """How many citizens get more time to bring papers."""
        return sum(move.scope.startswith("term:") for move in self.moves)

    @property
    def promises(self) -> int:
        """How many ledger lines are written."""
        return len(self.moves) - self.steps - self.terms

    @property
    def token(self) -> str:
        """What has to be true still when the change is confirmed: each version and each date."""
        return token_of([one.old.id for one in self.calendars], self.moves)

    def to_shown(self) -> ShownChange:
        """Return what a page shows of it."""
        return ShownChange(
            token=self.token,
            calendars=tuple(
                ChangedCalendar(
                    one.new.spec.key, one.new.spec.version, one.new.spec.name, len(one.copied_for)
                )
                for one in self.calendars
            ),
            moves=self.moves,
            dossiers=self.dossiers,
            promises=self.promises,
            steps=self.steps,
            terms=self.terms,
            past=self.past,
        )


def dossiers_to_look_at(
    session: Session, change: CalendarChange, reach: Reach, *, at: datetime
) -> int:
    """Return how many open dossiers a preview has to look at: how long it takes.

    Raises ChangeRefused, CalendarNotFound, AgencyNotFound.
    """
    made = calendars_to_be(session, change, reach, on=office_date(at))
    reached = _reached(made)
    if reached is None:
        return 0
    return session.scalars(select(func.count()).select_from(reached.subquery())).one()


def preview_change(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    *,
    at: datetime,
    told: Told | None = None,
) -> CalendarPreview:
    """Return what `change` would move at `at`; nothing is written.

    Raises ChangeRefused, CalendarNotFound, AgencyNotFound, CalendarExhausted.
    Source: docs/rules.md, rule R11.
    """
    made = calendars_to_be(session, change, reach, on=office_date(at))
    shifts, ids = _shifts(session, made), sorted(_versions(session, made))
    chunks = _moving(session, ids, shifts, at=at, by=NOBODY, told=told)
    moves = {one[0].dossier_id: _moved(*one) for chunk in chunks for one in chunk}
    return _preview(made, moves, change, at)


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A change worked out to its last row, and what it stands on: every version looked at.

    It is held in memory, some kilobytes for a dossier that moves.
    """

    preview: CalendarPreview
    looked_at: dict[int, int]
    moves: dict[int, list[MovedDate]]
    events: list[PreparedEvents]


def prepare_change(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    *,
    by: int,
    at: datetime,
    told: Told | None = None,
) -> PreparedChange:
    """Return the change ready to be written; nothing is. Raises what the preview raises.

    Working it out takes most of the time and needs no lock.
    """
    made = calendars_to_be(session, change, reach, on=office_date(at))
    looked_at = _versions(session, made)
    moves: dict[int, list[MovedDate]] = {}
    events: list[PreparedEvents] = []
    shifts = _shifts(session, made)
    for chunk in _moving(session, sorted(looked_at), shifts, at=at, by=by, told=told):
        moves |= {one[0].dossier_id: _moved(*one) for one in chunk}
        if chunk:
            events.append(prepare_each(chunk, actor=by, at=at))
    return PreparedChange(_preview(made, moves, change, at), looked_at, moves, events)


def apply_prepared(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    prepared: PreparedChange,
    *,
    expected: str,
    by: int,
    at: datetime,
) -> CalendarPreview:
    """Save the changed calendars and write every event that was prepared.

    Dossiers that somebody changed meanwhile are looked at again; the dates have to be those that
    were confirmed all the same. Raises PreviewOutdated and what the preview raises.
    Source: docs/rules.md, rule R11.
    """
    _lock(session)
    made = calendars_to_be(session, change, reach, on=office_date(at))
    if [one.new.id for one in made] != [one.new.id for one in prepared.preview.calendars]:
        raise PreviewOutdated(expected, prepared.preview)
    prepared = _renewed(session, change, prepared, made, by=by, at=at)
    if prepared.preview.token != expected:
        raise PreviewOutdated(expected, prepared.preview)
    for events in prepared.events:
        write_prepared(session, events)
    save_to_be(session, made, source=change.source, at=at, by=by)
    return prepared.preview


def _renewed(
    session: Session,
    change: CalendarChange,
    prepared: PreparedChange,
    made: Sequence[CalendarToBe],
    *,
    by: int,
    at: datetime,
) -> PreparedChange:
    """The change as it is now: dossiers that moved on are worked out again, the others stand."""
    now = _versions(session, made)
    then = prepared.looked_at
    other = {one for one in now.keys() | then.keys() if now.get(one) != then.get(one)}
    if not other:
        return prepared
    moves = {one: found for one, found in prepared.moves.items() if one not in other}
    events = [left for one in prepared.events if (left := one.without(other)).events]
    shifts = _shifts(session, made)
    for chunk in _moving(session, sorted(other & now.keys()), shifts, at=at, by=by, told=None):
        moves |= {one[0].dossier_id: _moved(*one) for one in chunk}
        if chunk:
            events.append(prepare_each(chunk, actor=by, at=at))
    return PreparedChange(_preview(made, moves, change, at), now, moves, events)


def _preview(
    made: Sequence[CalendarToBe],
    moves: Mapping[int, Sequence[MovedDate]],
    change: CalendarChange,
    at: datetime,
) -> CalendarPreview:
    ordered = tuple(move for one in sorted(moves) for move in moves[one])
    return CalendarPreview(tuple(made), ordered, len(moves), _past(change, at))


def apply_change(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    *,
    expected: str,
    by: int,
    at: datetime,
) -> CalendarPreview:
    """Save the changed calendars and move every date, each dossier with an event of its own.

    `expected` is the token of the preview that was confirmed. Returns what was moved; the caller
    commits all of it, or nothing. Raises PreviewOutdated and what the preview raises.
    Source: docs/rules.md, rule R11.
    """
    _lock(session)
    prepared = prepare_change(session, change, reach, by=by, at=at)
    return apply_prepared(session, change, reach, prepared, expected=expected, by=by, at=at)


def _lock(session: Session) -> None:
    """Let nobody write a dossier until this is committed; reading goes on."""
    claim_calendars(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE dossiers IN EXCLUSIVE MODE"))
    # SQLite has one writer.


def _versions(session: Session, made: Sequence[CalendarToBe]) -> dict[int, int]:
    """The version of every dossier that a change has to look at, by id."""
    reached = _reached(made)
    if reached is None:
        return {}
    rows = session.execute(reached.add_columns(Dossier.version))
    return {dossier_id: version for dossier_id, version in rows}


def _past(change: CalendarChange, at: datetime) -> tuple[date, ...]:
    today = office_date(at)
    return tuple(sorted(day.on for day in change.days if day.on < today))


def _moving(
    session: Session,
    ids: Sequence[int],
    shifts: Shifts,
    *,
    at: datetime,
    by: int,
    told: Told | None,
) -> Iterator[list[tuple[Loaded, DatesMoved]]]:
    """Yield the dossiers that move with the event of each, some at a time, by id."""
    for start in range(0, len(ids), CHUNK):
        chunk = []
        for loaded in load_each(session, ids[start : start + CHUNK]):
            event = move_dates(loaded.state, at=at, by=by, shifts=shifts)
            if event is not None:
                chunk.append((loaded, event))
        yield chunk
        if told is not None:
            told(min(start + CHUNK, len(ids)), len(ids))


def _moved(loaded: Loaded, event: DatesMoved) -> list[MovedDate]:
    """What an event moves; a date that is only told once more has not moved."""
    state, code = loaded.state, loaded.state.received.code
    moves = []
    for line in event.promises:
        told = line.ground is Ground.EXTENSION
        before = state.last_promise(line.scope) if told else state.counted_promise(line.scope)
        if before is not None and before.due_at != line.due_at:
            moves.append(MovedDate(code, line.scope, before.due_at, line.due_at, told))
    for moved in event.steps:
        step = state.find(StepRef(moved.step, moved.attempt))
        if step is not None and step.due_at is not None:
            scope = f"step:{moved.step}"
            moves.append(MovedDate(code, scope, step.due_at, moved.due_at))
    ends = {pause.pause: pause.citizen_due_at for pause in state.open_pauses}
    for term in event.terms:
        if (before_at := ends.get(term.pause)) is not None:
            moves.append(MovedDate(code, f"term:{term.pause}", before_at, term.due_at))
    return moves


def _shifts(session: Session, made: Sequence[CalendarToBe]) -> Shifts:
    """The calendars of all agencies before and after the change."""
    old_of = agency_calendars(session)
    copies = {agency: one.new for one in made for agency in one.copied_for}
    versions = {one.old.id: one.new for one in made if not one.copied_for}

    @cache
    def new_of(agency: int) -> WorkingCalendar:
        old = old_of(agency)
        return copies.get(agency) or versions.get(old.id, old)

    return Shifts(old_of, new_of)


def _reached(made: Sequence[CalendarToBe]) -> Select[int] | None:
    """Open dossiers that may move: with a date after the change, at an agency it is for."""
    changed = [one for one in made if one.first_on is not None]
    if not changed:
        return None
    since = min(
        one.old.midnight_after(one.first_on - timedelta(days=1)) for one in changed if one.first_on
    )
    keys = [one.old.spec.key for one in changed if not one.copied_for]
    copied = [agency for one in changed for agency in one.copied_for]
    meant = select(Agency.id).where(or_(Agency.calendar_key.in_(keys), Agency.id.in_(copied)))

    def has(*which: ColumnElement[bool]) -> ColumnElement[bool]:
        promised, given = which
        return or_(
            exists().where(Promise.dossier_id == Dossier.id, promised),
            exists().where(Step.dossier_id == Dossier.id, LIVE_STEP, given),
        )

    has_term = exists().where(
        Pause.dossier_id == Dossier.id, Pause.closed_at.is_(None), Pause.citizen_due_at > since
    )
    return select(Dossier.id).where(
        Dossier.finished_at.is_(None),
        or_(has(Promise.due_at > since, Step.due_at > since), has_term),
        has(Promise.agency_id.in_(meant), Step.agency_id.in_(meant)),
    )
