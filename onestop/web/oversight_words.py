"""How the lists of leaders are put into words and links: tabs, buckets, chips, headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from onestop.domain.limits import Standing
from onestop.domain.oversight import Ageing, Sort, Standstill, View
from onestop.inputs.oversight import OversightQuery, place_text
from onestop.queries.oversight import OversightPage
from onestop.queries.oversight_choices import OverseenAgency
from onestop.queries.oversight_figures import OversightFigures
from onestop.queries.oversight_steps import AgencyFiguresRow, BottleneckRow
from onestop.web.filters import local_time
from onestop.web.language import gettext
from onestop.web.messages.entry import N_
from onestop.web.sparklines import Sparkline, sparkline
from onestop.web.wording import either

ENDPOINTS = {Standing.OVERDUE: "oversight.overdue", Standing.DUE_SOON: "oversight.due_soon"}
TITLES = {Standing.OVERDUE: N_("Hồ sơ quá hạn"), Standing.DUE_SOON: N_("Hồ sơ sắp đến hạn")}
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
EMPTY_FILTERED = N_("Không có hồ sơ nào khớp với bộ lọc. Tính đến %(at)s.")
SHADES = ((0.8, "good"), (1.0, "soon"))
"""Up to which share of the allowed time a pace has this tone; above the last it is late."""


@dataclass(frozen=True, slots=True)
class ListLink:
    """A tab, a bucket or a heading: where it leads, and whether it is what is shown."""

    url: str
    label: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as its page shows it."""

    standing: Standing
    asked: OversightQuery
    page: OversightPage
    now: datetime

    @property
    def is_late(self) -> bool:
        """Whether this is the list of what is overdue."""
        return self.standing is Standing.OVERDUE

    @property
    def by_step(self) -> bool:
        """Whether each row is one step."""
        return self.asked.what is View.STEP

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
        """Overdue and due soon: the same filters, as far as they make sense there."""
        kept = self.asked.changed(ageing=None, today=False, clock=None)
        return [
            ListLink(
                list_url(standing, kept), gettext(TITLES[standing]), None, standing is self.standing
            )
            for standing in ENDPOINTS
        ]

    @property
    def views(self) -> list[ListLink]:
        """Late as a whole and late at a step, each with its count."""
        return [
            ListLink(
                self.url(what=view), gettext(text), self.page.views[view], view is self.asked.what
            )
            for view, text in VIEWS.items()
        ]

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
    def clocks(self) -> list[tuple[str, str]]:
        """What the clock may stand still for, as options of a choice."""
        return [(clock.value, gettext(text)) for clock, text in CLOCKS.items()]

    @property
    def hidden(self) -> dict[str, str]:
        """What the form of filters must carry along."""
        chosen = {"agency", "own", "procedure", "step", "clock"}
        kept = self.asked.changed().to_address()
        return {name: value for name, value in kept.items() if name not in chosen}

    def sorted_by(self, sort: str, label: str) -> ListLink:
        """The heading of a column as a link that sorts by it."""
        return ListLink(self.url(sort=Sort(sort)), label, None, self.asked.sort is Sort(sort))

    def url(self, **changes: object) -> str:
        """The address of this list with other filters."""
        return list_url(self.standing, self.asked.changed(**changes))

    @property
    def file_url(self) -> str:
        """The Excel file of the same filters."""
        return url_for(
            f"{ENDPOINTS[self.standing]}_file",
            **self.asked.changed().to_address(),  # type: ignore[arg-type]
        )

    @property
    def next_url(self) -> str | None:
        """The next page."""
        place = self.page.next
        if place is None:
            return None
        after = place_text(place.value, place.dossier_id, place.position)
        return list_url(self.standing, self.asked.model_copy(update={"after": after}))

    @property
    def first_url(self) -> str | None:
        """Back to the first page, when this is another one."""
        return self.url() if self.asked.place else None


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
    return on


def list_url(standing: Standing, asked: OversightQuery) -> str:
    """Return the address of a list."""
    return url_for(ENDPOINTS[standing], **asked.to_address())  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class FigureLinks:
    """Where the figures of the leader's page lead; every one to the list it counts."""

    figures: OversightFigures
    asked: OversightQuery

    def late(self, ageing: str | None = None) -> str:
        """The overdue dossiers, of one bucket when it is given."""
        age = Ageing(ageing) if ageing else None
        return list_url(Standing.OVERDUE, self._here(ageing=age))

    @property
    def stopped(self) -> str:
        """All that is overdue, what stands still among it."""
        return list_url(Standing.OVERDUE, self._here())

    def soon(self, today: bool = False) -> str:
        """The dossiers that are due soon, or today."""
        return list_url(Standing.DUE_SOON, self._here(today=today))

    def cell(self, row: BottleneckRow) -> str:
        """The late steps of one line of the table of bottlenecks."""
        asked = OversightQuery(
            what=View.STEP,
            agency=row.agency_id,
            own=True,
            procedure=row.procedure_code,
            step=row.key,
        )
        return list_url(Standing.OVERDUE, asked)

    def steps(self, row: AgencyFiguresRow, soon: bool = False) -> str:
        """The late steps of an agency, or those that are due soon."""
        asked = OversightQuery(what=View.STEP, agency=row.id, own=row.own)
        return list_url(Standing.DUE_SOON if soon else Standing.OVERDUE, asked)

    def agency(self, agency_id: int) -> str:
        """The leader's page of an agency below."""
        return url_for("oversight.overview", agency=agency_id)

    @property
    def every(self) -> str:
        """This page with every bottleneck."""
        return url_for("oversight.overview", agency=self.asked.agency, all=1)

    @property
    def ages(self) -> list[tuple[ListLink, int]]:
        """The buckets with the length of their bars, 0 to 100."""
        most = max((*self.figures.ages.values(), 1))
        return [
            (ListLink(self.late(age), gettext(AGES[age]), count), round(100 * count / most))
            for age, count in self.figures.ages.items()
        ]

    @property
    def overdue_line(self) -> Sparkline | None:
        """How many were overdue, week by week."""
        return sparkline(self.figures.overdue_trend)

    @property
    def in_time_line(self) -> Sparkline | None:
        """What share was finished in time, week by week."""
        return sparkline(self.figures.in_time_trend, unit=" %")

    def tone(self, pace: float) -> str:
        """The shade of a pace: well within the limit, just within it, or beyond."""
        return next((tone for upto, tone in SHADES if pace <= upto), "late")

    def _here(self, **changes: object) -> OversightQuery:
        return OversightQuery(agency=self.asked.agency).changed(**changes)


def figure_links(figures: OversightFigures, asked: OversightQuery) -> FigureLinks:
    """Return the links of the leader's page."""
    return FigureLinks(figures, asked)
