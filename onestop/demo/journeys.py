"""The journey of one dossier from the counter to now, decided by the rules of the house."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from onestop.demo import notes
from onestop.demo.detours import Detours
from onestop.demo.fates import VOID
from onestop.demo.habits import HABITS, WAITS
from onestop.demo.standing import minutes_of, reached_after
from onestop.demo.trips import WORKING_DAY
from onestop.domain import decisions
from onestop.domain.dossier import StepState
from onestop.domain.events import Delivery, DossierReceived, PlannedStep
from onestop.domain.moves import refusal_targets, rework_targets
from onestop.domain.rights import Actor
from onestop.domain.routes import StepKind
from onestop.domain.statuses import FINAL
from onestop.services.personal_values import Committed, PersonalText, commit_to

ASKING: Final = frozenset({StepKind.WORK, StepKind.REVIEW})
JUST_IN_TIME: Final = 0.6
"""From this pace on a dossier is done on the day it is due; a slower pace is a higher number."""
SAME_DAY_WORK: Final = 270
"""Working minutes that the steps of a same-day procedure are allotted."""
CONSULT_SHARES: Final = {"verify_elsewhere": 0.05, "opinion": 0.2}


@dataclass(slots=True)
class Journey(Detours):
    """One dossier from the counter to now."""

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

    def _plan_whole(self, at: datetime) -> None:
        desk = self._calendar(self.state.received.receiving_agency)
        if self.intake.on_the_spot:
            self._at(at, self._accept_result)
            return
        if self.fate.put_off:
            due = self.state.received.promises[0].due_at
            self._at(self._between(at, due, self.state.received.receiving_agency), self._put_off)
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
        minutes = self._roll(3, 9) if self._is_due_to_the_minute else self._roll(10, 100)
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
        if step.step in WAITS:
            return self._after(step.due_at, self._roll(5, 90), calendar)
        whole = self._minutes_between(step.offered_at, step.due_at, step.agency)
        if self.pace > JUST_IN_TIME and not (self.fate.brisk or self._is_due_to_the_minute):
            return self._just_in_time(step, step.due_at, whole)
        share = min(0.96, self.pace * random.uniform(0.75, 1.15))
        if self.fate.brisk or step.step == "tax":
            share *= 0.6
        elif not self.fate.late and random.random() < HABITS[self.spec.code].step_late:
            share = random.uniform(1.1, 1.7)
        minutes = max(4, int(whole * share))
        if self.fate.fresh:
            minutes = max(minutes, min(int(whole * 0.95), self._room(step)))
        return self._after(step.offered_at, minutes, calendar)

    def _room(self, step: StepState) -> int:
        """Working minutes this step may take so that the dossier comes to rest just before now."""
        reached = reached_after(self.state.plan)
        after = reached.get(self.fate.stop_at, 0) - reached.get(step.step, 0)
        own = minutes_of(self.state.planned(step.step))
        until_now = self._minutes_between(step.offered_at, self.world.now, step.agency)
        return until_now - (after - own) - self._roll(20, 150)

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
        if self._turns_away(step):
            self._refuse(step, who, at)
            return
        self._record(decisions.accept_step(self._act(who, at), step.step), who, at)
        if self._lies_here(step) and self.fate.stop_at:
            return
        if self._wants("suspended", planned):
            self._at(self._between(at, ends, step.agency), lambda t: self._suspend(step, t))
        elif self._wants("supplement", planned):
            self._at(self._between(at, ends, step.agency), lambda t: self._ask(step, who, t))
        else:
            self._at(ends, lambda t: self._finish(step, who, t))

    def _turns_away(self, step: StepState) -> bool:
        """Whether this is the hand-over that an agency refuses, once."""
        wanted = self.fate.turned_away and "turned_away" not in self._done_once
        before = [self.state.planned(key).kind for key in self.state.planned(step.step).after]
        if not wanted or StepKind.RECEIVE in before or not refusal_targets(self.state, step.step):
            return False
        self._done_once.add("turned_away")
        return True

    def _wants(self, detour: str, planned: PlannedStep) -> bool:
        """Whether the detour of this dossier happens at this step; each happens once."""
        asks = planned.kind in ASKING and planned.counted
        if not asks or not getattr(self.fate, detour) or detour in self._done_once:
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

    def _accept_result(self, at: datetime) -> None:
        clerk = self.clerk if self.intake.on_the_spot else self._clerk()
        outcome = "refused" if self.fate.refused else "granted"
        event = decisions.accept_result(
            self._act(clerk, at), outcome=outcome, reason="not_eligible"
        )
        self._record(event, clerk, at)
        if self.fate.reopened and "reopened" not in self._done_once:
            self._done_once.add("reopened")
            desk = self._calendar(self.state.received.receiving_agency)
            self._at(self._after(at, self._roll(30, 200), desk), self._reopen)
            return None
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
