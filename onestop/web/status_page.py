"""The status page in words: a row of the query and a clock become what the template prints."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from onestop.domain.events import PauseKind
from onestop.domain.explanation import PauseSpan, explain
from onestop.domain.public_states import PublicState
from onestop.domain.short_explanations import short_form
from onestop.domain.standings import days_late, working_days_left
from onestop.domain.statuses import FINAL, Status
from onestop.domain.working_time import CalendarExhausted
from onestop.queries.public_rows import PublicPauseRow, PublicStatusRow, PublicStepRow
from onestop.web.explanations import explanation_lines, reception_hours
from onestop.web.filters import local_date, local_long, local_time, money
from onestop.web.labels import label
from onestop.web.language import gettext, is_english, ngettext
from onestop.web.status_promises import (
    StandingStill,
    apology,
    legs_in_force,
    phase_dates,
    uncounted_notes,
)
from onestop.web.status_words import (
    ACTIONS,
    COMPLAIN,
    ENDED_FOR,
    GROUNDS,
    KINDS,
    REFUSAL,
    TITLES,
)
from onestop.web.sum_link import Asked, asked_sum
from onestop.web.wording import reason_words

ENDED = FINAL | {Status.COMPLETED}
ASKING = frozenset({PauseKind.SUPPLEMENT, PauseKind.PAYMENT})
"""What waits for the citizen, who is told what to do."""
CALM, WAITING, HELD, LATE, DONE = "plain", "soon", "paused", "late", "good"


@dataclass(frozen=True, slots=True)
class StepWords:
    """One line of the steps: where it stands ("done", "now", "next"), its name, who, when."""

    mark: str
    name: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Task:
    """What the citizen does: a sentence, papers to bring with it, and what follows then."""

    text: str
    papers: tuple[str, ...] = ()
    then: str = ""


@dataclass(frozen=True, slots=True)
class StatusPage:
    """All texts of the page, in the order they are read."""

    state: PublicState
    tone: str
    title: str
    lead: str
    dates: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    tasks: tuple[Task, ...]
    holders: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    steps: tuple[StepWords, ...]
    why: tuple[str, ...]
    redo: Asked | None
    phases: tuple[tuple[str, str], ...]
    legs: tuple[tuple[str, str], ...]
    desk: str
    agency: str
    address: str
    phone: str
    hours: tuple[str, ...]
    updated: str


def status_page(row: PublicStatusRow, *, now: datetime) -> StatusPage:
    """Return the page as it reads at `now`, in the language of the request."""
    return _Words(row, now).page()


class _Words:
    """Turns one row into words; every method answers one question of the citizen."""

    def __init__(self, row: PublicStatusRow, now: datetime) -> None:
        self.row, self.now, self.calendar = row, now, row.calendar
        self.state = row.state(now)
        self.is_late = row.is_late(now)
        self.is_over = row.status in ENDED
        self.standstill = StandingStill.of(row, now)

    def page(self) -> StatusPage:
        row = self.row
        return StatusPage(
            state=self.state,
            tone=self._tone(),
            title=self._title(),
            lead=self._lead(),
            dates=tuple(self._dates()),
            notes=tuple(self._notes()),
            tasks=tuple(self._tasks()),
            holders=tuple(self._holders()),
            facts=tuple(self._facts()),
            steps=tuple(self._step(step) for step in row.steps if step.status or not self._cut),
            why=tuple(self._why()),
            redo=self._redo(),
            phases=tuple(phase_dates(row)) if not self.is_over else (),
            legs=tuple(self._legs()),
            desk=row.place.desk,
            agency=_either(row.place.agency, row.place.agency_en),
            address=row.place.address,
            phone=row.place.phone,
            hours=tuple(reception_hours(self.calendar)),
            updated=local_time(self.now),
        )

    @property
    def _cut(self) -> bool:
        """Whether the steps to come will never come."""
        return self.row.status in FINAL

    def _tone(self) -> str:
        if self.is_late:
            return LATE
        if self.row.paused_at is not None and not self.is_over:
            waits = self.state is not PublicState.ON_HOLD and not self.standstill.is_uncounted
            return WAITING if waits else HELD
        return DONE if self.row.status in (Status.COMPLETED, Status.RETURNED) else CALM

    def _title(self) -> str:
        waiting_for = [_agency(step) for step in self.row.holders]
        return gettext(
            TITLES[self.state],
            agency=", ".join(dict.fromkeys(waiting_for)),
            day=local_date(self.row.returned_at),
        )

    def _lead(self) -> str:
        if self.is_over:
            return ""
        if self.is_late:
            return self._late_words()
        if self.standstill.is_uncounted:
            return gettext("Thời gian này không tính vào thời hạn")
        if self.row.paused_at is not None:
            return gettext("Đang tạm dừng tính thời gian")
        return self._left_words()

    def _late_words(self) -> str:
        # A dossier that was late when its pause began stays as late as it was (rule R5).
        until = min(self.now, self.row.paused_at or self.now)
        try:
            days = days_late(self.row.due_at, until, self.calendar)
        except CalendarExhausted:
            return gettext("Trễ hẹn")
        return ngettext("Trễ hẹn %(num)s ngày làm việc", "Trễ hẹn %(num)s ngày làm việc", days)

    def _left_words(self) -> str:
        due_at = self.row.last_due_at
        if self.calendar.local_date(due_at) == self.calendar.local_date(self.now):
            return gettext("Hẹn trả kết quả hôm nay")
        try:
            days = working_days_left(self.now, due_at, self.calendar)
        except CalendarExhausted:
            return ""
        return ngettext("Còn %(num)s ngày làm việc", "Còn %(num)s ngày làm việc", days)

    def _dates(self) -> Iterator[tuple[str, str]]:
        row = self.row
        if row.returned_at is not None:
            yield gettext("Đã trả kết quả"), local_long(row.returned_at)
        elif row.finished_at is not None:
            ready = row.status is Status.COMPLETED
            label_of_end = gettext("Có kết quả") if ready else gettext("Kết thúc")
            yield label_of_end, local_long(row.finished_at)
        elif row.paused_at is not None and not self.is_late:
            yield gettext("Tạm dừng từ"), local_long(row.paused_at)
            yield gettext("Hẹn trả trước khi tạm dừng"), local_long(row.last_due_at)
            if self.standstill.is_uncounted and self.standstill.due_at is not None:
                yield gettext("Dự kiến trả kết quả"), local_long(self.standstill.due_at)
        else:
            yield self._due_label(), local_long(row.last_due_at)
        if row.first_due_at != row.last_due_at:
            yield gettext("Hẹn lần đầu"), local_long(row.first_due_at)
        if self.is_over:
            yield gettext("Đã hẹn"), local_long(row.last_due_at)

    def _due_label(self) -> str:
        extended = self.row.last_due_at != self.row.due_at
        return gettext("Ngày hẹn mới") if extended else gettext("Hẹn trả kết quả")

    def _notes(self) -> Iterator[str]:
        if self.row.refused:
            yield gettext(REFUSAL)
        if not self.is_over:
            yield from uncounted_notes(self.row)
            yield from apology(self.row)

    def _tasks(self) -> Iterator[Task]:
        asking = [pause for pause in self.row.open_pauses if pause.kind in ASKING]
        if not self.is_over:
            for pause in asking:
                then = self._then() if pause is asking[-1] else ""
                yield replace(self._pause_task(pause), then=then)
        if self.is_over or not asking:
            text = ACTIONS[self.state]
            place = self.row.place
            agency = _either(place.agency, place.agency_en)
            phone = place.phone or agency
            if self.row.ended_for:
                yield Task(gettext(ENDED_FOR, reason=reason_words(self.row.ended_for)))
            yield Task(gettext(text, phone=phone, desk=self._desk(), agency=agency))
            if self.row.refused:
                yield Task(gettext(COMPLAIN, agency=agency))

    def _then(self) -> str:
        """Which date follows when the citizen does everything on the next day the desk is open."""
        if self.standstill.due_at is None:
            return ""
        return gettext(
            "Nếu bổ sung hoặc nộp đủ trong ngày %(day)s, dự kiến trả kết quả %(at)s.",
            day=local_date(self.standstill.ends_at),
            at=local_long(self.standstill.due_at),
        )

    def _pause_task(self, pause: PublicPauseRow) -> Task:
        if pause.kind is PauseKind.PAYMENT:
            return Task(self._payment_words(pause))
        papers = tuple(_either(paper.name, paper.name_en) for paper in pause.papers)
        return Task(self._supplement_words(pause, named=bool(papers)), papers)

    def _supplement_words(self, pause: PublicPauseRow, *, named: bool) -> str:
        desk = self._desk()
        if pause.citizen_due_at is None:
            if named:
                return gettext("Mang các giấy tờ sau đến %(desk)s:", desk=desk)
            return gettext("Mang giấy tờ ghi trong phiếu yêu cầu đến %(desk)s.", desk=desk)
        day = local_date(pause.citizen_due_at)
        if named:
            return gettext(
                "Mang các giấy tờ sau đến %(desk)s, chậm nhất ngày %(day)s:", desk=desk, day=day
            )
        return gettext(
            "Mang giấy tờ ghi trong phiếu yêu cầu đến %(desk)s, chậm nhất ngày %(day)s.",
            desk=desk,
            day=day,
        )

    def _payment_words(self, pause: PublicPauseRow) -> str:
        agency = ", ".join(dict.fromkeys(_agency(s) for s in self.row.holders if s.paused))
        agency = agency or self._desk()
        if pause.amount is None:
            return gettext(
                "Nộp số tiền ghi trong thông báo của %(agency)s, ngoài ra không phải nộp khoản nào"
                " khác.",
                agency=agency,
            )
        return gettext(
            "Nộp %(amount)s theo thông báo của %(agency)s, ngoài ra không phải nộp khoản nào khác.",
            amount=money(pause.amount),
            agency=agency,
        )

    def _desk(self) -> str:
        place = self.row.place
        agency = _either(place.agency, place.agency_en)
        return f"{place.desk}, {agency}" if place.desk else agency

    def _holders(self) -> Iterator[str]:
        if self.row.status in FINAL:
            return
        if self.row.status is Status.COMPLETED:
            yield self._desk()
            return
        for step in self.row.holders:
            yield _holder(step)

    def _facts(self) -> Iterator[tuple[str, str]]:
        row = self.row
        yield gettext("Mã hồ sơ"), row.code
        if row.procedure:
            yield gettext("Thủ tục"), _either(row.procedure, row.procedure_en)
        yield gettext("Chủ hồ sơ"), row.applicant
        yield gettext("Tiếp nhận lúc"), local_time(row.received_at)

    def _step(self, step: PublicStepRow) -> StepWords:
        name = _either(step.name, step.name_en) or gettext(KINDS[step.kind])
        if step.is_done:
            when = gettext("xong %(at)s", at=local_time(step.ended_at))
            return StepWords("done", name, _agency(step), when)
        if step.is_now:
            return StepWords("now", name, _agency(step), self._now_words(step))
        return StepWords("next", name, "", "")

    def _now_words(self, step: PublicStepRow) -> str:
        if step.paused:
            return gettext("đang tạm dừng")
        if step.accepted_at is None:
            return gettext("chuyển đến %(at)s, chờ nhận", at=local_time(step.offered_at))
        since = gettext("từ %(at)s", at=local_time(step.accepted_at))
        if step.due_at is None:
            return since
        return since + gettext(", hạn %(at)s", at=local_time(step.due_at))

    def _why(self) -> Iterator[str]:
        try:
            rows = explain(self.row.limit, self.row.received_at, self.calendar, self._spans())
            yield from explanation_lines(short_form(self.row.limit, rows, self.calendar))
        except CalendarExhausted:
            pass  # the dates below still say what was promised
        ledger = [line for line in self.row.promises if line.is_whole]
        if len(ledger) > 1:
            for line in ledger:
                yield gettext(GROUNDS[line.ground], at=local_long(line.due_at))

    def _spans(self) -> list[PauseSpan]:
        return [PauseSpan(p.opened_at, p.closed_at, p.reason) for p in self.row.pauses]

    def _redo(self) -> Asked | None:
        row = self.row
        return asked_sum(
            row.limit,
            row.received_at,
            procedure=row.procedure_code,
            agency=row.place.agency_code,
            pauses=self._spans(),
        )

    def _legs(self) -> Iterator[tuple[str, str]]:
        """The latest date of each leg, when the dossier travels through more than one agency.

        The desk's own is left out: what counts there is the date above.
        """
        latest = legs_in_force(self.row)
        if len(latest) > 1 and not self.is_over:
            for _, line in sorted(latest.items()):
                if line.agency == self.row.place.agency:
                    continue
                yield _either(line.agency, line.agency_en), local_time(line.due_at)


def _either(vietnamese: str, english: str) -> str:
    return english or vietnamese if is_english() else vietnamese


def _agency(step: PublicStepRow) -> str:
    return _either(step.agency, step.agency_en)


def _holder(step: PublicStepRow) -> str:
    """Say agency and post, never a person."""
    if step.accepted_at is None:
        return gettext("Đang chuyển đến %(agency)s", agency=_agency(step))
    who = f"{_agency(step)} – {label(step.role).text}" if step.role else _agency(step)
    return gettext("%(who)s (đang tạm dừng)", who=who) if step.paused else who
