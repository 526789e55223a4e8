"""What an announced day would move: every date of every open dossier, before anything is saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.calendar_changes import CalendarChange
from onestop.domain.calendar_moves import Shifts, move_dates
from onestop.domain.calendar_previews import ChangedCalendar, MovedDate, ShownChange, token_of
from onestop.domain.events import DatesMoved, Ground, StepRef
from onestop.domain.office_time import office_date
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.dossiers import LIVE_STEP, Dossier, Pause, Promise, Step
from onestop.services.calendar_reach import CalendarToBe, Reach, calendars_to_be
from onestop.services.calendars import agency_calendars
from onestop.services.event_log import Loaded, load_each

CHUNK = 500
Told = Callable[[int, int], None]
"""Is told how many of how many dossiers were looked at."""
NOBODY = 0
"""Who acts in a preview: nothing of it is kept."""


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
    shifts, ids = shifts_of(session, made), sorted(versions_looked_at(session, made))
    chunks = each_moving(session, ids, shifts, at=at, by=NOBODY, told=told)
    moves = {one[0].dossier_id: moved_dates(*one) for chunk in chunks for one in chunk}
    return preview_of(made, moves, change, at)


def versions_looked_at(session: Session, made: Sequence[CalendarToBe]) -> dict[int, int]:
    """Return the version of every dossier that a change has to look at, by id."""
    reached = _reached(made)
    if reached is None:
        return {}
    rows = session.execute(reached.add_columns(Dossier.version))
    return {dossier_id: version for dossier_id, version in rows}


def preview_of(
    made: Sequence[CalendarToBe],
    moves: Mapping[int, Sequence[MovedDate]],
    change: CalendarChange,
    at: datetime,
) -> CalendarPreview:
    """Return the preview of what moves, by id of the dossier."""
    ordered = tuple(move for one in sorted(moves) for move in moves[one])
    return CalendarPreview(tuple(made), ordered, len(moves), _past(change, at))


def _past(change: CalendarChange, at: datetime) -> tuple[date, ...]:
    today = office_date(at)
    return tuple(sorted(day.on for day in change.days if day.on < today))


def each_moving(
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


def moved_dates(loaded: Loaded, event: DatesMoved) -> list[MovedDate]:
    """Return what an event moves; a date that is only told once more has not moved."""
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


def shifts_of(session: Session, made: Sequence[CalendarToBe]) -> Shifts:
    """Return the calendars of all agencies before and after the change."""
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
