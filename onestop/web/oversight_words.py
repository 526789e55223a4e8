"""What the lists of leaders are called, their filters in words, and where they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from onestop.domain.oversight import Ageing, Judgement, Period, Sort, Standstill, View
from onestop.domain.standings import Standing
from onestop.inputs.oversight import OversightQuery
from onestop.queries.oversight_choices import OverseenAgency
from onestop.web.language import gettext
from onestop.web.messages.entry import N_
from onestop.web.wording import either

OVERDUE, DUE_SOON = "oversight.overdue", "oversight.due_soon"
FINISHED, REFILED = "oversight.finished", "oversight.refiled"
STANDINGS = {Standing.OVERDUE: OVERDUE, Standing.DUE_SOON: DUE_SOON}
"""The list of each standing; a list is called by the endpoint of its page."""
TITLES = {
    OVERDUE: N_("Hồ sơ quá hạn"),
    DUE_SOON: N_("Hồ sơ sắp đến hạn"),
    FINISHED: N_("Hồ sơ đã giải quyết"),
    REFILED: N_("Hồ sơ nộp lại"),
}
VIEWS = {View.DOSSIER: N_("Cả hồ sơ"), View.STEP: N_("Từng bước")}
AGES = {
    Ageing.FROM_1: N_("1–2 ngày"),
    Ageing.FROM_3: N_("3–5 ngày"),
    Ageing.FROM_6: N_("6–10 ngày"),
    Ageing.FROM_11: N_("trên 10 ngày"),
}
CLOCKS = {
    Standstill.RUNNING: N_("Đang tính giờ"),
    Standstill.SUPPLEMENT: N_("Tạm dừng: chờ bổ sung giấy tờ"),
    Standstill.PAYMENT: N_("Tạm dừng: chờ nộp tiền"),
    Standstill.SUSPENSION: N_("Tạm dừng xử lý"),
}
EMPTY = {
    OVERDUE: N_("Không có hồ sơ quá hạn. Tính đến %(at)s."),
    DUE_SOON: N_("Không có hồ sơ sắp đến hạn. Tính đến %(at)s."),
    FINISHED: N_("Chưa có hồ sơ nào xong. Tính đến %(at)s."),
    REFILED: N_("Không có hồ sơ nộp lại. Tính đến %(at)s."),
}
PERIODS = {Period.MONTH: N_("Tháng này"), Period.EIGHT_WEEKS: N_("8 tuần qua")}
JUDGEMENTS = {
    Judgement.IN_TIME: N_("Đúng hạn, gồm trước hạn"),
    Judgement.LATE: N_("Quá hạn"),
}
EMPTY_FILTERED = N_("Không có hồ sơ nào khớp với bộ lọc. Tính đến %(at)s.")


@dataclass(frozen=True, slots=True)
class ListLink:
    """A tab, a bucket or a heading: where it leads, and whether it is what is shown."""

    url: str
    label: str
    count: int | None = None
    current: bool = False


def period_choices() -> list[tuple[str, str]]:
    """Return how far back a list may go, as options of a choice."""
    return [(period.value, gettext(text)) for period, text in PERIODS.items()]


def kind_links(asked: OversightQuery, shown: str) -> list[ListLink]:
    """Overdue, due soon, finished, filed again: the same filters, as far as they make sense there.

    `shown` is the list that is open.
    """
    kept = asked.changed(
        ageing=None, today=False, clock=None, period=Period.MONTH, judgement=None, sort=Sort.LATE
    )
    whole = kept.changed(what=View.DOSSIER, step="")
    return [
        ListLink(
            list_url(name, whole if name == REFILED else kept), gettext(title), None, name == shown
        )
        for name, title in TITLES.items()
    ]


def filter_words(
    asked: OversightQuery, agencies: Sequence[OverseenAgency], names: dict[str, str]
) -> list[tuple[str, object, str]]:
    """Return (filter, its default, what it says) of every filter that is on."""
    on: list[tuple[str, object, str]] = []
    if asked.agency is not None:
        agency = next((either(row.name) for row in agencies if row.id == asked.agency), "")
        on.append(("agency", None, gettext("Cơ quan: %(name)s", name=agency)))
    if asked.own:
        on.append(("own", False, gettext("Không gồm đơn vị trực thuộc")))
    if asked.procedure:
        name = names.get(asked.procedure, asked.procedure)
        on.append(("procedure", "", gettext("Thủ tục: %(name)s", name=name)))
    if asked.step:
        on.append(("step", "", gettext("Bước: %(name)s", name=names.get(asked.step, asked.step))))
    if asked.ageing is not None:
        on.append(("ageing", None, gettext("Trễ %(days)s", days=gettext(AGES[asked.ageing]))))
    if asked.today:
        on.append(("today", False, gettext("Đến hạn hôm nay")))
    if asked.clock is not None:
        on.append(("clock", None, gettext(CLOCKS[asked.clock])))
    if asked.judgement is not None:
        on.append(("judgement", None, gettext(JUDGEMENTS[asked.judgement])))
    return on


def list_url(name: str, asked: OversightQuery) -> str:
    """Return the address of a list."""
    return url_for(name, **asked.to_address())
