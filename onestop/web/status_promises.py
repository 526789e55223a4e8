"""What the status page tells of dates that are not plain: standstills, apologies, phases, legs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.events import Ground, PauseKind
from onestop.domain.reasons import OTHER
from onestop.domain.resumption import Standstill, due_if_resumed
from onestop.domain.working_time import CalendarExhausted
from onestop.queries.public_rows import PublicPauseRow, PublicPromiseRow, PublicStatusRow
from onestop.web.filters import local_long, local_time
from onestop.web.language import gettext, is_english
from onestop.web.status_words import KINDS
from onestop.web.wording import reason_words


@dataclass(frozen=True, slots=True)
class StandingStill:
    """How the clock stands still now.

    is_uncounted   only steps run whose time the law does not count: nobody waits for the citizen.
    ends_at        when it would end: today or the next working day, or when such a step is due.
    due_at         when the result would be due then; None while the clock runs, when it was late
                   before it stopped, or when nobody can say how long it will stand still.
    """

    is_uncounted: bool = False
    ends_at: datetime | None = None
    due_at: datetime | None = None

    @staticmethod
    def of(row: PublicStatusRow, now: datetime) -> "StandingStill":
        """Return how the clock of `row` stands at `now`."""
        kinds = {pause.kind for pause in row.open_pauses}
        if not kinds or row.finished_at is not None:
            return StandingStill()
        is_uncounted = kinds == {PauseKind.UNCOUNTED}
        if PauseKind.SUSPENSION in kinds or row.late_at is not None:
            return StandingStill(is_uncounted)
        try:
            ends_at = _ends_at(row, now)
            return StandingStill(is_uncounted, ends_at, _due_at(row, ends_at))
        except CalendarExhausted:
            return StandingStill(is_uncounted)


def uncounted_notes(row: PublicStatusRow) -> Iterator[str]:
    """Yield what is waited for outside the limit, and until when that should last."""
    for pause in row.open_pauses:
        if pause.kind is not PauseKind.UNCOUNTED or pause.step is None:
            continue
        yield gettext(
            "Đang chờ: %(step)s (%(agency)s). Thời gian này không tính vào thời hạn.",
            step=_step_name(pause),
            agency=_either(pause.step.agency, pause.step.agency_en),
        )
        if pause.step.due_at is not None:
            yield gettext("Bước này dự kiến xong %(at)s.", at=local_long(pause.step.due_at))


def apology(row: PublicStatusRow) -> Iterator[str]:
    """Yield the apology for a date that was put off, with its reason, while that date holds."""
    lines = [line for line in row.promises if line.is_whole]
    if not lines or lines[-1].ground is not Ground.EXTENSION:
        return
    reason = next((one.reason for one in reversed(lines) if one.reason), "")
    if not reason or reason == OTHER:
        yield gettext("Cơ quan xin lỗi Ông/Bà vì không trả kết quả kịp ngày đã hẹn.")
        return
    yield gettext(
        "Cơ quan xin lỗi Ông/Bà vì không trả kết quả kịp ngày đã hẹn. Lý do: %(reason)s.",
        reason=reason_words(reason),
    )


def phase_dates(row: PublicStatusRow) -> Iterator[tuple[str, str]]:
    """Yield each phase of a procedure that has several, with its date once it was promised."""
    latest = _latest(row, lambda line: line.phase)
    for number in range(1, row.phases + 1 if row.phases > 1 else 1):
        line = latest.get(number)
        told = local_time(line.due_at) if line else gettext("hẹn khi giai đoạn này bắt đầu")
        yield gettext("Giai đoạn %(n)s", n=number), told


def legs_in_force(row: PublicStatusRow) -> dict[int, PublicPromiseRow]:
    """Return the latest line of each leg."""
    return _latest(row, lambda line: line.leg)


def _latest(
    row: PublicStatusRow, part: Callable[[PublicPromiseRow], int]
) -> dict[int, PublicPromiseRow]:
    """The latest line of each part; a corrected route left those before it behind."""
    latest: dict[int, PublicPromiseRow] = {}
    for line in row.promises:
        if line.is_whole and line.ground is Ground.CORRECTION:
            latest = {}
        elif number := part(line):
            latest[number] = line
    return latest


def _ends_at(row: PublicStatusRow, now: datetime) -> datetime:
    dues = [
        pause.step.due_at
        for pause in row.open_pauses
        if pause.kind is PauseKind.UNCOUNTED and pause.step is not None and pause.step.due_at
    ]
    return max([row.calendar.next_opening(now), *dues])


def _due_at(row: PublicStatusRow, ends_at: datetime) -> datetime | None:
    return due_if_resumed(
        row.limit,
        row.received_at,
        counted=row.due_at,
        told=row.last_due_at,
        standstills=[Standstill(pause.opened_at, pause.closed_at) for pause in row.pauses],
        at=ends_at,
        calendar=row.calendar,
    )


def _step_name(pause: PublicPauseRow) -> str:
    step = pause.step
    if step is None:
        return ""
    return _either(step.name, step.name_en) or gettext(KINDS[step.kind])


def _either(vietnamese: str, english: str) -> str:
    return english or vietnamese if is_english() else vietnamese
