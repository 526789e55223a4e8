"""A view stands in the log of the agency through which the dossier may be seen."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Right, Role
from onestop.models.accounts import AccessLogEntry
from onestop.models.piles import Pile
from onestop.services.access import NobodyToLog, record_view
from onestop.services.papers import issue_document
from tests.conftest import NOW
from tests.factories import (
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_COMMUNE,
    OTHER_DESK,
    Province,
    make_province,
    make_staff,
    receive,
)


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


@pytest.fixture
def code(session: Session, province: Province) -> str:
    return receive(session, make_staff(session, Role.CLERK, province[DESK])).code


def holding(session: Session, province: Province, *held: tuple[Role, str]) -> Actor:
    """One person with these roles, in this order."""
    people = [make_staff(session, role, province[agency]) for role, agency in held]
    return Actor(people[0].user_id, tuple(a for one in people for a in one.assignments))


def logged(session: Session, actor: Actor, subject: str, right: Right = Right.SEE_DOSSIER) -> int:
    record_view(session, actor, right=right, endpoint="dossiers.page", subject=subject, at=NOW)
    return session.scalars(select(AccessLogEntry.agency_id)).one()


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([(Role.CLERK, OTHER_DESK), (Role.CLERK, DESK)], DESK),
        ([(Role.LEADER, OTHER_COMMUNE), (Role.LEADER, COMMUNE)], COMMUNE),
        ([(Role.LEADER, "H91"), (Role.LEADER, COMMUNE)], COMMUNE),
        ([(Role.LEADER, "H91"), (Role.OFFICER, DESK)], DESK),
        ([(Role.OFFICER, OTHER_DESK), (Role.OFFICER, JUSTICE)], JUSTICE),
        ([(Role.ADMIN, DESK), (Role.AUDITOR, "H91")], "H91"),
    ],
    ids=[
        "a clerk of two desks",
        "a leader of two communes",
        "the commune that decides before the province above it",
        "taking part before looking down",
        "an officer where the work lies",
        "an admin sees no dossier",
    ],
)
def test_of_several_agencies_the_one_that_lets_see_it_counts(
    session: Session, province: Province, code: str, held: list[tuple[Role, str]], expected: str
) -> None:
    assert logged(session, holding(session, province, *held), code) == province[expected]


def test_an_agency_that_only_gives_the_right_of_the_page_does_not_count(
    session: Session, province: Province, code: str
) -> None:
    person = holding(session, province, (Role.CLERK, OTHER_DESK), (Role.LEADER, COMMUNE))

    assert logged(session, person, code, Right.RECEIVE) == province[COMMUNE]


@pytest.mark.parametrize("subject", ["", "H91.51.01-260302-9999"], ids=["a list", "no dossier"])
def test_what_no_agency_takes_part_in_stands_where_the_right_is_held_first(
    session: Session, province: Province, subject: str
) -> None:
    person = holding(session, province, (Role.CLERK, OTHER_DESK), (Role.CLERK, DESK))

    assert logged(session, person, subject) == province[OTHER_DESK]


def test_a_pile_a_paper_and_a_book_stand_where_their_data_belong(
    session: Session, province: Province
) -> None:
    person = holding(session, province, (Role.LEADER, OTHER_COMMUNE), (Role.LEADER, COMMUNE))
    values = {"kind": "day_sheet", "content": b"%PDF", "form_edition": "2025", "at": NOW}
    paper = issue_document(session, agency_id=province[DESK], actor=person.user_id, **values)
    pile = Pile(from_agency_id=province[JUSTICE], from_user_id=person.user_id, started_at=NOW)
    session.add(pile)
    session.flush()

    subjects = (
        f"pile:{pile.id}",
        f"paper:{paper}",
        f"book:{province[DESK]}/2026",
        "job:99",
        "pile:-",
    )
    for subject in subjects:
        record_view(session, person, right=None, endpoint="x", subject=subject, at=NOW)

    rows = session.execute(select(AccessLogEntry.subject, AccessLogEntry.agency_id)).all()
    here, elsewhere = province[COMMUNE], province[OTHER_COMMUNE]
    assert dict(rows) == dict(zip(subjects, [here, here, here, elsewhere, elsewhere], strict=True))  # type: ignore[arg-type]  # rows are pairs


def test_somebody_without_a_role_cannot_look(session: Session, province: Province) -> None:
    with pytest.raises(NobodyToLog):
        record_view(session, Actor(1), right=None, endpoint="x", subject="", at=NOW)
