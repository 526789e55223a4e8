"""How the lists of leaders are put into words and links: tabs, buckets, chips, headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from flask import url_for

from onestop.domain.limits import Standing
from onestop.domain.oversight import Ageing, Judgement, Period, Sort, Standstill, View
from onestop.inputs.oversight import OversightQuery, place_text
from onestop.queries.oversight import OversightPage
from onestop.queries.oversight_choices import OverseenAgency
from onestop.queries.oversight_finished import FinishedPage
from onestop.queries.oversight_refiled import RefiledPage
from onestop.web.filters import local_time
from onestop.web.language import gettext
from onestop.web.messages.entry import N_
from onestop.web.wording import either

Page = TypeVar("Page", OversightPage, FinishedPage, RefiledPage)

ENDPOINTS = {Standing.OVERDUE: "oversight.overdue", Standing.DUE_SOON: "oversight.due_soon"}
FINISHED = "oversight.finished"
PAPERS = {
    Standing.OVERDUE: "oversight_papers.overdue_list",
    Standing.DUE_SOON: "oversight_papers.due_soon_list",
}
TITLES = {Standing.OVERDUE: N_("Hồ sơ quá hạn"), Standing.DUE_SOON: N_("Hồ sơ sắp đến hạn")}
FINISHED_TITLE = N_("Hồ sơ đã giải quyết")
REFILED = "oversight.refiled"
REFILED_TITLE = N_("Hồ sơ nộp lại")
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
    Standing.OVERDUE: N_("Không có hồ sơ quá hạn. Tính đến %(at)s."),
    Standing.DUE_SOON: N_("Không có hồ sơ sắp đến hạn. Tính đến %(at)s."),
}
PERIODS = {Period.MONTH: N_("Tháng này"), Period.EIGHT_WEEKS: N_("8 tuần qua")}
JUDGEMENTS = {
    Judgement.IN_TIME: N_("Đúng hạn, gồm trước hạn"),
    Judgement.LATE: N_("Quá hạn"),
}
EMPTY_REFILED = N_("Không có hồ sơ nộp lại. Tính đến %(at)s.")
EMPTY_FINISHED = N_("Chưa có hồ sơ nào xong. Tính đến %(at)s.")
EMPTY_FILTERED = N_("Không có hồ sơ nào khớp với bộ lọc. Tính đến %(at)s.")


@dataclass(frozen=True, slots=True)
class ListLink:
    """A tab, a bucket or a heading: where it leads, and whether it is what is shown."""

    url: str
    label: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Filtered(Generic[Page]):
    """What the lists of leaders have in common: filters in the address, tabs, chips, pages."""

    asked: OversightQuery
    page: Page
    now: datetime

    def address(self, asked: OversightQuery) -> str:
        """The address of this list with these filters."""
        raise NotImplementedError

    @property
    def paper_url(self) -> str:
        """The printed list of the same filters; "" for a list that is not printed."""
        return ""

    def url(self, **changes: object) -> str:
        """The address of this list with other filters."""
        return self.address(self.asked.changed(**changes))

    @property
    def by_step(self) -> bool:
        """Whether each row is one step."""
        return self.asked.what is View.STEP

    @property
    def views(self) -> list[ListLink]:
        """The whole dossier and the single steps, each with its count."""
        counts: Mapping[View, int] = {}
        if not isinstance(self.page, RefiledPage):
            counts = self.page.views
        return [
            ListLink(self.url(what=view), gettext(text), counts[view], view is self.asked.what)
            for view, text in VIEWS.items()
            if view in counts
        ]

    @property
    def chips(self) -> list[ListLink]:
        """Every filter that is on, and the address without it."""
        return [
            ListLink(self.url(**{name: default}), label)
            for name, default, label in filter_words(self.asked, self.page.agencies, self._names())
        ]

    def _names(self) -> dict[str, str]:
        rows = (*self.page.procedures, *self.page.steps)
        return {row.code: either(row.name) for row in rows}

    @property
    def hidden(self) -> dict[str, str]:
        """What the form of filters must carry along."""
        chosen = {"agency", "own", "procedure", "step", "clock", "period"}
        kept = self.asked.changed().to_address()
        return {name: value for name, value in kept.items() if name not in chosen}

    def sorted_by(self, sort: str, label: str) -> ListLink:
        """The heading of a column as a link that sorts by it."""
        return ListLink(self.url(sort=Sort(sort)), label, None, self.asked.sort is Sort(sort))

    @property
    def next_url(self) -> str | None:
        """The next page."""
        place = self.page.next
        if place is None:
            return None
        after = place_text(place.value, place.dossier_id, place.position)
        return self.address(self.asked.model_copy(update={"after": after}))

    @property
    def first_url(self) -> str | None:
        """Back to the first page, when this is another one."""
        return self.url() if self.asked.place else None


@dataclass(frozen=True, slots=True)
class Listing(Filtered[OversightPage]):
    """The list of what is overdue or due soon, as its page shows it."""

    standing: Standing

    def address(self, asked: OversightQuery) -> str:
        """The address of this list with these filters."""
        return list_url(self.standing, asked)

    @property
    def is_late(self) -> bool:
        """Whether this is the list of what is overdue."""
        return self.standing is Standing.OVERDUE

    @property
    def title(self) -> str:
        """The name of the list."""
        return gettext(TITLES[self.standing])

    @property
    def empty(self) -> str:
        """What stands there instead of no rows: the instant makes it a fact."""
        text = EMPTY_FILTERED if self.chips else EMPTY[self.standing]
        return gettext(text, at=local_time(self.now))

    @property
    def kinds(self) -> list[ListLink]:
        """The lists beside this one."""
        return kind_links(self.asked, ENDPOINTS[self.standing])

    @property
    def parts(self) -> list[ListLink]:
        """The buckets of what is late, or what is due today of what is due soon."""
        if not self.is_late:
            today = ListLink(
                self.url(today=True), gettext("Hôm nay"), self.page.today, self.asked.today
            )
            return [self._whole(not self.asked.today), today]
        ages = [
            ListLink(
                self.url(ageing=age),
                gettext(AGES[age]),
                self.page.ages[age],
                age is self.asked.ageing,
            )
            for age in Ageing
        ]
        return [self._whole(self.asked.ageing is None), *ages]

    def _whole(self, current: bool) -> ListLink:
        return ListLink(self.url(ageing=None, today=False), gettext("Tất cả"), None, current)

    @property
    def clocks(self) -> list[tuple[str, str]]:
        """What the clock may stand still for, as options of a choice."""
        return [(clock.value, gettext(text)) for clock, text in CLOCKS.items()]

    @property
    def file_url(self) -> str:
        """The Excel file of the same filters."""
        return file_url(ENDPOINTS[self.standing], self.asked)

    @property
    def paper_url(self) -> str:
        """The printed list of the same filters."""
        kept = self.asked.changed().to_address()
        return url_for(PAPERS[self.standing], **kept)


@dataclass(frozen=True, slots=True)
class FinishedListing(Filtered[FinishedPage]):
    """The list of what was finished lately, as its page shows it."""

    def address(self, asked: OversightQuery) -> str:
        """The address of this list with these filters."""
        return finished_url(asked)

    @property
    def title(self) -> str:
        """The name of the list."""
        return gettext(FINISHED_TITLE)

    @property
    def empty(self) -> str:
        """What stands there instead of no rows."""
        text = EMPTY_FILTERED if self.chips else EMPTY_FINISHED
        return gettext(text, at=local_time(self.now))

    @property
    def kinds(self) -> list[ListLink]:
        """The lists beside this one."""
        return kind_links(self.asked, FINISHED)

    @property
    def parts(self) -> list[ListLink]:
        """In time and late, each with its count."""
        whole = ListLink(
            self.url(judgement=None), gettext("Tất cả"), None, self.asked.judgement is None
        )
        parts = [
            ListLink(
                self.url(judgement=judgement),
                gettext(text),
                self.page.judgements[judgement],
                judgement is self.asked.judgement,
            )
            for judgement, text in JUDGEMENTS.items()
        ]
        return [whole, *parts]

    @property
    def periods(self) -> list[tuple[str, str]]:
        """How far back the list may go, as options of a choice."""
        return period_choices()

    @property
    def file_url(self) -> str:
        """The Excel file of the same filters."""
        return file_url(FINISHED, self.asked)


@dataclass(frozen=True, slots=True)
class RefiledListing(Filtered[RefiledPage]):
    """The list of what was filed again, as its page shows it."""

    def address(self, asked: OversightQuery) -> str:
        """The address of this list with these filters."""
        return refiled_url(asked)

    @property
    def title(self) -> str:
        """The name of the list."""
        return gettext(REFILED_TITLE)

    @property
    def empty(self) -> str:
        """What stands there instead of no rows."""
        text = EMPTY_FILTERED if self.chips else EMPTY_REFILED
        return gettext(text, at=local_time(self.now))

    @property
    def kinds(self) -> list[ListLink]:
        """The lists beside this one."""
        return kind_links(self.asked, REFILED)

    @property
    def parts(self) -> list[ListLink]:
        """Nothing divides this list."""
        return []

    @property
    def periods(self) -> list[tuple[str, str]]:
        """How far back the list may go, as options of a choice."""
        return period_choices()

    @property
    def file_url(self) -> str:
        """The Excel file of the same filters."""
        return file_url(REFILED, self.asked)


def period_choices() -> list[tuple[str, str]]:
    """Return how far back a list may go, as options of a choice."""
    return [(period.value, gettext(text)) for period, text in PERIODS.items()]


def kind_links(asked: OversightQuery, shown: str) -> list[ListLink]:
    """Overdue, due soon, finished, filed again: the same filters, as far as they make sense there.

    `shown` is the endpoint of the list that is open.
    """
    kept = asked.changed(
        ageing=None, today=False, clock=None, period=Period.MONTH, judgement=None, sort=Sort.LATE
    )
    links = [
        ListLink(list_url(standing, kept), gettext(TITLES[standing]), None, endpoint == shown)
        for standing, endpoint in ENDPOINTS.items()
    ]
    whole = kept.changed(what=View.DOSSIER, step="")
    return [
        *links,
        ListLink(finished_url(kept), gettext(FINISHED_TITLE), None, shown == FINISHED),
        ListLink(refiled_url(whole), gettext(REFILED_TITLE), None, shown == REFILED),
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


def list_url(standing: Standing, asked: OversightQuery) -> str:
    """Return the address of a list."""
    return url_for(ENDPOINTS[standing], **asked.to_address())


def finished_url(asked: OversightQuery) -> str:
    """Return the address of the list of what is finished."""
    return url_for(FINISHED, **asked.to_address())


def refiled_url(asked: OversightQuery) -> str:
    """Return the address of the list of what was filed again."""
    return url_for(REFILED, **asked.to_address())


def file_url(endpoint: str, asked: OversightQuery) -> str:
    """Return the address of the Excel file of a list."""
    return url_for(f"{endpoint}_file", **asked.changed().to_address())
