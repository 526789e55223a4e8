"""The worklist of somebody who stands in: the own steps and those of the absent, marked."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Assignment, Role
from onestop.models.accounts import User
from onestop.queries.worklists import Tab, WorklistFilter, WorklistRow, worklist
from onestop.services.casework import accept_step
from tests.conftest import NOW
from tests.factories import DESK, JUSTICE, Province, make_province, make_staff, receive

MARITAL = {"procedure": "1.004873", "papers": [{"code": "declaration"}, {"code": "identity"}]}


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


def officer(session: Session, province: Province, role: Role = Role.OFFICER, **changes) -> Actor:
    return make_staff(session, role, province[JUSTICE], **changes)


def for_them(stand_in: Actor, *absent: Actor) -> Actor:
    """The stand-in as a request makes it."""
    lent = tuple(replace(held, lent_by=one.user_id) for one in absent for held in one.assignments)
    return Actor(stand_in.user_id, (*stand_in.assignments, *lent))


def accepted(session: Session, province: Province, by: Actor) -> str:
    code = offered(session, province)
    accept_step(session, code, step="check", actor=by, at=NOW)
    return code


def offered(session: Session, province: Province) -> str:
    clerk = make_staff(session, Role.CLERK, province[DESK])
    return receive(session, clerk, **MARITAL).code


def rows(session: Session, actor: Actor, **asked) -> dict[str, WorklistRow]:
    page = worklist(session, actor, WorklistFilter(**asked), now=NOW)
    assert page.counts[asked.get("tab", Tab.ALL)] == len(page.rows)
    return {row.code: row for row in page.rows}


def test_the_steps_of_the_absent_stand_beside_the_own_ones_and_say_whose_they_are(
    session: Session, province: Province
) -> None:
    away = officer(session, province, display_name="Trần Minh Quân")
    stand_in, third = officer(session, province), officer(session, province)
    mine = accepted(session, province, stand_in)
    theirs = accepted(session, province, away)
    accepted(session, province, third)

    found = rows(session, for_them(stand_in, away))

    assert found.keys() == {mine, theirs}
    assert (found[mine].stands_for, found[theirs].stands_for) == ("", "Trần Minh Quân")
    assert rows(session, stand_in).keys() == {mine}


def test_what_is_offered_to_the_lent_role_alone_is_marked(
    session: Session, province: Province
) -> None:
    away = officer(session, province, display_name="Trần Minh Quân")
    registrar = officer(session, province, Role.REGISTRAR)
    colleague = officer(session, province)
    code = offered(session, province)

    assert rows(session, registrar) == {}
    lent = rows(session, for_them(registrar, away), tab=Tab.OFFERED)
    own = rows(session, for_them(colleague, away), tab=Tab.OFFERED)

    assert (lent[code].stands_for, own[code].stands_for) == ("Trần Minh Quân", "")


def test_one_may_stand_in_for_two(session: Session, province: Province) -> None:
    one = officer(session, province, display_name="Lê Thị Mai")
    other = officer(session, province, display_name="Đỗ Văn Lâm")
    stand_in = officer(session, province)
    codes = [accepted(session, province, who) for who in (one, other)]

    found = rows(session, for_them(stand_in, one, other))

    assert [found[code].stands_for for code in codes] == ["Lê Thị Mai", "Đỗ Văn Lâm"]


def test_the_list_of_the_agency_marks_only_what_is_theirs(
    session: Session, province: Province
) -> None:
    away, third, stand_in = (officer(session, province) for _ in range(3))
    name = session.get(User, away.user_id).display_name
    theirs, foreign = accepted(session, province, away), accepted(session, province, third)

    found = rows(session, for_them(stand_in, away), whole_agency=True)

    assert (found[theirs].stands_for, found[foreign].stands_for) == (name, "")


def test_who_stands_in_for_nobody_costs_no_statement_more(
    session: Session, province: Province, count_queries
) -> None:
    away, stand_in = officer(session, province), officer(session, province)
    accepted(session, province, stand_in)
    with count_queries() as plain:
        rows(session, stand_in)
    with count_queries() as standing_in:
        rows(session, for_them(stand_in, away))

    assert len(standing_in) == len(plain) + 1


def test_a_role_lent_elsewhere_opens_no_other_list(session: Session, province: Province) -> None:
    away = officer(session, province)
    accepted(session, province, away)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    lent = Assignment(province[DESK], "/", Role.OFFICER, lent_by=away.user_id)

    assert rows(session, Actor(clerk.user_id, (*clerk.assignments, lent))) == {}
