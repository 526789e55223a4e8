"""Where the figures of the leader's page lead: each one to the list it was counted from."""

from dataclasses import dataclass

from flask import url_for

from onestop.domain.oversight import Ageing, Judgement, Period, View
from onestop.inputs.oversight import OversightQuery
from onestop.queries.oversight_figures import OversightFigures
from onestop.queries.oversight_steps import AgencyFiguresRow, BottleneckRow
from onestop.web.language import gettext
from onestop.web.oversight_words import (
    AGES,
    DUE_SOON,
    FINISHED,
    OVERDUE,
    REFILED,
    ListLink,
    list_url,
)
from onestop.web.sparklines import Sparkline, sparkline

SHADES = ((0.8, "good"), (1.0, "soon"))
"""Up to which share of the allowed time a pace has this tone; above the last it is late."""


@dataclass(frozen=True, slots=True)
class FigureLinks:
    """Where the figures of the leader's page lead; every one to the list it counts."""

    figures: OversightFigures
    asked: OversightQuery

    def late(self, ageing: str | None = None) -> str:
        """The overdue dossiers, of one bucket when it is given."""
        age = Ageing(ageing) if ageing else None
        return list_url(OVERDUE, self._here(ageing=age))

    @property
    def stopped(self) -> str:
        """All that is overdue, what stands still among it."""
        return list_url(OVERDUE, self._here())

    def soon(self, today: bool = False) -> str:
        """The dossiers that are due soon, or today."""
        return list_url(DUE_SOON, self._here(today=today))

    @property
    def finished(self) -> str:
        """The dossiers finished this month, in time or not."""
        return list_url(FINISHED, self._here())

    @property
    def refiled(self) -> str:
        """The dossiers filed again this month."""
        return list_url(REFILED, self._here())

    def cell(self, row: BottleneckRow) -> str:
        """The late steps of one line of the table of bottlenecks."""
        return list_url(OVERDUE, _cell(row))

    def done(self, row: BottleneckRow, late: bool = False) -> str:
        """The steps of such a line that were done in eight weeks, or those of them done late."""
        judgement = Judgement.LATE if late else None
        return list_url(
            FINISHED, _cell(row).changed(period=Period.EIGHT_WEEKS, judgement=judgement)
        )

    def steps(self, row: AgencyFiguresRow, soon: bool = False) -> str:
        """The late steps of an agency, or those that are due soon."""
        asked = OversightQuery(what=View.STEP, agency=row.id, own=row.own)
        return list_url(DUE_SOON if soon else OVERDUE, asked)

    def done_in_time(self, row: AgencyFiguresRow) -> str:
        """The steps that an agency did this month, in time or not."""
        return list_url(FINISHED, OversightQuery(what=View.STEP, agency=row.id, own=row.own))

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

    @staticmethod
    def tone(pace: float) -> str:
        """The shade of a pace: well within the limit, just within it, or beyond.

        It goes by the figure that is shown: two lines that say 1,0 have one shade.
        """
        return next((tone for upto, tone in SHADES if round(pace, 1) <= upto), "late")

    def _here(self, **changes: object) -> OversightQuery:
        return OversightQuery(agency=self.asked.agency).changed(**changes)


def _cell(row: BottleneckRow) -> OversightQuery:
    return OversightQuery(
        what=View.STEP,
        agency=row.agency_id,
        own=True,
        procedure=row.procedure_code,
        step=row.key,
    )


def figure_links(figures: OversightFigures, asked: OversightQuery) -> FigureLinks:
    """Return the links of the leader's page."""
    return FigureLinks(figures, asked)
