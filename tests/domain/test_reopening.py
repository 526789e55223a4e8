"""What goes on when a leader opens a stopped dossier again while branches were under way."""

from datetime import timedelta

import pytest

from onestop.domain import decisions
from onestop.domain.dossier import DossierState, passed_over
from onestop.domain.events import DossierStopped, StepAccepted, StepFinished
from onestop.domain.fold import fold
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.routes import StepKind
from onestop.domain.working_time import WorkingCalendar
from tests.domain.dossiers import (
    CENTRE,
    INSURANCE,
    JUSTICE,
    POLICE,
    START,
    history,
    offer,
    received,
    step,
)

ROUTE = (
    step("receive", StepKind.RECEIVE, CENTRE, role=Role.CLERK, allotment=None),
    step("check", StepKind.WORK, JUSTICE, "receive"),
    step("ask", StepKind.CONSULT, POLICE, "check", optional=True),
    step("visit", StepKind.WORK, INSURANCE, "check"),
    step("draft", StepKind.WORK, JUSTICE, "check", "ask"),
    step("return", StepKind.RETURN, CENTRE, "draft", "visit", role=Role.CLERK, allotment=None),
)
LEADER = Actor(105, (Assignment(JUSTICE, f"/{JUSTICE}/", Role.LEADER),))


def stopped(*under_way: str) -> DossierState:
    """Stopped while these branches were under way, others not asked for."""
    agencies = {"ask": POLICE, "visit": INSURANCE, "draft": JUSTICE}
    skipped = () if "ask" in under_way else ("ask",)
    offers = tuple(offer(key, agencies[key]) for key in under_way)
    return fold(
        history(
            received(*ROUTE, offers=(offer("check", JUSTICE),)),
            StepAccepted("check", 1),
            StepFinished("check", 1, offers, skipped=skipped),
            DossierStopped("dispute"),
        )
    )


def offered(state: DossierState, target: str, vn: WorkingCalendar) -> dict[str, int]:
    """The steps that a reopening at `target` offers, each with its agency."""
    act = decisions.Act(state, LEADER, START + timedelta(hours=4))
    event = decisions.reopen(act, target=target, reason="other", calendar_of=lambda agency: vn)
    return {one.step: one.agency for one in event.offers}


@pytest.mark.parametrize(
    ("under_way", "again"),
    [
        (("ask", "visit"), {"ask": POLICE, "visit": INSURANCE}),
        (("visit", "draft"), {"visit": INSURANCE, "draft": JUSTICE}),
    ],
    ids=["asked", "never asked"],
)
def test_what_others_were_asked_when_the_work_was_stopped_they_are_asked_again(
    vn: WorkingCalendar, under_way: tuple[str, ...], again: dict[str, int]
):
    assert offered(stopped(*under_way), "visit", vn) == again


def test_whoever_does_the_step_before_again_decides_anew_whom_to_ask(vn: WorkingCalendar):
    assert offered(stopped("ask", "visit"), "check", vn) == {"check": JUSTICE}


def test_what_follows_on_a_step_nobody_was_asked_for_goes_by_with_it():
    twice = (
        *ROUTE[:2],
        step("ask", StepKind.CONSULT, POLICE, "receive", optional=True),
        step("again", StepKind.CONSULT, POLICE, "receive", "ask", optional=True),
    )

    assert passed_over(twice, ("receive",)) == {"ask", "again"}
    assert passed_over(twice, ()) == set()
