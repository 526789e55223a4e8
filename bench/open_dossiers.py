"""Thousands of open dossiers of several procedures, written as whole histories that verify."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random

from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.codes import CheckCode, StatusToken
from onestop.domain.decisions import Act
from onestop.domain.dossier import DossierState, StepState
from onestop.domain.events import Event, Recorded
from onestop.domain.fold import apply
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor, Role
from onestop.inputs.reception import Intake
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import procedure_in_force
from onestop.services.histories import History, write_histories
from onestop.services.intakes import people_of, personal_texts_of, reception_event
from onestop.services.links import Link
from onestop.services.personal_values import commit_to
from onestop.services.routing import plan_route
from tests.factories import make_intake, make_province, make_staff

# Hours of 3, 4 and 10 working days and of 15 calendar days; routes of one to four agencies.
PROCEDURES = ("1.001612", "1.001776", "1.004873", "1.013225", "2.002913", "3.000722")
DESKS = tuple(f"H91.5{n}.01" for n in range(1, 5))
ACCEPTED, FINISHED, PAUSED = 0.7, 0.5, 0.2
"""Shares of the first steps: taken up, then of those done, of the rest waiting for papers."""


def fill_open(
    session: Session,
    count: int,
    *,
    now: datetime,
    seed: int = 1,
    desks: Sequence[str] = DESKS,
) -> int:
    """Write `count` dossiers received in the day and a half before `now`; none is late.

    `now` lies on the third of three working days. Returns how many were written.
    """
    return write_histories(session, _Arrivals(session, now, seed, desks).histories(count))


class _Arrivals:
    """Receives one dossier after another at the desks in turn, and lets some of them go on."""

    def __init__(self, session: Session, now: datetime, seed: int, desks: Sequence[str]) -> None:
        self.session, self.now = session, now
        self.random = Random(seed)
        province = make_province(session)
        self.desks = [province[code] for code in desks]
        self.calendar_of = agency_calendars(session)
        self.actor = cache(lambda role, agency: make_staff(session, role, agency))
        self.numbers: dict[object, int] = {}

    def histories(self, count: int) -> Iterator[History]:
        span = int(timedelta(hours=26) / timedelta(seconds=1))
        times = sorted(
            self.now - timedelta(seconds=self.random.randrange(span)) for _ in range(count)
        )
        for place, at in enumerate(times):
            yield self._history(self.desks[place % len(self.desks)], at)

    def _history(self, desk: int, at: datetime) -> History:
        code, on = self.random.choice(PROCEDURES), office_date(at)
        edition = procedure_in_force(self.session, code, on)
        plan = plan_route(self.session, edition.spec, receiving=desk, competent=None, on=on, at=at)
        intake = _intake(code, tuple(paper.code for paper in edition.spec.papers))
        personal = commit_to(*personal_texts_of(intake))
        received = reception_event(
            edition,
            plan,
            intake,
            number=self._next((desk, on)),
            book_number=self._next((desk, on.year)),
            persons=personal.refs,
            at=at,
        )
        events = [Recorded(1, received, self.actor(Role.CLERK, desk).user_id, at, at)]
        self._go_on(events)
        return History(
            events, [personal], people_of(intake), Link(StatusToken.random(), CheckCode.random())
        )

    def _next(self, counter: object) -> int:
        self.numbers[counter] = self.numbers.get(counter, 0) + 1
        return self.numbers[counter]

    def _go_on(self, events: list[Recorded]) -> None:
        state = apply(None, events[0])
        step = state.live_steps[0]
        if step.planned.role not in (Role.OFFICER, Role.CLERK) or not self._happens(ACCEPTED):
            return
        who = self.actor(step.planned.role, step.agency)
        state = self._record(
            events, state, decisions.accept_step(self._act(state, who), step.step), who
        )
        if self._happens(FINISHED):
            event: Event = decisions.finish_step(
                self._act(state, who), step.step, calendar_of=self.calendar_of
            )
        elif self._happens(PAUSED):
            event = self._asked(state, step, who)
        else:
            return
        self._record(events, state, event, who)

    def _asked(self, state: DossierState, step: StepState, who: Actor) -> Event:
        return decisions.request_supplement(
            self._act(state, who),
            step.step,
            papers=[state.received.papers[0].code],
            reason="paper_missing",
            citizen_days=5,
            calendar_of=self.calendar_of,
        )

    def _act(self, state: DossierState, who: Actor) -> Act:
        return Act(state, who, state.last_recorded_at + timedelta(minutes=1))

    def _record(
        self, events: list[Recorded], state: DossierState, event: Event, who: Actor
    ) -> DossierState:
        at = state.last_recorded_at + timedelta(minutes=1)
        events.append(Recorded(state.version + 1, event, who.user_id, at, at))
        return apply(state, events[-1])

    def _happens(self, share: float) -> bool:
        return self.random.random() < share


@cache
def _intake(code: str, papers: tuple[str, ...]) -> Intake:
    return make_intake(
        key=secrets.token_hex(16), procedure=code, papers=[{"code": paper} for paper in papers]
    )
