"""A dossier in memory: the rules of the house decide, nothing is stored but its history."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random

from onestop.domain import decisions
from onestop.domain.decisions import AlreadyHolds, ExtensionTooLate, Rerouting, ways_of
from onestop.domain.decisions.endings import NothingUnmet
from onestop.domain.dossier import DossierState, passed_over
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    DossierReceived,
    Event,
    PaperTick,
    PauseKind,
    PersonalRef,
    PlannedStep,
    Recorded,
    ReleasedTo,
    TakenBy,
)
from onestop.domain.fold import apply
from onestop.domain.moves import (
    Move,
    MoveNotAllowed,
    allowed_moves,
    may_reroute,
    refusal_targets,
    reopening_targets,
    rework_targets,
)
from onestop.domain.office_time import office_date
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.reasons import REASONS
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.routes import StepKind
from onestop.domain.schedule import first_promises, offer_step, planned_steps
from onestop.domain.statuses import Action
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from tests.catalogue_files import shipped_procedures
from tests.domain.dossiers import received
from tests.domain.random_routes import RECEIVING, Journey

ROLES = (Role.CLERK, Role.OFFICER, Role.OFFICER, Role.LEADER, Role.REGISTRAR)
MOST_AGENCIES = 12
PEOPLE = tuple(
    Actor(
        user,
        tuple(Assignment(agency, f"/{agency}/", role) for agency in range(1, MOST_AGENCIES + 1)),
    )
    for user, role in enumerate(ROLES, start=101)
)
SYSTEM = 1
REFUSALS = (AlreadyHolds, ExtensionTooLate, NothingUnmet, CalendarExhausted)
WHY = {"reason": "other"}


@cache
def real_procedures() -> tuple[ProcedureSpec, ...]:
    """The procedures that are shipped, by code."""
    return tuple(sorted(shipped_procedures(), key=lambda spec: spec.code))


def real_steps(spec: ProcedureSpec) -> tuple[PlannedStep, ...]:
    """Its route with one invented agency for every reference to one."""
    names = {"receiving": RECEIVING}
    agency_of = {}
    for key in spec.route.order:
        step = spec.route.step(key)
        if not step.optional:
            agency_of[key] = names.setdefault(step.agency, len(names) + 1)
    return planned_steps(spec.route, agency_of)


@dataclass
class DossierWorld:
    """One dossier, the people who may act on it, and the time it is.

    `steps` counts everything that was tried.
    """

    journey: Journey
    phases: tuple[str, ...]
    random: Random
    history: list[Recorded] = field(default_factory=list)
    now: datetime = field(init=False)
    state: DossierState = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.journey.received_at
        self.state = apply(None, self._recorded(self._reception(), 101))
        if following := self._following():
            self._write(following, 101)

    def calendar_of(self, agency: int) -> WorkingCalendar:
        """The calendar of an agency; those the journey does not name share that of the desk."""
        return self.journey.calendars.get(agency, self.journey.calendars[RECEIVING])

    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes, seconds=self.random.randint(0, 59))

    def options(self) -> list[tuple[Actor, Move]]:
        """Everything anybody may do now."""
        return [(who, move) for who in PEOPLE for move in allowed_moves(self.state, who, self.now)]

    def act(self, who: Actor, move: Move) -> list[Event]:
        """Do what is allowed; return what was written. Nothing where the calendar has an end."""
        name = f"_{move.action.name.lower()}"
        act = decisions.Act(self.state, who, self.now)
        try:
            events = [getattr(self, name)(act, move)]
        except REFUSALS:
            return []
        return self._write(events[0], who.user_id)

    def forbidden(self) -> tuple[Actor, Move] | None:
        """Something nobody offers now, picked at random; None when everything is allowed."""
        who = self.random.choice(PEOPLE)
        action = self.random.choice(ACTED)
        if any(move.action is action for move in allowed_moves(self.state, who, self.now)):
            return None
        step = self.random.choice(self.state.plan).key
        return who, Move(action, step, 1, 1, 1)

    def sweep(self) -> list[Event]:
        """Warn of a term that ends, or stop when it has run."""
        calendar = self.calendar_of(RECEIVING)
        try:
            event: Event | None = decisions.reminder_due(
                self.state, at=self.now, calendar=calendar
            ) or decisions.stop_due(self.state, at=self.now, calendar=calendar)
        except CalendarExhausted:
            return []
        return self._write(event, SYSTEM) if event is not None else []

    def move_paper(self) -> list[Event]:
        """Somebody tries something with the paper original; nothing where that is refused."""
        state, who = self.state, self.random.choice(PEOPLE)
        offer = state.paper.offer if state.paper else None
        pile = offer.pile if offer else len(self.history)
        agency = self.random.choice((RECEIVING, *ways_of(state)))
        to = self.random.choice(list(ReleasedTo))
        tries = (
            lambda: decisions.give_paper(state, who, pile=pile, agency=agency),
            lambda: decisions.take_paper(state, who, pile=pile, how=TakenBy.SCAN),
            lambda: decisions.miss_paper(state, who, pile=pile),
            lambda: decisions.call_back_paper(state, who, pile=pile),
            lambda: decisions.take_over_paper(state, who),
            lambda: decisions.release_paper(state, who, to=to),
        )
        try:
            event = self.random.choice(tries)()
        except DomainError:
            return []
        # What follows by itself from other acts does not follow from this one.
        self.state = apply(state, self._recorded(event, who.user_id))
        return [event]

    # How it is written

    def _write(self, event: Event, actor: int) -> list[Event]:
        """Write all of it or, where the calendar ends, nothing."""
        before, length = self.state, len(self.history)
        written: list[Event] = []
        following: Event | None = event
        try:
            while following is not None:
                self.state = apply(self.state, self._recorded(following, actor))
                written.append(following)
                following = self._following()
        except CalendarExhausted:
            self.state = before
            del self.history[length:]
            return []
        return written

    def _following(self) -> Event | None:
        """What stands still, or goes on, by itself in the transaction of what was written."""
        return decisions.following(
            self.state, at=self.now, calendar_of=self.calendar_of, payment=120_000
        )

    def _recorded(self, event: Event, actor: int) -> Recorded:
        recorded = Recorded(len(self.history) + 1, event, actor, self.now, self.now)
        self.history.append(recorded)
        return recorded

    def _reception(self) -> DossierReceived:
        steps, calendars = tuple(self.journey.steps), self.journey.calendars
        done = tuple(step.key for step in steps if step.kind is StepKind.RECEIVE)
        settled = passed_over(steps, done).union(done)
        every = {s.agency: self.calendar_of(s.agency) for s in steps if s.agency is not None}
        return received(
            *steps,
            receiving_agency=RECEIVING,
            competent_agency=max(every),
            limit=self.journey.limit.to_text(),
            phases=self.phases,
            done=done,
            promises=first_promises(steps, self.journey.total, RECEIVING, every | dict(calendars)),
            offers=tuple(
                offer_step(s, agency=s.agency, attempt=1, at=self.now, calendar=every[s.agency])
                for s in steps
                if s.key not in settled and set(s.after) <= settled and s.agency is not None
            ),
        )

    # What a move asks for

    def _accept_step(self, act: decisions.Act, move: Move) -> Event:
        return decisions.accept_step(act, move.step)

    def _refuse_step(self, act: decisions.Act, move: Move) -> Event:
        target = self._one_of(refusal_targets(self.state, move.step))
        return decisions.refuse_step(
            act, move.step, target=target, calendar_of=self.calendar_of, **WHY
        )

    def _finish_step(self, act: decisions.Act, move: Move) -> Event:
        wanted = [s.key for s in self.state.plan if s.optional and move.step in s.after]
        chosen = {
            key: self.random.randint(2, 3)
            for key in wanted
            if self.random.random() < 0.4 and self._may_open(key, move.step)
        }
        return decisions.finish_step(
            act,
            move.step,
            calendar_of=self.calendar_of,
            chosen=chosen,
            late_reason="other",
            registered_on=office_date(self.now),
            has_number=True,
        )

    def _may_open(self, key: str, ending: str) -> bool:
        others = [k for k in self.state.planned(key).after if k != ending]
        stands = self.state.latest(key)
        fresh = stands is None or stands.status.value in ("stale", "withdrawn")
        return fresh and key not in self.state.skipped and not others

    def _send_back(self, act: decisions.Act, move: Move) -> Event:
        target = self._one_of(rework_targets(self.state, move.step))
        return decisions.send_back(
            act, move.step, target=target, calendar_of=self.calendar_of, **WHY
        )

    def _reassign(self, act: decisions.Act, move: Move) -> Event:
        return decisions.reassign(act, move.step, holder=self.random.choice((102, 103)), **WHY)

    def _request_supplement(self, act: decisions.Act, move: Move) -> Event:
        return decisions.request_supplement(
            act,
            move.step,
            papers=["identity"],
            citizen_days=self.random.randint(1, 5),
            calendar_of=self.calendar_of,
            **WHY,
        )

    def _propose_supplement(self, act: decisions.Act, move: Move) -> Event:
        return decisions.propose_supplement(act, move.step, papers=["identity"], **WHY)

    def _approve_supplement(self, act: decisions.Act, move: Move) -> Event:
        return decisions.approve_supplement(
            act, move.proposal, citizen_days=3, calendar_of=self.calendar_of
        )

    def _request_payment(self, act: decisions.Act, move: Move) -> Event:
        return decisions.request_payment(
            act, move.step, amount=5_000, calendar_of=self.calendar_of, **WHY
        )

    def _suspend(self, act: decisions.Act, move: Move) -> Event:
        return decisions.suspend(act, calendar_of=self.calendar_of, **WHY)

    def _take_in_supplement(self, act: decisions.Act, move: Move) -> Event:
        return self._take_in(act, move, PauseKind.SUPPLEMENT)

    def _take_in_payment(self, act: decisions.Act, move: Move) -> Event:
        return self._take_in(act, move, PauseKind.PAYMENT)

    def _resume(self, act: decisions.Act, move: Move) -> Event:
        return self._take_in(act, move, PauseKind.SUSPENSION)

    def _take_in(self, act: decisions.Act, move: Move, kind: PauseKind) -> Event:
        pause = next((p for p in self.state.open_pauses if p.pause == move.pause), None)
        asked = pause.papers if pause else ()
        return decisions.take_in(
            act,
            kind,
            calendar_of=self.calendar_of,
            papers=[PaperTick(paper, "copy", 1) for paper in asked],
            amount=pause.amount if pause else None,
            pause=move.pause,
        )

    def _draft_extension(self, act: decisions.Act, move: Move) -> Event:
        return decisions.draft_extension(
            act, until=self._later(), calendar_of=self.calendar_of, **WHY
        )

    def _extend(self, act: decisions.Act, move: Move) -> Event:
        return decisions.extend(
            act,
            proposal=move.proposal,
            until=self._later(),
            calendar_of=self.calendar_of,
            **WHY,
        )

    def _later(self):
        told = self.state.last_promise()
        on = self.calendar_of(RECEIVING).local_date(told.due_at)
        return on + timedelta(days=self.random.randint(1, 9))

    def _decline(self, act: decisions.Act, move: Move) -> Event:
        return decisions.decline(act, move.proposal, **WHY)

    def _correct(self, act: decisions.Act, move: Move) -> Event:
        rerouting = None
        if may_reroute(self.state, act.actor) and self.random.random() < 0.5:
            rerouting = self._rerouting(self.random.choice(real_procedures()))
        persons = () if rerouting else (PersonalRef("b2", "applicant.name", "11"),)
        return decisions.correct(
            act, calendar_of=self.calendar_of, persons=persons, rerouting=rerouting, **WHY
        )

    def _rerouting(self, spec: ProcedureSpec) -> Rerouting:
        steps = real_steps(spec)
        return Rerouting(
            procedure=spec.code,
            edition=spec.edition,
            edition_id=9,
            competent_agency=max(s.agency for s in steps if s.agency is not None),
            papers=(PaperTick("identity", "copy", 1),),
            fee=0,
            limit=spec.limit,
            phases=spec.phases,
            steps=steps,
        )

    def _stop(self, act: decisions.Act, move: Move) -> Event:
        return decisions.stop(act, reason=self.random.choice(REASONS[Action.STOP]))

    def _withdraw(self, act: decisions.Act, move: Move) -> Event:
        return decisions.withdraw(act, **WHY)

    def _void(self, act: decisions.Act, move: Move) -> Event:
        return decisions.void_reception(act, **WHY)

    def _refund(self, act: decisions.Act, move: Move) -> Event:
        reason = self.random.choice(decisions.refund_reasons(self.state))
        amount = self.random.randint(1, max(1, self.state.paid))
        return decisions.refund(act, amount=amount, reason=reason)

    def _accept_result(self, act: decisions.Act, move: Move) -> Event:
        return decisions.accept_result(act)

    def _return_result(self, act: decisions.Act, move: Move) -> Event:
        return decisions.return_result(act, delivery=self.state.received.delivery)

    def _reopen(self, act: decisions.Act, move: Move) -> Event:
        target = self._one_of(reopening_targets(self.state))
        return decisions.reopen(act, target=target, calendar_of=self.calendar_of, **WHY)

    def _one_of(self, targets: tuple[str, ...]) -> str:
        return self.random.choice(targets) if targets else ""

    def try_forbidden(self, who: Actor, move: Move) -> bool:
        """Whether what nobody offers is refused."""
        act = decisions.Act(self.state, who, self.now)
        try:
            getattr(self, f"_{move.action.name.lower()}")(act, move)
        except MoveNotAllowed:
            return True
        return False


ACTED = tuple(action for action in Action if hasattr(DossierWorld, f"_{action.name.lower()}"))
"""Everything that people do."""
