"""Reminders of piles that nobody answered for: both sides, once, in the morning."""

from datetime import timedelta

from sqlalchemy import delete, select

from onestop.domain.notices import NoticeKind
from onestop.domain.rights import Role
from onestop.models.accounts import RoleAssignment
from onestop.models.notices import Notice
from onestop.models.piles import Pile
from onestop.queries.notices import NoticeRow, open_notices
from onestop.services import piles
from onestop.services.sweep import forget_notices, write_pile_notices
from tests.factories import JUSTICE
from tests.services.building import LATER, Building

MINUTE = timedelta(minutes=1)


def shown(building: Building, who, at) -> list[NoticeRow]:
    return [
        row
        for row in open_notices(building.session, who, now=at).rows
        if row.kind is NoticeKind.PILE_LATE
    ]


def test_the_next_morning_both_sides_are_reminded_of_a_pile_once(building: Building) -> None:
    session = building.session
    pile = building.given(building.received(2))
    late_at = session.get(Pile, pile).late_at

    assert write_pile_notices(session, at=late_at - MINUTE) == 0
    assert write_pile_notices(session, at=late_at) == 1
    assert write_pile_notices(session, at=late_at + MINUTE) == 0

    found = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(one.scope, one.user_id, one.role) for one in found] == [
        ("giver", building.clerk.user_id, None),
        ("officer", None, Role.OFFICER),
    ]
    for who in (building.clerk, building.officer, building.second_officer):
        (row,) = shown(building, who, late_at)
        assert (row.pile_id, row.pile_number, row.code) == (pile, 1, "")
    assert shown(building, building.second_clerk, late_at) == []


def test_it_waits_out_the_night_and_goes_when_the_pile_is_answered(building: Building) -> None:
    session = building.session
    (code,) = building.received()
    pile = building.given([code])
    night = session.get(Pile, pile).late_at + timedelta(hours=13)
    write_pile_notices(session, at=night)

    assert shown(building, building.officer, night) == []
    morning = night + timedelta(hours=11)
    assert len(shown(building, building.officer, morning)) == 1
    assert forget_notices(session, at=morning) == 0
    piles.take_paper(session, pile, code, actor=building.officer, at=LATER)
    assert shown(building, building.officer, morning) == []
    assert forget_notices(session, at=morning) == 2
    assert write_pile_notices(session, at=morning) == 0


def test_where_nobody_takes_papers_the_leader_is_reminded(building: Building) -> None:
    session = building.session
    pile = building.given(building.received())
    session.execute(
        delete(RoleAssignment).where(RoleAssignment.agency_id == building.province[JUSTICE])
    )
    write_pile_notices(session, at=session.get(Pile, pile).late_at)

    roles = session.scalars(select(Notice.role).where(Notice.role.is_not(None))).all()
    assert roles == [Role.LEADER]
