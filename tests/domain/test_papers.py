"""The paper original: who holds it first, what moves it, and what leaves it where it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from onestop.domain import decisions
from onestop.domain.decisions import (
    NoPaper,
    NotItsWay,
    PaperElsewhere,
    PaperNeeded,
    ReceptionWasVoided,
    ways_of,
)
from onestop.domain.dossier import DossierState, PaperState
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    DossierStopped,
    DossierWithdrawn,
    PaperGiven,
    PaperReleased,
    PaperStayed,
    PaperTaken,
    PaperTick,
    ReceptionVoided,
    ReleasedTo,
    Stayed,
    StepAccepted,
    StepFinished,
    TakenBy,
)
from onestop.domain.fold import HistoryBroken, fold
from onestop.domain.moves import allowed_moves as moves_of
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.statuses import Action, Status
from tests.domain.dossiers import (
    CENTRE,
    CLERK,
    INSURANCE,
    JUSTICE,
    OFFICER,
    POLICE,
    START,
    history,
    offer,
    received,
)

PILE = 7
ELECTRONIC = (PaperTick("declaration", "electronic", 1),)
GIVEN = PaperGiven(PILE, JUSTICE)
TAKEN = PaperTaken(JUSTICE, TakenBy.SCAN, PILE)


def person(user: int, *agencies: int, role: Role = Role.OFFICER, lent: int | None = None) -> Actor:
    held = tuple(Assignment(a, f"/{a}/", role, lent_by=lent) for a in agencies)
    return Actor(user, held)


CLERK_THERE = person(CLERK, CENTRE, role=Role.CLERK)
OFFICER_THERE = person(OFFICER, JUSTICE)


def after(*events: object, **changes: object) -> DossierState:
    return fold(history(received(**changes), *events))


def test_the_receiving_clerk_holds_it_from_the_reception_on():
    assert after().paper == PaperState(CENTRE, CLERK, START)


def test_files_alone_are_no_original():
    assert after(papers=ELECTRONIC).paper is None
    assert not after(papers=ELECTRONIC).has_paper


def test_a_given_paper_is_the_givers_until_it_is_taken():
    given, taken = after(GIVEN).paper, after(GIVEN, TAKEN).paper

    assert (given.holder, given.since, given.offer.agency) == (CLERK, START, JUSTICE)
    assert taken == PaperState(JUSTICE, OFFICER, START + timedelta(hours=2))


@pytest.mark.parametrize("why", Stayed)
def test_a_paper_that_stayed_is_held_since_before(why: Stayed):
    assert after(GIVEN, PaperStayed(PILE, why)).paper == after().paper


def test_work_on_the_screen_moves_no_paper():
    steps = (
        StepAccepted("birth", 1),
        StepFinished("birth", 1, (offer("residence", POLICE), offer("card", INSURANCE))),
    )

    assert after(*steps).paper == after().paper


@pytest.mark.parametrize(
    ("ending", "left"),
    [
        (DossierWithdrawn("applicant_request"), None),
        (ReceptionVoided("mistake"), None),
        (DossierStopped("other", True), PaperState(CENTRE, CLERK, START)),
    ],
    ids=["withdrawn", "voided", "stopped"],
)
def test_what_lies_at_the_desk_goes_with_the_dossier_unless_it_was_stopped(ending, left):
    assert after(ending).paper == left


def test_what_lies_elsewhere_or_is_on_its_way_stays_in_hand_after_the_end():
    elsewhere = after(GIVEN, TAKEN, DossierWithdrawn("applicant_request"))
    on_its_way = after(GIVEN, DossierWithdrawn("applicant_request"))

    assert (elsewhere.paper.agency, elsewhere.status) == (JUSTICE, Status.WITHDRAWN)
    assert on_its_way.paper.offer.pile == PILE


def test_a_finished_dossiers_paper_goes_only_to_the_desk_or_to_the_archive():
    running, ended = after(), after(DossierStopped("other", True))

    assert ways_of(running) == {JUSTICE}
    assert ways_of(ended) == {JUSTICE}
    with pytest.raises(NotItsWay):
        decisions.give_paper(running, CLERK_THERE, pile=PILE, agency=POLICE)
    back = after(GIVEN, TAKEN, DossierStopped("other", True))
    assert ways_of(back) == {CENTRE}


def test_what_is_not_in_the_hand_cannot_be_given():
    with pytest.raises(PaperElsewhere):
        decisions.give_paper(after(), OFFICER_THERE, pile=PILE, agency=JUSTICE)
    with pytest.raises(NoPaper):
        decisions.give_paper(after(papers=ELECTRONIC), CLERK_THERE, pile=PILE, agency=JUSTICE)


def test_a_stand_in_gives_what_the_absent_colleague_holds():
    stand_in = person(99, CENTRE, role=Role.CLERK, lent=CLERK)

    assert decisions.give_paper(after(), stand_in, pile=PILE, agency=JUSTICE) == GIVEN


def test_an_assistant_gives_and_takes_nothing():
    looks_on = Actor(OFFICER, (replace(OFFICER_THERE.assignments[0], assistant=True),))

    with pytest.raises(DomainError):
        decisions.take_paper(after(GIVEN), looks_on, pile=PILE, how=TakenBy.SCAN)


def test_only_a_finished_dossiers_original_leaves_all_hands():
    with pytest.raises(PaperNeeded):
        decisions.release_paper(after(), CLERK_THERE, to=ReleasedTo.ARCHIVE)

    stopped = after(DossierStopped("other", True))
    event = decisions.release_paper(stopped, CLERK_THERE, to=ReleasedTo.APPLICANT)
    assert after(DossierStopped("other", True), event).paper is None


def test_out_of_the_archive_it_is_taken_only_for_open_work():
    archived = after(DossierStopped("other", True), PaperReleased(ReleasedTo.ARCHIVE))

    with pytest.raises(NoPaper):
        decisions.take_over_paper(archived, OFFICER_THERE)
    opened = replace(archived, status=Status.PROCESSING, finished_at=None)
    assert decisions.take_over_paper(opened, OFFICER_THERE) == PaperTaken(JUSTICE, TakenBy.HAND)


@pytest.mark.parametrize(
    "events",
    [
        (GIVEN, GIVEN),
        (TAKEN,),
        (GIVEN, PaperTaken(JUSTICE, TakenBy.SCAN, PILE + 1)),
        (GIVEN, PaperTaken(JUSTICE, TakenBy.HAND)),
        (PaperStayed(PILE, Stayed.MISSING),),
        (PaperReleased(ReleasedTo.ARCHIVE), PaperReleased(ReleasedTo.ARCHIVE)),
    ],
    ids=["given twice", "never given", "another pile", "past the pile", "not given", "gone"],
)
def test_a_history_that_moves_a_paper_from_nowhere_is_broken(events):
    with pytest.raises(HistoryBroken):
        after(*events)


def test_a_reception_is_void_no_more_once_another_agency_had_the_original():
    at = START + timedelta(minutes=5)
    back = PaperTaken(CENTRE, TakenBy.HAND)

    def may_void(*events: object) -> bool:
        return Action.VOID in {move.action for move in moves_of(after(*events), CLERK_THERE, at)}

    assert may_void()
    assert may_void(GIVEN)
    assert may_void(back)
    assert not may_void(GIVEN, TAKEN)
    assert not may_void(GIVEN, TAKEN, PaperGiven(8, CENTRE), replace(back, pile=8))


def test_the_paper_of_a_voided_reception_goes_only_back_to_the_desk():
    voided = after(GIVEN, ReceptionVoided("mistake"), TAKEN)

    assert ways_of(voided) == {CENTRE}
    with pytest.raises(ReceptionWasVoided):
        decisions.give_paper(
            after(ReceptionVoided("mistake")), CLERK_THERE, pile=PILE, agency=JUSTICE
        )
