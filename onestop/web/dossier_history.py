"""The history of a dossier in words: what happened, and what there is to say about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onestop.domain.events import (
    TOTAL,
    CitizenReminded,
    DatesMoved,
    DossierCorrected,
    DossierReceived,
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    Event,
    ExtensionDrafted,
    FeeRefunded,
    PaperGiven,
    PaperReleased,
    PaperStayed,
    PaperTaken,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PromiseExtended,
    PromiseLine,
    ProposalDeclined,
    ReceptionVoided,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepReassigned,
    StepRefused,
    SupplementProposed,
)
from onestop.queries.dossier_history import ChangeRow
from onestop.queries.dossier_rows import DossierPage, HistoryRow, Named
from onestop.web.filters import local_date, local_hour, local_time, money
from onestop.web.language import gettext
from onestop.web.messages.entry import N_
from onestop.web.pile_words import RELEASED, how_words, stayed_words
from onestop.web.wording import amount_words, either, outcome_words, reason_words, words

TITLES: dict[type, str] = {
    DossierReceived: N_("Đã tiếp nhận hồ sơ"),
    StepAccepted: N_("Đã nhận xử lý"),
    StepFinished: N_("Đã hoàn thành bước"),
    SentBack: N_("Đã trả lại để làm lại"),
    StepRefused: N_("Đã từ chối nhận"),
    StepReassigned: N_("Đã phân công lại"),
    SupplementProposed: N_("Đã đề nghị yêu cầu bổ sung lần nữa"),
    ExtensionDrafted: N_("Đã trình xin lỗi và hẹn lại"),
    ProposalDeclined: N_("Lãnh đạo không đồng ý"),
    PromiseExtended: N_("Đã xin lỗi và hẹn lại"),
    DatesMoved: N_("Đã dời hẹn theo lịch nghỉ mới"),
    CitizenReminded: N_("Đã nhắc công dân sắp hết hạn bổ sung"),
    DossierCorrected: N_("Đã đính chính hồ sơ"),
    ResultAccepted: N_("Đã nhận kết quả về quầy"),
    ResultReturned: N_("Đã trả kết quả"),
    DossierWithdrawn: N_("Công dân đã rút hồ sơ"),
    DossierStopped: N_("Đã dừng xử lý"),
    ReceptionVoided: N_("Đã hủy tiếp nhận"),
    FeeRefunded: N_("Đã hoàn trả phí, lệ phí"),
    DossierReopened: N_("Đã mở lại hồ sơ"),
    PaperGiven: N_("Đã giao bản giấy"),
    PaperTaken: N_("Đã nhận bản giấy"),
    PaperStayed: N_("Bản giấy không chuyển đi"),
}
OPENED = {
    PauseKind.SUPPLEMENT: N_("Đã yêu cầu bổ sung giấy tờ"),
    PauseKind.PAYMENT: N_("Đã yêu cầu nộp tiền"),
    PauseKind.SUSPENSION: N_("Đã tạm dừng xử lý"),
    PauseKind.UNCOUNTED: N_("Thời hạn chung đứng yên"),
}
APPROVED = N_("Đã đồng ý yêu cầu bổ sung lần nữa")
CLOSED = {
    PauseKind.SUPPLEMENT: N_("Đã nhận giấy tờ bổ sung"),
    PauseKind.PAYMENT: N_("Đã nhận chứng từ nộp tiền"),
    PauseKind.SUSPENSION: N_("Đã xử lý tiếp"),
    PauseKind.UNCOUNTED: N_("Thời hạn chung được tính tiếp"),
}


@dataclass(frozen=True, slots=True)
class EventWords:
    """One entry of the history as it is read; `details` are short sentences."""

    title: str
    at: datetime
    by: str
    details: tuple[str, ...]
    note: str
    is_erased: bool


def history_words(page: DossierPage) -> list[EventWords]:
    """Return the entries of the page's history, newest first."""
    return [
        EventWords(
            title=_title(row, page),
            at=row.at,
            by=_who(row),
            details=tuple(_details(row, page)),
            note=row.note,
            is_erased=row.erased,
        )
        for row in page.history
    ]


