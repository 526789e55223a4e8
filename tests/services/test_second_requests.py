"""Papers are asked for once; a second request needs a leader, and is counted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import NothingAsked
from onestop.domain.dossier import DossierState
from onestop.domain.events import PaperTick, PauseKind
from onestop.domain.moves import MoveNotAllowed, ReasonMissing, allowed_moves
from onestop.domain.procedures import UnknownPaper
from onestop.domain.rights import Actor, Role
from onestop.domain.statuses import Action, Status
from onestop.models.dossiers import Dossier
from onestop.services import casework, pauses, promises
from onestop.services.event_log import load
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, JUSTICE, make_province, make_staff, receive

MARITAL = "1.004873"
DAY = timedelta(days=1)


@dataclass
class Unit:
    """A dossier whose officer has asked once and was brought what was missing."""

    session: Session
    clerk: Actor
    officer: Actor
    head: Actor
    chairman: Actor
    code: str = ""

    @property
    def state(self) -> DossierState:
        return load(self.session, self.code).state

    def ask(self, **changes: object) -> None:
        pauses.request_supplement(self.session, self.code, **self._asked(changes))

    def propose(self, **changes: object) -> None:
        pauses.propose_supplement(self.session, self.code, **self._asked(changes))

    def approve(self, actor: Actor | None = None, proposal: int = 1, at: datetime = NOW) -> None:
        by = {"actor": actor or self.head, "proposal": proposal, "at": at}
        pauses.approve_supplement(self.session, self.code, **by)

    def brought(self, at: datetime = NOW) -> None:
        papers = [PaperTick("identity", "original", 1)]
        by = {"actor": self.clerk, "at": at, "kind": PauseKind.SUPPLEMENT}
        pauses.take_in(self.session, self.code, papers=papers, **by)

    def may(self, actor: Actor) -> set[Action]:
        return {move.action for move in allowed_moves(self.state, actor, NOW)}

    def _asked(self, changes: dict[str, object]) -> dict[str, object]:
        values = {"step": "check", "papers": ["identity"], "reason": "paper_unclear"}
        return values | {"note": "", "actor": self.officer, "at": NOW} | changes


@pytest.fixture
def unit(session: Session) -> Unit:
    province = make_province(session)
    unit = Unit(
        session,
        clerk=make_staff(session, Role.CLERK, province[DESK]),
        officer=make_staff(session, Role.OFFICER, province[JUSTICE]),
        head=make_staff(session, Role.LEADER, province[JUSTICE]),
        chairman=make_staff(session, Role.LEADER, province[COMMUNE]),
    )
    papers = [{"code": "declaration"}, {"code": "identity"}]
    unit.code = receive(session, unit.clerk, procedure=MARITAL, papers=papers).code
    casework.accept_step(session, unit.code, step="check", actor=unit.officer, at=NOW)
    unit.ask()
    unit.brought()
    return unit


def test_the_officer_may_only_propose_to_ask_again(unit):
    assert Action.PROPOSE_SUPPLEMENT in unit.may(unit.officer)
    assert Action.REQUEST_SUPPLEMENT not in unit.may(unit.officer)
    with pytest.raises(MoveNotAllowed):
        unit.ask()


def test_one_request_at_a_time_waits_for_a_leader(unit):
    unit.propose()

    assert not {Action.PROPOSE_SUPPLEMENT, Action.REQUEST_SUPPLEMENT} & unit.may(unit.officer)
    with pytest.raises(MoveNotAllowed):
        unit.propose()


def test_the_clock_runs_while_a_leader_thinks(unit):
    unit.propose()

    assert unit.state.status is Status.PROCESSING
    assert unit.state.open_pauses == ()


def test_an_agreement_stops_the_clock_for_the_full_term_and_is_counted(unit):
    unit.propose(papers=["identity", "declaration"])

    unit.approve(at=NOW + DAY)

    (pause,) = unit.state.open_pauses
    assert unit.state.status is Status.SUPPLEMENT_REQUIRED
    assert (pause.papers, pause.opened_at) == (("identity", "declaration"), NOW + DAY)
    assert pause.citizen_due_at.date() == date(2026, 3, 17)  # ten working days on
    assert unit.state.supplement_requests == 2
    row = unit.session.scalars(select(Dossier).where(Dossier.code == unit.code)).one()
    assert row.supplement_requests == 2


def test_what_was_agreed_cannot_be_agreed_again(unit):
    unit.propose()
    unit.approve()
    unit.brought()

    with pytest.raises(MoveNotAllowed):
        unit.approve()


def test_only_the_leader_of_the_unit_that_asks_decides(unit):
    unit.propose()

    for who in (unit.officer, unit.clerk, unit.chairman):
        with pytest.raises(MoveNotAllowed):
            unit.approve(who)


def test_a_declined_one_stops_no_clock(unit):
    unit.propose()

    why = {"reason": "asked_already", "note": "", "actor": unit.head, "at": NOW}
    promises.decline(unit.session, unit.code, proposal=1, **why)

    assert unit.state.status is Status.PROCESSING
    assert unit.state.supplement_requests == 1
    with pytest.raises(MoveNotAllowed):
        unit.approve()


def test_it_falls_with_the_step_that_asked(unit):
    unit.propose()
    casework.finish_step(unit.session, unit.code, step="check", actor=unit.officer, at=NOW)

    assert unit.state.open_proposals == ()
    with pytest.raises(MoveNotAllowed):
        unit.approve()


def test_it_asks_for_papers_of_the_list_with_a_reason(unit):
    with pytest.raises(NothingAsked):
        unit.propose(papers=[])
    with pytest.raises(UnknownPaper):
        unit.propose(papers=["made_up"])
    with pytest.raises(UnknownPaper):
        unit.propose(papers=["identity", "identity"])
    with pytest.raises(ReasonMissing):
        unit.propose(reason="")
