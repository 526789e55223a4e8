"""Six roles held at agencies: who may do what, and how far it reaches."""

import pytest

from onestop.domain.rights import RIGHTS, Actor, Assignment, Right, Role

# Role x right, written out by hand from domain facts 7.1: the table the product must equal.
EXPECTED = {
    Role.CLERK: "receive return see_worklist see_dossier work see_book",
    Role.OFFICER: "see_worklist see_dossier work",
    Role.LEADER: "see_worklist see_dossier work sign stop oversee export see_book",
    Role.REGISTRAR: "see_worklist see_dossier work register see_book",
    Role.AUDITOR: "see_dossier oversee export see_book audit",
    Role.ADMIN: "administer",
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_exactly_the_rights_of_the_table(role: Role):
    assert {right.value for right in RIGHTS[role]} == set(EXPECTED[role].split())


def test_an_administrator_sees_no_dossier():
    assert Right.SEE_DOSSIER not in RIGHTS[Role.ADMIN]


def test_only_a_clerk_receives_and_returns():
    assert {r for r in Role if Right.RECEIVE in RIGHTS[r]} == {Role.CLERK}
    assert {r for r in Role if Right.RETURN in RIGHTS[r]} == {Role.CLERK}


def test_an_assistant_of_a_leader_sees_and_prints_but_cannot_act():
    assistant = Actor(1, (Assignment(4, "/1/4/", Role.LEADER, assistant=True),))

    assert assistant.has(Right.OVERSEE)
    assert not assistant.has(Right.STOP)
    assert not assistant.holds(Role.LEADER, 4)
    assert assistant.subtrees_with(Right.OVERSEE) == ("/1/4/",)


def test_a_leader_reaches_the_subtree_and_a_clerk_only_the_own_agency():
    both = Actor(1, (Assignment(4, "/1/4/", Role.LEADER), Assignment(9, "/1/8/9/", Role.CLERK)))

    assert both.subtrees_with(Right.SEE_DOSSIER) == ("/1/4/",)
    assert both.agencies_with(Right.SEE_DOSSIER) == (4, 9)


def test_nested_subtrees_are_named_once():
    person = Actor(
        1,
        (
            Assignment(4, "/1/4/", Role.LEADER),
            Assignment(9, "/1/4/9/", Role.AUDITOR),
            Assignment(41, "/1/41/", Role.LEADER),
        ),
    )

    assert person.subtrees_with(Right.OVERSEE) == ("/1/4/", "/1/41/")


def test_a_stand_in_acts_for_the_absent_colleague_and_for_nobody_else():
    own, lent = Assignment(4, "/1/4/", Role.OFFICER), Assignment(4, "/1/4/", Role.LEADER, lent_by=2)
    actor = Actor(1, (own, lent))

    assert actor.stands_for == {2}
    assert [actor.acts_for(holder) for holder in (1, 2, 3, None)] == [True, True, False, False]
    assert Actor(1, (own,)).stands_for == frozenset()
    assert not Actor(1, (own,)).acts_for(2)


def test_a_role_is_lent_only_where_it_is_not_an_own_one():
    own, lent = (
        Assignment(4, "/1/4/", Role.OFFICER),
        Assignment(4, "/1/4/", Role.OFFICER, lent_by=2),
    )
    elsewhere = Assignment(9, "/1/9/", Role.OFFICER, lent_by=2)
    actor = Actor(1, (own, lent, elsewhere))

    assert actor.lender(Role.OFFICER, 4) is None
    assert actor.lender(Role.OFFICER, 9) == 2
    assert actor.lender(Role.CLERK, 9) is None


def test_without_an_absent_colleague_only_the_other_roles_are_left():
    own, lent = Assignment(4, "/1/4/", Role.OFFICER), Assignment(4, "/1/4/", Role.LEADER, lent_by=2)
    other = Assignment(4, "/1/4/", Role.CLERK, lent_by=3)

    assert Actor(1, (own, lent, other)).without(frozenset({2})) == Actor(1, (own, other))
