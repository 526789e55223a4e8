"""The lists of leaders as their pages show them: tabs, buckets, chips, headings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from flask import url_for

from onestop.domain.oversight import Ageing, Sort, View
from onestop.domain.standings import Standing
from onestop.inputs.oversight import OversightQuery, place_text
from onestop.queries.oversight import OversightPage
from onestop.queries.oversight_finished import FinishedPage
from onestop.queries.oversight_refiled import RefiledPage
from onestop.web.filters import local_time
from onestop.web.language import gettext
from onestop.web.oversight_words import (
    AGES,
    CLOCKS,
    EMPTY,
    EMPTY_FILTERED,
    FINISHED,
    JUDGEMENTS,
    REFILED,
    STANDINGS,
    TITLES,
    VIEWS,
    ListLink,
    filter_words,
    kind_links,
    list_url,
    period_choices,
)
from onestop.web.wording import either

Page = TypeVar("Page", OversightPage, FinishedPage, RefiledPage)

PAPERS = {
    Standing.OVERDUE: "oversight_papers.overdue_list",
    Standing.DUE_SOON: "oversight_papers.due_soon_list",
}


@dataclass(frozen=True, slots=True)
class Filtered(Generic[Page]):
    """What the lists of leaders have in common: filters in the address, tabs, chips, pages."""

    asked: OversightQuery
    page: Page
    now: datetime

    @property
    def name(self) -> str:
        """Which of the lists it is: a key of TITLES, the endpoint of its page."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """The title of the list."""
        return gettext(TITLES[self.name])

    @property
    def empty(self) -> str:
        """What stands there instead of no rows: the instant makes it a fact."""
        text = EMPTY_FILTERED if self.chips else EMPTY[self.name]
        return gettext(text, at=local_time(self.now))

    @property
    def kinds(self) -> list[ListLink]:
        """The lists beside this one."""
        return kind_links(self.asked, self.name)

    @property
    def parts(self) -> list[ListLink]:
        """What divides the list, each part with its count."""
        return []

    @property
    def file_url(self) -> str:
        """The Excel file of the same filters."""
        return url_for(f"{self.name}_file", **self.asked.changed().to_address())

    @property
    def paper_url(self) -> str:
        """The printed list of the same filters; "" for a list that is not printed."""
        return ""

    def url(self, **changes: object) -> str:
        """The address of this list with other filters."""
        return list_url(self.name, self.asked.changed(**changes))

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
        return list_url(self.name, self.asked.model_copy(update={"after": after}))

    @property
    def first_url(self) -> str | None:
        """Back to the first page, when this is another one."""
        return self.url() if self.asked.place else None


@dataclass(frozen=True, slots=True)
class Listing(Filtered[OversightPage]):
    """The list of what is overdue or due soon, as its page shows it."""

    standing: Standing

    @property
    def name(self) -> str:
        """The list of this standing."""
        return STANDINGS[self.standing]

    @property
    def is_late(self) -> bool:
        """Whether this is the list of what is overdue."""
        return self.standing is Standing.OVERDUE

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
    def paper_url(self) -> str:
        """The printed list of the same filters."""
        return url_for(PAPERS[self.standing], **self.asked.changed().to_address())


@dataclass(frozen=True, slots=True)
class FinishedListing(Filtered[FinishedPage]):
    """The list of what was finished lately, as its page shows it."""

    @property
    def name(self) -> str:
        """The list of what is finished."""
        return FINISHED

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


@dataclass(frozen=True, slots=True)
class RefiledListing(Filtered[RefiledPage]):
    """The list of what was filed again, as its page shows it."""

    @property
    def name(self) -> str:
        """The list of what was filed again."""
        return REFILED

    @property
    def periods(self) -> list[tuple[str, str]]:
        """How far back the list may go, as options of a choice."""
        return period_choices()
