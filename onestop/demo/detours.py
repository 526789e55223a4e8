"""What interrupts a journey: papers asked for, money awaited, a pause, an early end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from onestop.demo import notes
from onestop.demo.fates import STOPPED, WITHDRAWN
from onestop.demo.trips import WORKING_DAY, Trip
from onestop.domain import decisions
from onestop.domain.dossier import StepState
from onestop.domain.events import Event, PaperTick, PauseKind, PauseOpened
from onestop.domain.moves import reopening_targets
from onestop.domain.rights import Actor, Role
from onestop.services.personal_values import PersonalText, commit_to


@dataclass(slots=True)
class Detours(Trip):
    """A trip that may be interrupted."""

    def _ask(self, step: StepState, who: Actor, at: datetime) -> None:
        held = self._standing(step)
        if held is None:
            return
        reason, note = self.world.random.choice(notes.SUPPLEMENTS)
        asked = [p.code for p in self.spec.papers if p.required and not p.shown]
        personal = commit_to(PersonalText("note", note))
        event = decisions.request_supplement(
            self._act(who, at),
            step.step,
            papers=[self.world.random.choice(asked or [self.spec.papers[0].code])],
            reason=reason,
            citizen_days=self.spec.supplement_days,
            calendar_of=self.world.province.calendar_of,
            personal=personal.refs,
        )
        self._record(event, who, at, personal)
        desk = self._calendar(self.state.received.receiving_agency)
        if self.fate.awaited:
            return
        if self.fate.unbrought and event.citizen_due_at is not None:
            stops = self._after(event.citizen_due_at, self._roll(500, 1900), desk)
            self._at(stops, self._stop)
            return
        days = self.world.random.triangular(0.6, 0.9 * self.spec.supplement_days, 2.5)
        back = self._after(at, int(days * WORKING_DAY), desk)
        self._at(back, lambda t: self._take_in(PauseKind.SUPPLEMENT, event.pause, step, who, t))

    def _take_in(
        self, kind: PauseKind, pause: int, step: StepState, officer: Actor, at: datetime
    ) -> None:
        waiting = next((p for p in self.state.open_pauses if p.pause == pause), None)
        if waiting is None:
            return
        clerk = self._clerk()
        if kind is PauseKind.SUSPENSION:
            clerk = self.world.staff.any_of(step.agency, Role.LEADER, self.world.random)
        event = decisions.take_in(
            self._act(clerk, at),
            kind,
            calendar_of=self.world.province.calendar_of,
            papers=[PaperTick(code, "original", 1) for code in waiting.papers],
            amount=waiting.amount,
            pause=pause,
        )
        self._record(event, clerk, at)
        held = self._standing(step)
        if held is not None and kind is PauseKind.SUPPLEMENT and self.fate.asked_twice:
            again = self._after(at, self._roll(40, 150), self._calendar(step.agency))
            self._at(again, lambda t: self._ask_again(step, officer, t))
        elif held is not None:
            due = held.due_at or self._after(at, self._roll(60, 300), self._calendar(step.agency))
            left = self._minutes_between(at, due, step.agency)
            share = min(0.9, self.pace)
            ends = self._after(at, max(6, int(left * share)), self._calendar(step.agency))
            self._at(ends, lambda t: self._finish(step, officer, t))

    def _ask_again(self, step: StepState, officer: Actor, at: datetime) -> None:
        if self._standing(step) is None:
            return
        personal = commit_to(PersonalText("note", notes.ASKED_AGAIN[1]))
        event = decisions.propose_supplement(
            self._act(officer, at),
            step.step,
            papers=[self.world.random.choice(self.spec.papers).code],
            reason=notes.ASKED_AGAIN[0],
            personal=personal.refs,
        )
        self._record(event, officer, at, personal)

    def _put_off(self, at: datetime) -> None:
        """Tell a later date with an apology, or leave the draft of it to be signed."""
        state, signed = self.state, self.fate.put_off == "signed"
        told = state.last_promise()
        held = next((s for s in state.live_steps if s.holder is not None), None)
        if told is None or held is None or state.open_pauses or state.finished_at is not None:
            return
        desk = self._calendar(state.received.receiving_agency)
        until = desk.working_day_after(desk.local_date(told.due_at), 5)
        agency = state.received.competent_agency if signed else held.agency
        role = Role.LEADER if signed else held.planned.role
        who = self.world.staff.any_of(agency, role, self.world.random)
        if not signed:
            who = self._actor(held.holder, agency, role) or who
        personal = commit_to(PersonalText("note", notes.PUT_OFF[1]))
        decide = decisions.extend if signed else decisions.draft_extension
        event = decide(
            self._act(who, at),
            until=until,
            reason=notes.PUT_OFF[0],
            calendar_of=self.world.province.calendar_of,
            personal=personal.refs,
        )
        self._record(event, who, at, personal)

    def _refuse(self, step: StepState, who: Actor, at: datetime) -> None:
        personal = commit_to(PersonalText("note", notes.TURNED_AWAY[1]))
        event = decisions.refuse_step(
            self._act(who, at),
            step.step,
            reason=notes.TURNED_AWAY[0],
            calendar_of=self.world.province.calendar_of,
            personal=personal.refs,
        )
        self._record(event, who, at, personal)

    def _reopen(self, at: datetime) -> None:
        targets = reopening_targets(self.state)
        agency = self.state.received.competent_agency
        leader = self.world.staff.any_of(agency, Role.LEADER, self.world.random)
        personal = commit_to(PersonalText("note", notes.REOPENED[1]))
        event = decisions.reopen(
            self._act(leader, at),
            target=targets[0],
            reason=notes.REOPENED[0],
            calendar_of=self.world.province.calendar_of,
            personal=personal.refs,
        )
        self._record(event, leader, at, personal)

    def _await_payment(self, pause: PauseOpened, who: Actor, at: datetime) -> None:
        step = next(s for s in self.state.live_steps if s.step == pause.step)
        if self.fate.unpaid:
            return
        desk = self._calendar(self.state.received.receiving_agency)
        paid = self._after(at, int(self.world.random.triangular(0.5, 16, 3) * WORKING_DAY), desk)
        self._at(paid, lambda t: self._take_in(PauseKind.PAYMENT, pause.pause, step, who, t))

    def _suspend(self, step: StepState, at: datetime) -> None:
        if self._standing(step) is not None:
            days = self._roll(20, 34)
            again = self._after(at, days * WORKING_DAY, self._calendar(step.agency))
            self._pause(step, self.world.random.choice(notes.SUSPENSIONS), at, again)

    def _pause(self, step: StepState, why: tuple[str, str], at: datetime, again: datetime) -> None:
        leader = self.world.staff.any_of(step.agency, Role.LEADER, self.world.random)
        personal = commit_to(PersonalText("note", why[1]))
        event = decisions.suspend(
            self._act(leader, at),
            reason=why[0],
            calendar_of=self.world.province.calendar_of,
            personal=personal.refs,
        )
        self._record(event, leader, at, personal)
        held = self._standing(step)
        planned = self.state.planned(step.step)
        officer = (held and self._actor(held.holder, step.agency, planned.role)) or leader
        self._at(
            again, lambda t: self._take_in(PauseKind.SUSPENSION, event.pause, step, officer, t)
        )

    def _withdraw(self, at: datetime) -> None:
        if self.state.finished_at is None:
            self._end_with(decisions.withdraw, notes.WITHDRAWALS, self._clerk(), at)

    def _stop(self, at: datetime) -> None:
        leader = self.world.staff.any_of(
            self.state.received.competent_agency, Role.LEADER, self.world.random
        )
        unbrought = any(p.kind is PauseKind.SUPPLEMENT for p in self.state.open_pauses)
        said = (notes.STOP_UNBROUGHT,) if unbrought else notes.STOPS
        if self.state.finished_at is None and (unbrought or self.fate.ending == STOPPED):
            self._end_with(decisions.stop, said, leader, at)

    def _void(self, at: datetime) -> None:
        self._end_with(decisions.void_reception, notes.VOIDS, self.clerk, at)

    def _end_with(
        self,
        decide: Callable[..., Event],
        said: tuple[tuple[str, str], ...],
        who: Actor,
        at: datetime,
    ) -> None:
        reason, note = self.world.random.choice(said)
        if self.fate.ending == WITHDRAWN:
            reason, note = notes.WITHDRAWALS[1]
        personal = commit_to(PersonalText("note", note))
        event = decide(self._act(who, at), reason=reason, personal=personal.refs)
        self._record(event, who, at, personal)
