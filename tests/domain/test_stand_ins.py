"""Standing in for an absent colleague: what may be done, and on whose behalf it then is."""

from datetime import timedelta

import pytest

from onestop.domain.dossier import StepStatus
from onestop.domain.events import (
    DossierStopped,
    Recorded,
    StepAccepted,
    StepFinished,
    StepReassigned,
)
from onestop.domain.fold import apply, fold
from onestop.domain.moves import allowed_moves
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.stand_ins import on_behalf_of
from onestop.domain.statuses import Action
from tests.domain.dossiers import INSURANCE, JUSTICE, OFFICER, START, history, offer, received

STAND_IN, SECOND = 80, 81
LATER = START + timedelta(hours=5)
FINISHED = StepFinished("birth", 1, (offer("card", INSURANCE),))


def lent(role: Role, by: int = OFFICER) -> Assignment:
    return Assignment(JUSTICE, "/1/2/", role, lent_by=by)


CLERK_THERE = Assignment(JUSTICE, "/1/2/", Role.CLERK)
OFFICER_THERE = Assignment(JUSTICE, "/1/2/", Role.OFFICER)
HELD = fold(history(received(), StepAccepted("birth", 1)))
OFFERED = fold(history(received()))


def actions(actor: Actor, state=HELD) -> set[Action]:
    return {move.action for move in allowed_moves(state, actor, LATER)}


def test_a_stand_in_works_on_what_the_absent_officer_holds():
    assert Action.FINISH_STEP in actions(Actor(STAND_IN, (CLERK_THERE, lent(Role.OFFICER))))
    assert Action.FINISH_STEP in actions(Actor(STAND_IN, (OFFICER_THERE, lent(Role.OFFICER))))


def test_a_colleague_who_stands_in_for_nobody_may_only_take_the_step_over():
    assert actions(Actor(STAND_IN, (OFFICER_THERE,))) == {Action.ACCEPT_STEP}


def test_a_stand_in_of_somebody_else_gains_nothing():
    actor = Actor(STAND_IN, (OFFICER_THERE, lent(Role.OFFICER, by=SECOND)))

    assert actions(actor) == {Action.ACCEPT_STEP}


def test_the_work_of_the_absent_officer_is_done_on_that_officers_behalf():
    actor = Actor(STAND_IN, (OFFICER_THERE, lent(Role.OFFICER)))

    assert on_behalf_of(HELD, actor, FINISHED, LATER) == OFFICER


def test_of_two_absent_colleagues_it_is_the_one_who_holds_the_step():
    both = (lent(Role.OFFICER, by=5), lent(Role.OFFICER), lent(Role.LEADER, by=SECOND))
    actor = Actor(STAND_IN, (OFFICER_THERE, *both))

    assert on_behalf_of(HELD, actor, FINISHED, LATER) == OFFICER
    assert on_behalf_of(HELD, actor, DossierStopped("dispute"), LATER) == SECOND


@pytest.mark.parametrize(
    ("own", "behalf"),
    [(OFFICER_THERE, None), (CLERK_THERE, OFFICER)],
    ids=["an own role", "a lent role"],
)
def test_what_the_own_role_allows_is_done_in_the_own_name(own: Assignment, behalf: int | None):
    actor = Actor(STAND_IN, (own, lent(Role.OFFICER)))

    assert on_behalf_of(OFFERED, actor, StepAccepted("birth", 1), LATER) == behalf


def test_a_step_taken_for_an_absent_officer_is_held_by_that_officer():
    taken = Recorded(2, StepAccepted("birth", 1), STAND_IN, LATER, LATER, on_behalf_of=OFFICER)

    step = apply(OFFERED, taken).latest("birth")

    assert (step.holder, step.status) == (OFFICER, StepStatus.OPEN)


def test_somebody_who_stands_in_for_nobody_acts_for_nobody():
    assert on_behalf_of(HELD, Actor(OFFICER, (OFFICER_THERE,)), FINISHED, LATER) is None


def test_giving_a_step_to_another_moves_no_date():
    before = HELD.latest("birth")
    given = Recorded(3, StepReassigned("birth", 1, SECOND, "absence"), STAND_IN, LATER, LATER)

    after = apply(HELD, given)

    step = after.latest("birth")
    assert step.holder == SECOND
    assert (step.due_at, step.late_at, step.left, step.since, step.offered_at) == (
        before.due_at,
        before.late_at,
        before.left,
        before.since,
        before.offered_at,
    )
    assert (after.promises, after.late_at) == (HELD.promises, HELD.late_at)
