"""A desk and an office of one commune whose people hand originals to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.dossier import PaperState
from onestop.domain.rights import Actor, Role
from onestop.models.piles import Pile
from onestop.services import casework, pauses, piles
from onestop.services.event_log import load
from tests.conftest import NOW
from tests.factories import DESK, JUSTICE, Province, make_province, make_staff, receive

LATER = NOW + timedelta(minutes=10)


@dataclass
class Building:
    """A desk and the office its birth registrations go to, with two people each."""

    session: Session
    province: Province
    clerk: Actor
    second_clerk: Actor
    officer: Actor
    second_officer: Actor

    def received(self, number: int = 1) -> list[str]:
        return [receive(self.session, self.clerk).code for _ in range(number)]

    def scanned(self, codes: Sequence[str], who: Actor | None = None) -> int:
        for code in codes:
            piles.scan_paper(self.session, code, actor=who or self.clerk, at=LATER)
        return self.session.scalars(select(Pile.id).order_by(Pile.id.desc()).limit(1)).one()

    def give(self, pile: int, *, to: str = JUSTICE, at: datetime = LATER) -> piles.Given:
        """The clerk gives a pile away."""
        agency = self.province[to]
        return piles.give_pile(self.session, pile, to_agency=agency, actor=self.clerk, at=at)

    def take(self, pile: int, code: str, who: Actor | None = None) -> int:
        """Take one paper by scanning it; the officer does, if nobody is named."""
        return piles.take_paper(self.session, pile, code, actor=who or self.officer, at=LATER)

    def take_all(self, pile: int, who: Actor | None = None) -> int:
        return piles.take_pile(self.session, pile, actor=who or self.officer, at=LATER)

    def withdraw(self, code: str) -> None:
        casework.withdraw(
            self.session, code, reason="applicant_request", note="", actor=self.clerk, at=LATER
        )

    def ask_for_identity(self, code: str) -> None:
        """The officer accepts the step and asks for a paper."""
        (step,) = load(self.session, code).state.live_steps
        by = {"step": step.step, "actor": self.officer, "at": LATER}
        casework.accept_step(self.session, code, **by)
        pauses.request_supplement(
            self.session, code, papers=("identity",), reason="papers_missing", note="", **by
        )

    def given(self, codes: Sequence[str], who: Actor | None = None, to: str = JUSTICE) -> int:
        pile = self.scanned(codes, who)
        piles.give_pile(
            self.session, pile, to_agency=self.province[to], actor=who or self.clerk, at=LATER
        )
        return pile

    def paper(self, code: str) -> PaperState | None:
        return load(self.session, code).state.paper

    def holder(self, code: str) -> int | None:
        paper = self.paper(code)
        return paper.holder if paper else None


def make_building(session: Session) -> Building:
    """Two people at the desk and two officers, with nothing received yet."""
    province = make_province(session)
    return Building(
        session,
        province,
        *(make_staff(session, Role.CLERK, province[DESK]) for _ in range(2)),
        *(make_staff(session, Role.OFFICER, province[JUSTICE]) for _ in range(2)),
    )
