"""The journey of one dossier from the counter to now, decided by the rules of the house."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any, Final

from onestop.demo import notes
from onestop.demo.fates import STOPPED, VOID, WITHDRAWN, Fate
from onestop.demo.habits import HABITS
from onestop.demo.intakes import InventedIntake
from onestop.demo.province import Province
from onestop.demo.staff import Staff
from onestop.domain import decisions
from onestop.domain.decisions import Act
from onestop.domain.dossier import LIVE, DossierState, StepState, StepStatus
from onestop.domain.events import Delivery, DossierReceived, Event, PaperTick, PauseKind, Recorded
from onestop.domain.fold import apply
from onestop.domain.limits import LimitUnit
from onestop.domain.moves import rework_targets
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor, Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import FINAL
from onestop.domain.working_time import Amount, Scale, WorkingCalendar, advance, elapsed
from onestop.services.event_log import NOTHING_PERSONAL, Committed, PersonalText, commit_to

ASKING: Final = frozenset({StepKind.WORK, StepKind.REVIEW})
PUBLICATION: Final = "publication"
WORKING_DAY: Final = 480
JUST_IN_TIME: Final = 0.6
"""From this pace on a dossier is done on the day it is due; a slower pace is a higher number."""
SAME_DAY_WORK: Final = 270
"""Working minutes that the steps of a same-day procedure are allotted."""
CONSULT_SHARES: Final = {"verify_elsewhere": 0.05, "opinion": 0.2}


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
class Journey:
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

    def travel(self, received: DossierReceived, at: datetime, personal: Committed) -> None:
        """Let everything happen that had happened by now, in the order of time."""
        if self._is_same_day:
            whole = self._minutes_between(
                at, received.promises[0].due_at, received.receiving_agency
            )
            self.pace = min(self.pace, 0.7 * whole / SAME_DAY_WORK)
        self._record(received, self.clerk, at, personal)
        self._plan_whole(at)
        while self._queue:
            when, _, act = heapq.heappop(self._queue)
            if when > self.world.now or self.state.status in FINAL:
                return
            act(when)

    # What is to happen

    def _at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._queue, (when, next(self._order), act))

    def _plan_whole(self, at: datetime) -> None:
        desk = self._calendar(self.state.received.receiving_agency)
        if self.intake.on_the_spot:
            self._at(at, self._accept_result)
            return
        match self.fate.ending:
            case "void":
                self._at(at + timedelta(seconds=self._roll(95, 400)), self._void)
            case "withdrawn":
                self._at(self._after(at, self._roll(420, 700), desk), self._withdraw)
            case "stopped":
                self._at(self._after(at, self._roll(1100, 2400), desk), self._stop)

    def _plan_step(self, step: StepState) -> None:
        planned = self.state.planned(step.step)
        if planned.kind is StepKind.AWAIT_CITIZEN or self.fate.ending == VOID:
            return None
        if planned.kind is StepKind.RETURN:
            return self._plan_result(step)
        if self._lies_here(step) and not self.fate.held:
            return None
        end = self._end_of(step)
        wait = self._minutes_between(step.offered_at, end, step.agency)
        accepted = self._after(
            step.offered_at,
            max(2, int(wait * self.world.random.uniform(0.05, 0.5))),
            self._calendar(step.agency),
        )
        ends = max(end, self._after(accepted, 3, self._calendar(step.agency)))
        self._at(accepted, lambda at: self._accept(step, at, ends))
        return None

    def _plan_result(self, step: StepState) -> None:
        if self._lies_here(step):
            return
        minutes = self._roll(3, 9) if self._is_same_day else self._roll(10, 100)
        self._at(
            self._after(step.offered_at, minutes, self._calendar(step.agency)), self._accept_result
        )

    def _end_of(self, step: StepState) -> datetime:
        """When the work on a step will be done, by the pace of this dossier and its fate."""
        calendar = self._calendar(step.agency)
        days = self.fate.late.get(step.step)
        if days is not None and step.attempt == 1:
            return self._after(
                self._due_of(step), days * WORKING_DAY + self._roll(5, 200), calendar
            )
        random = self.world.random
        if step.due_at is None:
            return self._after(step.offered_at, self._roll(20, 90), calendar)
        whole = self._minutes_between(step.offered_at, step.due_at, step.agency)
        if self.pace > JUST_IN_TIME and not (self.fate.brisk or self._is_same_day):
            return self._just_in_time(step, step.due_at, whole)
        share = min(0.96, self.pace * random.uniform(0.75, 1.15))
        if self.fate.brisk or step.step == "tax":
            share *= 0.6
        elif not self.fate.late and random.random() < HABITS[self.spec.code].step_late:
            share = random.uniform(1.1, 1.7)
        return self._after(step.offered_at, max(4, int(whole * share)), calendar)

    def _just_in_time(self, step: StepState, due_at: datetime, whole: int) -> datetime:
        """Late on the day the step is due, at most on the day the whole is due; then quickly."""
        calendar = self._calendar(step.agency)
        total = self.state.counted_promise()
        last = calendar.local_date(total.due_at if total else due_at)
        if calendar.local_date(step.offered_at) >= last:
            return self._after(step.offered_at, max(5, whole // 10), calendar)
        closing = calendar.closing_of(calendar.local_date(due_at))
        stretch = self._minutes_between(due_at, closing, step.agency)
        stretched = self._after(due_at, int(stretch * self.world.random.uniform(0, 0.9)), calendar)
        latest = calendar.closing_of(last) - timedelta(minutes=self._roll(100, 200))
        return min(stretched, max(latest, self._after(step.offered_at, 5, calendar)))

    @property
    def _is_same_day(self) -> bool:
        return self.spec.limit.unit is LimitUnit.SAME_DAY

    def _due_of(self, step: StepState) -> datetime:
        total = self.state.counted_promise()
        dates = (total.due_at if total else None, step.due_at)
        return max((at for at in dates if at is not None), default=step.offered_at)

    def _lies_here(self, step: StepState) -> bool:
        if self.fate.stop_at:
            return step.step == self.fate.stop_at
        # Some of what came in since yesterday nobody has looked at yet.
        late = step.late_at is None or step.late_at > self.world.now
        fresh = self._minutes_between(step.offered_at, self.world.now, step.agency) < WORKING_DAY
        return fresh and late and self.world.random.random() < 0.25

    # What happens

    def _accept(self, step: StepState, at: datetime, ends: datetime) -> None:
        if self._standing(step) is None:
            return
        planned = self.state.planned(step.step)
        who = self.world.staff.any_of(step.agency, planned.role, self.world.random)
        self._record(decisions.accept_step(self._act(who, at), step.step), who, at)
        if self._lies_here(step) and self.fate.stop_at:
            return
        if step.step == PUBLICATION and step.attempt == 1:
            self._at(self._after(at, self._roll(5, 30), self._calendar(step.agency)), self._publish)
        elif self._wants("suspended", planned.kind):
            self._at(self._between(at, ends, step.agency), lambda t: self._suspend(step, t))
        elif self._wants("supplement", planned.kind):
            self._at(self._between(at, ends, step.agency), lambda t: self._ask(step, who, t))
        else:
            self._at(ends, lambda t: self._finish(step, who, t))

    def _wants(self, detour: str, kind: StepKind) -> bool:
        """Whether the detour of this dossier happens at this step; each happens once."""
        if not getattr(self.fate, detour) or kind not in ASKING or detour in self._done_once:
            return False
        self._done_once.add(detour)
        return True

    def _finish(self, step: StepState, who: Actor, at: datetime) -> None:
        held = self._standing(step)
        if held is None or held.pause is not None:
            return None
        planned = self.state.planned(step.step)
        if planned.kind is StepKind.SIGN and self.fate.rework and "rework" not in self._done_once:
            self._done_once.add("rework")
            if targets := rework_targets(self.state, step.step):
                return self._send_back(step, targets, who, at)
        late = held.late_at is not None and held.late_at <= at
        random = self.world.random
        reason = notes.late_reason(random, step.step, planned.kind) if late else ""
        note = notes.late_note(random, reason) if late else ""
        if not note and random.random() < 0.04 and planned.kind in ASKING:
            note = random.choice(notes.STEP_NOTES)
        registers = planned.kind is StepKind.REGISTER
        number = self._result_number(step.agency, at) if registers else ""
        personal = commit_to(PersonalText("note", note), PersonalText("result_number", number))
        event = decisions.finish_step(
            self._act(who, at),
            step.step,
            calendar_of=self.world.province.calendar_of,
            chosen=self._consulted(step),
            late_reason=reason,
            registered_on=self._calendar(step.agency).local_date(at) if registers else None,
            has_number=registers,
            personal=personal.refs,
        )
        self._record(event, who, at, personal)
        if decisions.awaits_citizen(self.state):
            self._await_payment(who, at)
        return None

    def _consulted(self, step: StepState) -> Mapping[str, int]:
        chosen = {}
        for planned in self.state.plan:
            share = CONSULT_SHARES.get(planned.key, 0.0)
            opens = planned.optional and step.step in planned.after and not self.fate.stop_at
            if opens and self.world.random.random() < share:
                choices = self.world.province.consulted(step.agency, planned.kind, planned.key)
                chosen[planned.key] = self.world.random.choice(choices)
        return chosen

    def _send_back(
        self, step: StepState, targets: tuple[str, ...], who: Actor, at: datetime
    ) -> None:
        reason, note = self.world.random.choice(notes.REWORKS)
        personal = commit_to(PersonalText("note", note))
        work = [t for t in targets if self.state.planned(t).kind is StepKind.WORK]
        event = decisions.send_back(
            self._act(who, at),
            step.step,
            target=(work or list(targets))[0],
            reason=reason,
            calendar_of=self.world.province.calendar_of,
            personal=personal.refs,
        )
        self._record(event, who, at, personal)

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
        if held is not None:
            due = held.due_at or self._after(at, self._roll(60, 300), self._calendar(step.agency))
            left = self._minutes_between(at, due, step.agency)
            share = 0.1 if step.step == PUBLICATION else min(0.9, self.pace)
            ends = self._after(at, max(6, int(left * share)), self._calendar(step.agency))
            self._at(ends, lambda t: self._finish(step, officer, t))

    def _await_payment(self, who: Actor, at: datetime) -> None:
        amount = self.world.random.randrange(12, 400) * 5_000
        event = decisions.await_payment(
            self.state, amount=amount, at=at, calendar_of=self.world.province.calendar_of
        )
        self._record(event, who, at)
        step = next(s for s in self.state.live_steps if s.pause == event.pause)
        desk = self._calendar(self.state.received.receiving_agency)
        paid = self._after(at, int(self.world.random.triangular(0.5, 16, 3) * WORKING_DAY), desk)
        self._at(paid, lambda t: self._take_in(PauseKind.PAYMENT, event.pause, step, who, t))

    def _publish(self, at: datetime) -> None:
        step = next(s for s in self.state.live_steps if s.step == PUBLICATION)
        calendar = self._calendar(step.agency)
        posted = calendar.next_opening(at + timedelta(days=15))
        self._pause(step, notes.PUBLICATION, at, self._after(posted, self._roll(5, 90), calendar))

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

    def _accept_result(self, at: datetime) -> None:
        clerk = self.clerk if self.intake.on_the_spot else self._clerk()
        outcome = "refused" if self.fate.refused else "granted"
        self._record(decisions.accept_result(self._act(clerk, at), outcome=outcome), clerk, at)
        if self.intake.on_the_spot:
            return self._hand_over(clerk, at)
        desk = self._calendar(self.state.received.receiving_agency)
        minutes = self._fetched_after()
        if minutes is not None:
            self._at(self._after(at, minutes, desk), lambda t: self._hand_over(self._clerk(), t))
        return None

    def _fetched_after(self) -> int | None:
        """Working minutes until the citizen comes, or None for one who has not come yet."""
        random = self.world.random
        if self.intake.delivery is not Delivery.DESK:
            return self._roll(15, 500)
        roll = random.random()
        if self._is_same_day and roll < 0.7:
            return self._roll(4, 90)
        if roll < 0.5:
            return self._roll(10, WORKING_DAY)
        if roll < 0.84:
            return self._roll(WORKING_DAY, 5 * WORKING_DAY)
        return self._roll(5 * WORKING_DAY, 20 * WORKING_DAY) if roll < 0.975 else None

    def _hand_over(self, clerk: Actor, at: datetime) -> None:
        taker = self.intake.submitter or self.intake.applicant
        lost = self.fate.lost_receipt
        note = "Mất giấy hẹn, đã đối chiếu giấy tờ tùy thân, cho ký sổ." if lost else ""
        personal = commit_to(PersonalText("taker", taker.name), PersonalText("note", note))
        event = decisions.return_result(
            self._act(clerk, at),
            delivery=self.intake.delivery,
            receipt_lost=lost and self.intake.delivery is Delivery.DESK,
            collected=0 if self.intake.fee_paid else self.state.received.fee,
            personal=personal.refs,
        )
        self._record(event, clerk, at, personal)

    def _withdraw(self, at: datetime) -> None:
        if self.state.finished_at is None:
            self._end_with(decisions.withdraw, notes.WITHDRAWALS, self._clerk(), at)

    def _stop(self, at: datetime) -> None:
        leader = self.world.staff.any_of(
            self.state.received.competent_agency, Role.LEADER, self.world.random
        )
        unbrought = bool(self.state.open_pauses)
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