def event_title(event: Event) -> str:
    """Return what happened, without the step it happened to."""
    if isinstance(event, PauseOpened):
        return gettext(APPROVED if event.proposal else OPENED[event.kind])
    if isinstance(event, PauseClosed):
        return gettext(CLOSED[event.kind])
    if isinstance(event, PaperReleased):
        return gettext(RELEASED[event.to])
    return gettext(TITLES[type(event)])


def change_words(changes: tuple[ChangeRow, ...]) -> list[str]:
    """Return who did what at which time while a page was open, oldest first."""
    return [
        gettext(
            "%(person)s, lúc %(hour)s: %(what)s",
            person=change.by,
            hour=local_hour(change.at),
            what=event_title(change.event),
        )
        for change in changes
    ]


def _title(row: HistoryRow, page: DossierPage) -> str:
    title = event_title(row.event)
    if isinstance(row.event, SentBack):
        return f"{title}: {_step(page, row.event.target)}"
    if isinstance(row.event, ProposalDeclined):
        return f"{title}: {_proposed(row.event.proposal, page)}"
    if row.step is None or isinstance(row.event, ResultAccepted | ResultReturned):
        return title
    return f"{title}: {either(row.step)}"


def _who(row: HistoryRow) -> str:
    who = row.by
    if row.on_behalf_of:
        who = gettext("%(who)s (thay %(absent)s)", who=row.by, absent=row.on_behalf_of)
    return f"{who}, {either(row.agency)}" if row.agency else who


def _details(row: HistoryRow, page: DossierPage) -> Iterator[str]:
    tell = _DETAILS.get(type(row.event))
    if tell is not None:
        yield from tell(row.event, row, page)
    if row.took:
        yield gettext("Thời gian xử lý: %(time)s", time=amount_words(row.took))
    if row.skewed:
        yield gettext("Đồng hồ máy chủ đã lùi: giờ ghi ngay sau việc trước")


