"""A dossier on its way: its state, its history so far, what is to happen when, and time."""

import heapq
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any, Final

from onestop.demo import notes
from onestop.demo.fates import Fate
from onestop.demo.intakes import InventedIntake
from onestop.demo.province import Province
from onestop.demo.staff import Staff
from onestop.domain.decisions import Act, following
from onestop.domain.dossier import LIVE, DossierState, StepState, StepStatus
from onestop.domain.events import Event, PauseKind, PauseOpened, Recorded
from onestop.domain.fold import apply
from onestop.domain.limits import LimitUnit
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor, Role
from onestop.domain.routes import StepKind
from onestop.domain.working_time import Amount, Scale, WorkingCalendar, advance, elapsed
from onestop.services.personal_values import NOTHING_PERSONAL, Committed

WORKING_DAY: Final = 480


@dataclass(slots=True)
class Registers:
    """The next number in the register of each agency and procedure."""

    last: dict[tuple[int, str, int], int] = field(default_factory=dict)

    def next(self, agency: int, procedure: str, year: int) -> int:
        """Return the next number, from 1 each year."""
        key = (agency, procedure, year)
        self.last[key] = self.last.get(key, 0) + 1
        return self.last[key]


@dataclass(frozen=True, slots=True)
class World:
    """What every journey happens in."""

    province: Province
    staff: Staff
    random: Random
    now: datetime
    registers: Registers


@dataclass(slots=True)
class Trip(ABC):
    """One dossier on its way: its state, its history so far, and what is to happen when."""

    world: World
    spec: ProcedureSpec
    intake: InventedIntake
    fate: Fate
    clerk: Actor
    pace: float
    events: list[Recorded] = field(default_factory=list)
    personal: list[Committed] = field(default_factory=list)
    _state: DossierState | None = None
    _queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: Any = field(default_factory=count)
    _done_once: set[str] = field(default_factory=set)

    @property
    def state(self) -> DossierState:
        """The dossier as it stands."""
        if self._state is None:
            raise ValueError("a journey begins with the reception")
        return self._state

    def _at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._queue, (when, next(self._order), act))

    @abstractmethod
    def _plan_step(self, step: StepState) -> None:
        """Say what will happen to a step that was just offered."""

    @abstractmethod
    def _await_payment(self, pause: PauseOpened, who: Actor, at: datetime) -> None:
        """Say when the citizen will pay."""

    @abstractmethod
    def _finish(self, step: StepState, who: Actor, at: datetime) -> None:
        """End a step."""

    @property
    def _is_same_day(self) -> bool:
        return self.spec.limit.unit is LimitUnit.SAME_DAY

    @property
    def _is_due_to_the_minute(self) -> bool:
        return self._is_same_day or self.spec.limit.unit is LimitUnit.WORKING_HOURS

    # How it is written down

    def _record(
        self, event: Event, who: Actor, at: datetime, personal: Committed = NOTHING_PERSONAL
    ) -> None:
        version = self._state.version + 1 if self._state else 1
        recorded = Recorded(version, event, who.user_id, at, at)
        before = self._state.steps if self._state else ()
        self._state = apply(self._state, recorded)
        self.events.append(recorded)
        if personal.rows:
            self.personal.append(personal)
        if self.intake.on_the_spot:
            return
        known = {step.ref for step in before}
        for step in self._state.live_steps:
            if step.status is StepStatus.OFFERED and step.ref not in known:
                self._plan_step(step)
        self._follow(who, at)

    def _follow(self, who: Actor, at: datetime) -> None:
        """Record what follows by itself; a pause for a payment ends when it will be paid."""
        waits = any(
            self.state.planned(step.step).kind is StepKind.AWAIT_CITIZEN
            for step in self.state.live_steps
        )
        event = following(
            self.state,
            at=at,
            calendar_of=self.world.province.calendar_of,
            payment=self.world.random.randrange(12, 400) * 5_000 if waits else 0,
        )
        if isinstance(event, PauseOpened) and event.kind is PauseKind.PAYMENT:
            self._await_payment(event, who, at)
        if event is not None:
            self._record(event, who, at)

    def _standing(self, step: StepState) -> StepState | None:
        """The attempt as it is now, or None when it was taken back or is done."""
        found = self.state.find(step.ref)
        return found if found is not None and found.status in LIVE else None

    def _act(self, who: Actor, at: datetime) -> Act:
        return Act(self.state, who, at)

    def _clerk(self) -> Actor:
        agency = self.state.received.receiving_agency
        return self.world.staff.any_of(agency, Role.CLERK, self.world.random)

    def _actor(self, user_id: int | None, agency: int, role: Role) -> Actor | None:
        holders = self.world.staff.holders[agency, role]
        return next((a for a in holders if a.user_id == user_id), None)

    def _result_number(self, agency: int, at: datetime) -> str:
        year = self._calendar(agency).local_date(at).year
        n = self.world.registers.next(agency, self.spec.code, year)
        return notes.result_number(self.spec.code, n, year)

    # Time

    def _calendar(self, agency: int) -> WorkingCalendar:
        return self.world.province.calendar_of(agency)

    def _roll(self, least: int, most: int) -> int:
        return self.world.random.randint(least, most)

    def _between(self, start: datetime, end: datetime, agency: int) -> datetime:
        whole = self._minutes_between(start, end, agency)
        share = self.world.random.uniform(0.2, 0.8)
        return self._after(start, max(2, int(whole * share)), self._calendar(agency))

    def _minutes_between(self, start: datetime, end: datetime, agency: int) -> int:
        return int(elapsed(start, end, Scale.MINUTES, self._calendar(agency)).value)

    def _after(self, start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
        """An instant in office hours after so many open minutes, at least two."""
        at = advance(start, Amount(Scale.MINUTES, Fraction(max(2, minutes))), calendar)
        seconds = timedelta(seconds=self.world.random.randint(1, 58))
        return at + seconds if calendar.open_at(at) else at - seconds
