"""Moving what an officer holds: many at once, an event each, dates as they were."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.accounts import RoleNotHeld
from onestop.domain.decisions import AlreadyHolds
from onestop.domain.moves import MoveNotAllowed, ReasonMissing
from onestop.domain.rights import Actor, Role
from onestop.models.accounts import RoleAssignment, User
from onestop.models.dossiers import Dossier, Promise, Step
from onestop.models.events import DossierEvent
from onestop.services.accounts import disable_user, end_role
from onestop.services.casework import accept_step, finish_step, withdraw
from onestop.services.event_log import DossierChanged, load
from onestop.services.holders import CannotHold
from onestop.services.holdings import StillHolds, holdings_of
from onestop.services.reassigning import Chosen, Moved, NoLongerHeld, reassign_many
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import (
    DESK,
    JUSTICE,
    OTHER_JUSTICE,
    Province,
    make_province,
    make_staff,
    receive,
)

LATER = NOW + timedelta(hours=1)
MARITAL = {"procedure": "1.004873", "papers": [{"code": "declaration"}, {"code": "identity"}]}


@dataclass
class Office:
    """A justice office whose officer `an` holds three marital-status dossiers."""

    session: Session
    province: Province
    clerk: Actor
    an: Actor
    colleague: Actor
    head: Actor
    codes: list[str]

    def chosen(self, *codes: str) -> list[Chosen]:
        """Rows of the list as they stand now."""
        return [Chosen(code, "check", load(self.session, code).state.version) for code in codes]

    def move(self, chosen: list[Chosen], **changes) -> Moved:
        values = {
            "held_by": self.an.user_id,
            "agency_id": self.province[JUSTICE],
            "holder": self.colleague.user_id,
            "reason": "absence",
            "note": "",
            "actor": self.head,
            "at": LATER,
        }
        return reassign_many(self.session, chosen, **values | changes)

    def holders(self) -> list[int | None]:
        stmt = select(Step.holder_id).join(Dossier, Dossier.id == Step.dossier_id)
        held = stmt.where(Step.key == "check", Dossier.code.in_(self.codes)).order_by(Dossier.code)
        return list(self.session.scalars(held))

    def events(self) -> int:
        return self.session.scalar(select(func.count()).select_from(DossierEvent)) or 0

    def dates(self) -> list[list[str]]:
        """Every date that is counted against or shown."""
        steps = select(Step.dossier_id, Step.key, Step.offered_at, Step.due_at, Step.late_at)
        told = select(Promise.dossier_id, Promise.line, Promise.scope, Promise.due_at)
        whole = select(Dossier.id, Dossier.due_at, Dossier.late_at, Dossier.paused_at)
        return [sorted(map(str, self.session.execute(s))) for s in (steps, told, whole)]


@pytest.fixture
def office(session: Session) -> Office:
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    an = make_staff(session, Role.OFFICER, province[JUSTICE], username="an")
    colleague = make_staff(session, Role.OFFICER, province[JUSTICE])
    head = make_staff(session, Role.LEADER, province[JUSTICE])
    codes = []
    for _ in range(3):
        code = receive(session, clerk, **MARITAL).code
        accept_step(session, code, step="check", actor=an, at=NOW)
        codes.append(code)
    return Office(session, province, clerk, an, colleague, head, codes)


def test_many_steps_are_moved_with_one_event_each(office: Office):
    events = office.events()

    done = office.move(office.chosen(*office.codes))

    assert [one.code for one in done.moved] == office.codes
    assert done.refused == ()
    assert office.holders() == [office.colleague.user_id] * 3
    assert office.events() == events + 3
    assert verify(office.session).breaks == ()


def test_moving_gives_nobody_time(office: Office):
    before = office.dates()

    office.move(office.chosen(*office.codes))
    office.move(
        office.chosen(*office.codes),
        held_by=office.colleague.user_id,
        holder=office.an.user_id,
        at=LATER + timedelta(hours=30),
    )

    assert office.holders() == [office.an.user_id] * 3
    assert office.dates() == before


def test_what_changed_meanwhile_stays_and_is_named_the_others_move(office: Office):
    one, other, third = office.codes
    chosen = office.chosen(one, other, third)
    accept_step(office.session, one, step="check", actor=office.colleague, at=NOW)
    note = "gia đình đã bổ sung"
    withdraw(office.session, other, reason="applicant_wish", note=note, actor=office.clerk, at=NOW)

    done = office.move(chosen)

    assert [one.code for one in done.moved] == [third]
    assert {r.chosen.code: type(r.error) for r in done.refused} == {
        one: NoLongerHeld,
        other: NoLongerHeld,
    }
    assert verify(office.session).breaks == ()


def test_an_old_page_is_refused_by_the_version(office: Office):
    (chosen,) = office.chosen(office.codes[0])
    old = Chosen(chosen.code, chosen.step, chosen.version - 1)

    done = office.move([old])

    assert done.moved == ()
    assert isinstance(done.refused[0].error, DossierChanged)
    assert done.refused[0].error.by == office.an.user_id


def test_the_same_list_sent_twice_moves_nothing_twice(office: Office):
    chosen = office.chosen(*office.codes)
    office.move(chosen)
    events = office.events()

    again = office.move(chosen)

    assert {type(r.error) for r in again.refused} == {NoLongerHeld}
    assert office.events() == events


def test_a_code_that_does_not_exist_is_answered_like_one_that_is_not_held(office: Office):
    clerk = make_staff(office.session, Role.CLERK, office.province["H91.52.01"])
    foreign = receive(office.session, clerk, **MARITAL).code

    done = office.move([Chosen("H91.51.01-260302-9999", "check", 1), Chosen(foreign, "check", 1)])

    assert [type(r.error) for r in done.refused] == [NoLongerHeld, NoLongerHeld]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"holder": "clerk"}, CannotHold),
        ({"holder": "stranger"}, CannotHold),
        ({"holder": "an"}, AlreadyHolds),
        ({"actor": "an"}, MoveNotAllowed),
        ({"actor": "stranger"}, MoveNotAllowed),
        ({"reason": ""}, ReasonMissing),
    ],
    ids=["another role", "another agency", "the same", "by an officer", "by a stranger", "no why"],
)
def test_what_the_rules_refuse_is_refused_for_each(office: Office, changes: dict, error: type):
    stranger = make_staff(office.session, Role.OFFICER, office.province[OTHER_JUSTICE])
    people = {"clerk": office.clerk, "stranger": stranger, "an": office.an}
    if "holder" in changes:
        changes = {"holder": people[changes["holder"]].user_id}
    elif "actor" in changes:
        changes = {"actor": people[changes["actor"]]}
    events = office.events()

    done = office.move(office.chosen(*office.codes), **changes)

    assert [type(r.error) for r in done.refused] == [error] * 3
    assert (done.moved, office.events()) == ((), events)


def test_an_account_with_dossiers_in_hand_is_not_closed(office: Office):
    with pytest.raises(StillHolds) as refusal:
        disable_user(office.session, "an", at=LATER)

    assert refusal.value.count == 3
    (held,) = refusal.value.holdings
    assert (held.user_id, held.agency_id) == (office.an.user_id, office.province[JUSTICE])
    assert office.session.get(User, office.an.user_id).disabled_at is None


def test_after_the_move_the_account_is_closed(office: Office):
    office.move(office.chosen(*office.codes))

    disable_user(office.session, "an", at=LATER)

    assert office.session.get(User, office.an.user_id).disabled_at == LATER


def test_what_is_done_is_held_no_more(office: Office):
    for code in office.codes:
        finish_step(office.session, code, step="check", actor=office.an, at=LATER)

    assert holdings_of(office.session, office.an.user_id) == ()


def test_a_role_with_dossiers_in_hand_is_not_ended(office: Office):
    agency = office.province[JUSTICE]

    with pytest.raises(StillHolds):
        end_role(office.session, "an", agency_id=agency, role=Role.OFFICER, at=LATER)
    office.move(office.chosen(*office.codes))
    end_role(office.session, "an", agency_id=agency, role=Role.OFFICER, at=LATER)

    held = select(RoleAssignment.until).where(RoleAssignment.user_id == office.an.user_id)
    assert office.session.scalars(held).all() == [LATER]


def test_another_role_at_the_same_agency_may_end_meanwhile(office: Office):
    agency = office.province[JUSTICE]
    session = office.session
    since = NOW - timedelta(days=1)
    session.add(
        RoleAssignment(
            user_id=office.an.user_id, agency_id=agency, role=Role.REGISTRAR, since=since
        )
    )
    session.flush()

    end_role(session, "an", agency_id=agency, role=Role.REGISTRAR, at=LATER)

    with pytest.raises(RoleNotHeld):
        end_role(session, "an", agency_id=agency, role=Role.REGISTRAR, at=LATER)


def test_a_role_that_was_to_begin_later_never_begins(office: Office):
    agency, later = office.province[JUSTICE], NOW + timedelta(days=9)
    row = RoleAssignment(user_id=office.an.user_id, agency_id=agency, role=Role.LEADER, since=later)
    office.session.add(row)
    office.session.flush()

    end_role(office.session, "an", agency_id=agency, role=Role.LEADER, at=LATER)

    office.session.refresh(row)
    assert row.until == later