def _received(event: DossierReceived, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield words(event.channel)
    yield gettext("Hẹn trả: %(at)s", at=local_time(event.promises[0].due_at))


def _finished(event: StepFinished, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    if row.result_number:
        yield gettext(
            "Số %(number)s, ngày %(day)s",
            number=row.result_number,
            day=local_date(event.registered_on),
        )
    if event.offers:
        given = "; ".join(
            f"{_step(page, offer.step)} ({_agency(page, offer.agency)})" for offer in event.offers
        )
        yield gettext("Chuyển tới: %(steps)s", steps=given)
    if event.late_reason:
        yield gettext("Lý do quá hạn: %(reason)s", reason=reason_words(event.late_reason))


def _sent_back(event: SentBack, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Từ bước: %(step)s", step=either(row.step))
    yield _because(event.reason)


def _refused(event: StepRefused, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Về lại bước: %(step)s", step=_step(page, event.target))
    yield _because(event.reason)


def _reassigned(event: StepReassigned, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Giao cho: %(person)s", person=row.given_to)
    yield _because(event.reason)


def _proposed_papers(
    event: SupplementProposed, row: HistoryRow, page: DossierPage
) -> Iterator[str]:
    yield _papers(event.papers, page)
    yield _because(event.reason)


def _drafted(event: ExtensionDrafted, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Hẹn mới đề nghị: %(at)s", at=local_time(event.due_at))
    if event.reason:
        yield _because(event.reason)


def _moved(
    event: DatesMoved | PromiseExtended | DossierReopened, row: HistoryRow, page: DossierPage
) -> Iterator[str]:
    yield from _told(event.promises)
    if not isinstance(event, DatesMoved):
        yield _because(event.reason)
        return
    for term in event.terms:
        ends = local_date(term.due_at)
        yield gettext("Hạn bổ sung mới: hết ngày %(day)s", day=ends)


def _reminded(event: CitizenReminded, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Chậm nhất ngày %(day)s", day=local_date(event.citizen_due_at))


def _corrected(event: DossierCorrected, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    if event.persons:
        yield gettext("Đã sửa thông tin người")
    if event.route is not None:
        yield gettext("Thủ tục sau đính chính: %(code)s", code=event.route.procedure)
        yield from _told(event.route.promises)
    yield _because(event.reason)


def _pause_opened(event: PauseOpened, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    if event.papers:
        yield _papers(event.papers, page)
    if event.amount:
        yield gettext("Số tiền: %(amount)s", amount=money(event.amount))
    if event.citizen_due_at:
        yield gettext("Chậm nhất ngày %(day)s", day=local_date(event.citizen_due_at))
    yield _because(event.reason)


def _pause_closed(event: PauseClosed, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    if event.amount:
        yield gettext("Số tiền: %(amount)s", amount=money(event.amount))
    yield from _told(event.promises)


def _result(event: ResultAccepted, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield outcome_words(event.outcome)
    if event.reason:
        yield _because(event.reason)


def _returned(event: ResultReturned, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield words(event.delivery)
    if row.taker:
        yield gettext("Người nhận: %(name)s", name=row.taker)
    if event.receipt_lost:
        yield gettext("Mất giấy hẹn, đã đối chiếu giấy tờ tùy thân")
    if event.collected > 0:
        yield gettext("Thu tại quầy: %(amount)s", amount=money(event.collected))
    if event.collected < 0:
        yield gettext("Trả lại tại quầy: %(amount)s", amount=money(-event.collected))


def _refunded(event: FeeRefunded, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Trả lại tại quầy: %(amount)s", amount=money(event.amount))
    yield _because(event.reason)


def _paper_given(event: PaperGiven, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext("Giao tới: %(agency)s", agency=_agency(page, event.agency))


def _paper_taken(event: PaperTaken, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield gettext(
        "Tại: %(agency)s (%(how)s)", agency=_agency(page, event.agency), how=how_words(event.how)
    )


def _paper_stayed(event: PaperStayed, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield stayed_words(event.why)


def _ended(event: Any, row: HistoryRow, page: DossierPage) -> Iterator[str]:
    yield _because(event.reason)


def _told(promises: tuple[PromiseLine, ...]) -> Iterator[str]:
    """The date of the whole, where lines about it were written: the one told last."""
    whole = [line.due_at for line in promises if line.scope == TOTAL]
    if whole:
        yield gettext("Hẹn trả: %(at)s", at=local_time(whole[-1]))


def _papers(codes: tuple[str, ...], page: DossierPage) -> str:
    names = {choice.code: choice.name for choice in page.paper_choices}
    papers = "; ".join(either(names.get(code, Named(code, code))) for code in codes)
    return gettext("Giấy tờ: %(papers)s", papers=papers)


def _proposed(number: int, page: DossierPage) -> str:
    return words(next(p.kind for p in page.state.proposals if p.proposal == number))


def _because(reason: str) -> str:
    return gettext("Lý do: %(reason)s", reason=reason_words(reason))


def _agency(page: DossierPage, agency: int) -> str:
    """The short name; in English there is only the whole one."""
    row = page.agencies[agency]
    return either(Named(row.short_name, row.name.en))


def _step(page: DossierPage, key: str) -> str:
    planned = page.state.planned(key)
    return either(Named.of(planned.name, planned.name_en))


_DETAILS: dict[type, Callable[[Any, HistoryRow, DossierPage], Iterator[str]]] = {
    DossierReceived: _received,
    StepFinished: _finished,
    SentBack: _sent_back,
    PauseOpened: _pause_opened,
    PauseClosed: _pause_closed,
    ResultAccepted: _result,
    FeeRefunded: _refunded,
    ResultReturned: _returned,
    DossierWithdrawn: _ended,
    DossierStopped: _ended,
    ReceptionVoided: _ended,
    ProposalDeclined: _ended,
    StepRefused: _refused,
    StepReassigned: _reassigned,
    SupplementProposed: _proposed_papers,
    ExtensionDrafted: _drafted,
    PromiseExtended: _moved,
    DatesMoved: _moved,
    DossierReopened: _moved,
    CitizenReminded: _reminded,
    DossierCorrected: _corrected,
    PaperGiven: _paper_given,
    PaperTaken: _paper_taken,
    PaperStayed: _paper_stayed,
}
