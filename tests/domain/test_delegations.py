"""Absences: their days, the roles they lend, and who may arrange them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from onestop.domain.delegations import (
    AbsenceDaysUnclear,
    AbsenceNotYours,
    absence_term,
    last_day,
    lent_roles,
    require_arranger,
)
from onestop.domain.rights import Actor, Assignment, Role

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # Monday, 8:30 in the offices
MONDAY = date(2026, 3, 2)
ABSENT, STAND_IN, OTHER = 1, 2, 3


def at_agency(agency: int, role: Role, **changes) -> Assignment:
    return Assignment(agency, f"/1/{agency}/", role, **changes)


def test_the_local_days_of_an_absence_run_from_midnight_to_midnight():
    since, until = absence_term(date(2026, 3, 4), date(2026, 3, 6), NOW)

    assert since == datetime(2026, 3, 3, 17, tzinfo=UTC)
    assert until == datetime(2026, 3, 6, 17, tzinfo=UTC)
    assert last_day(until) == date(2026, 3, 6)


def test_an_absence_from_today_on_begins_now():
    since, until = absence_term(MONDAY, MONDAY, NOW)

    assert since == NOW
    assert last_day(until) == MONDAY


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, MONDAY),
        (MONDAY, None),
        (date(2026, 3, 1), MONDAY),
        (date(2026, 3, 5), date(2026, 3, 4)),
        (MONDAY, date(2027, 3, 3)),
        (date(2099, 1, 1), date(2099, 1, 2)),
        (MONDAY, date.max),
    ],
    ids=["no first", "no last", "yesterday", "wrong way round", "too long", "far off", "for ever"],
)
def test_days_that_make_no_absence_are_refused(first: date | None, last: date | None):
    with pytest.raises(AbsenceDaysUnclear):
        absence_term(first, last, NOW)


def test_roles_are_lent_where_both_work():
    absent = (at_agency(4, Role.OFFICER), at_agency(4, Role.LEADER), at_agency(9, Role.CLERK))
    colleague = (at_agency(4, Role.REGISTRAR),)

    assert lent_roles(absent, colleague, by=ABSENT) == (
        at_agency(4, Role.OFFICER, lent_by=ABSENT),
        at_agency(4, Role.LEADER, lent_by=ABSENT),
    )


@pytest.mark.parametrize(
    ("absent", "stand_in"),
    [
        ((at_agency(4, Role.LEADER),), (at_agency(4, Role.LEADER, assistant=True),)),
        (
            (at_agency(4, Role.LEADER),),
            (at_agency(4, Role.LEADER, assistant=True), at_agency(4, Role.CLERK)),
        ),
        ((at_agency(4, Role.LEADER, assistant=True),), (at_agency(4, Role.OFFICER),)),
        ((at_agency(4, Role.ADMIN), at_agency(4, Role.AUDITOR)), (at_agency(4, Role.OFFICER),)),
        ((at_agency(4, Role.OFFICER),), (at_agency(4, Role.ADMIN), at_agency(4, Role.AUDITOR))),
        ((at_agency(4, Role.OFFICER),), (at_agency(9, Role.OFFICER),)),
        ((at_agency(4, Role.OFFICER, lent_by=OTHER),), (at_agency(4, Role.OFFICER),)),
        ((at_agency(4, Role.OFFICER),), (at_agency(4, Role.OFFICER, lent_by=OTHER),)),
    ],
    ids=[
        "to an assistant",
        "to an assistant who is a clerk as well",
        "of an assistant",
        "of an administrator and auditor",
        "to an administrator and auditor",
        "to a stranger",
        "what was itself lent",
        "to somebody who is there for another only",
    ],
)
def test_nothing_is_lent(absent, stand_in):
    assert lent_roles(absent, stand_in, by=ABSENT) == ()


ROLES = (at_agency(4, Role.OFFICER, lent_by=ABSENT),)


@pytest.mark.parametrize(
    ("actor", "stand_in"),
    [
        (Actor(ABSENT), STAND_IN),
        (Actor(OTHER, (at_agency(4, Role.LEADER),)), STAND_IN),
        (Actor(STAND_IN, (at_agency(4, Role.LEADER),)), STAND_IN),
        (Actor(OTHER, (Assignment(1, "/1/", Role.ADMIN),)), STAND_IN),
    ],
    ids=["oneself", "a leader", "a leader as the stand-in", "an administrator above"],
)
def test_an_absence_is_arranged_by(actor: Actor, stand_in: int):
    require_arranger(actor, ABSENT, stand_in=stand_in, roles=ROLES)


@pytest.mark.parametrize(
    "actor",
    [
        Actor(OTHER, (at_agency(4, Role.OFFICER),)),
        Actor(OTHER, (at_agency(4, Role.LEADER, assistant=True),)),
        Actor(OTHER, (at_agency(9, Role.LEADER),)),
        Actor(OTHER, (Assignment(1, "/1/", Role.LEADER),)),
        Actor(OTHER, (at_agency(4, Role.LEADER, lent_by=ABSENT),)),
        Actor(OTHER, (at_agency(9, Role.ADMIN),)),
        Actor(STAND_IN, (Assignment(1, "/1/", Role.ADMIN),)),
    ],
    ids=[
        "a colleague",
        "an assistant",
        "a leader elsewhere",
        "a leader above",
        "a leader's stand-in",
        "an administrator elsewhere",
        "an administrator for the own person",
    ],
)
def test_an_absence_is_not_arranged_by(actor: Actor):
    with pytest.raises(AbsenceNotYours):
        require_arranger(actor, ABSENT, stand_in=STAND_IN, roles=ROLES)


def test_a_leader_of_one_of_two_agencies_does_not_lend_the_roles_of_the_other():
    roles = (*ROLES, at_agency(9, Role.CLERK, lent_by=ABSENT))
    leader = Actor(OTHER, (at_agency(4, Role.LEADER),))

    with pytest.raises(AbsenceNotYours):
        require_arranger(leader, ABSENT, stand_in=STAND_IN, roles=roles)


def test_where_nothing_is_lent_only_the_person_arranges():
    admin = Actor(OTHER, (Assignment(1, "/1/", Role.ADMIN),))

    require_arranger(Actor(ABSENT), ABSENT, stand_in=STAND_IN, roles=())
    with pytest.raises(AbsenceNotYours):
        require_arranger(admin, ABSENT, stand_in=STAND_IN, roles=())


def test_the_longest_absence_is_a_year():
    _, until = absence_term(MONDAY, MONDAY + timedelta(days=365), NOW)

    assert last_day(until) == date(2027, 3, 2)
