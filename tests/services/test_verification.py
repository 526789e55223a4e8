"""A history or a table changed behind the log's back is found and named."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from onestop.domain.chain import event_hash
from onestop.domain.rights import Role
from onestop.models.accounts import AccessLogEntry
from onestop.models.base import table_of
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party, Promise, Step
from onestop.models.events import DossierEvent, PersonalValue
from onestop.models.reception import CodeCounter
from onestop.services.access import record_view
from onestop.services.casework import accept_step, finish_step
from onestop.services.event_log import load
from onestop.services.papers import issue_document
from onestop.services.verification import Break, Fault, verify
from onestop.triggers import PROTECTED
from tests.conftest import NOW
from tests.factories import DESK, JUSTICE, make_province, make_staff, receive

EVENTS = table_of(DossierEvent)


@pytest.fixture
def dossier(session: Session):
    """A dossier with four events between two others; the triggers are out of the way."""
    province = make_province(session)
    clerk = make_staff(session, Role.CLERK, province[DESK])
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    receive(session, clerk)
    got = receive(session, clerk)
    receive(session, clerk)
    (first,) = load(session, got.code).state.live_steps
    at = NOW + timedelta(minutes=20)
    accept_step(session, got.code, step=first.step, actor=officer, at=at)
    finish_step(session, got.code, step=first.step, actor=officer, at=at, note="Đã kiểm tra")
    without_triggers(session)
    assert verify(session).breaks == ()
    return got


def without_triggers(session: Session) -> None:
    """What somebody with the database's own rights can do first."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f'DROP TRIGGER "{name}"'))
    else:
        # What is checked at the commit is checked now: a table with such checks cannot be altered.
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        for table in PROTECTED:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def only_break(session: Session) -> Break:
    (found,) = verify(session).breaks
    return found


def test_one_byte_of_one_event_is_named_by_dossier_and_version(session, dossier):
    row = EVENTS.c.dossier_id == dossier.dossier_id, EVENTS.c.version == 2
    body = bytes(session.scalar(select(EVENTS.c.body).where(*row)))
    changed = body.replace(b'"attempt":1', b'"attempt":2')
    assert changed != body
    session.execute(update(EVENTS).where(*row).values(body=changed))

    found = only_break(session)
    assert (found.dossier, found.version, found.fault) == (dossier.code, 2, Fault.CHAIN_BROKEN)


def test_an_edited_body_with_a_fresh_hash_breaks_the_next_event(session, dossier):
    row = EVENTS.c.dossier_id == dossier.dossier_id, EVENTS.c.version == 2
    stored = session.execute(select(EVENTS).where(*row)).one()
    body = bytes(stored.body).replace(b'"attempt":1', b'"attempt":2')
    fresh = event_hash(bytes(stored.previous_hash), body, dossier=dossier.code, version=2)
    session.execute(update(EVENTS).where(*row).values(body=body, hash=fresh))

    found = only_break(session)
    assert (found.dossier, found.version) == (dossier.code, 2)
    assert found.fault is Fault.IMPOSSIBLE


@pytest.mark.parametrize("version", [1, 2, 3], ids=["first", "middle", "last"])
def test_a_deleted_event_is_named(session, dossier, version):
    session.execute(
        delete(EVENTS).where(EVENTS.c.dossier_id == dossier.dossier_id, EVENTS.c.version == version)
    )

    found = only_break(session)
    assert found.dossier == dossier.code
    if version < 3:
        assert (found.version, found.fault) == (version, Fault.VERSION_MISSING)
    else:
        assert found.fault is Fault.TABLE_DIFFERS


@pytest.mark.parametrize(
    ("table", "column"),
    [(Dossier, "due_at"), (Dossier, "late_at"), (Step, "due_at"), (Promise, "due_at")],
    ids=["due of the dossier", "late of the dossier", "due of a step", "a line of the ledger"],
)
def test_one_date_moved_in_a_table_is_named(session, dossier, table, column):
    changed = table_of(table)
    owner = changed.c.id if table is Dossier else changed.c.dossier_id
    moved = update(changed).where(owner == dossier.dossier_id)
    later = NOW + timedelta(days=9)
    session.execute(moved.values({column: later}).where(changed.c[column].is_not(None)))

    found = only_break(session)
    assert (found.dossier, found.fault) == (dossier.code, Fault.TABLE_DIFFERS)
    assert column in found.detail


def test_a_row_too_much_is_named(session, dossier):
    promise = session.scalars(
        select(Promise).where(Promise.dossier_id == dossier.dossier_id)
    ).first()
    extra = {c.name: getattr(promise, c.name) for c in Promise.__table__.c} | {"line": 99}
    session.execute(table_of(Promise).insert(), extra)

    found = only_break(session)
    assert found.detail == "promises: row (99,) is too much"


def test_a_changed_personal_value_is_named_and_an_erased_one_is_reported_as_erased(
    session, dossier
):
    mine = PersonalValue.dossier_id == dossier.dossier_id
    name = PersonalValue.kind == "applicant.name"
    session.execute(update(PersonalValue).where(mine, name).values(value="Người Khác"))
    found = only_break(session)
    assert (found.fault, found.detail) == (Fault.PERSONAL_VALUE_CHANGED, "applicant.name")

    erased = {"value": None, "salt": None, "erased_at": NOW}
    session.execute(update(PersonalValue).where(mine, name).values(erased))
    checked = verify(session)
    assert checked.breaks == ()
    assert checked.erased == 1


def test_a_number_that_nobody_bears_is_a_gap(session, dossier):
    session.execute(update(CodeCounter).values(last=7))

    found = only_break(session)
    assert found.fault is Fault.NUMBER_GAP


def test_a_lost_history_is_named(session, dossier):
    session.execute(delete(EVENTS).where(EVENTS.c.dossier_id == dossier.dossier_id))

    found = only_break(session)
    assert (found.dossier, found.fault) == (dossier.code, Fault.NO_EVENTS)


@pytest.mark.parametrize(
    "changes",
    [{"name": "Kẻ Gian"}, {"phone": "0999999999"}, {"address": None}],
    ids=["a name", "a telephone", "an address taken away"],
)
def test_a_person_changed_in_the_table_alone_is_named(session, dossier, changes):
    session.execute(update(Party).where(Party.dossier_id == dossier.dossier_id).values(**changes))

    found = only_break(session)
    assert (found.dossier, found.fault) == (dossier.code, Fault.TABLE_DIFFERS)


def test_an_issued_paper_whose_bytes_changed_is_named(session, dossier):
    agency = session.scalars(select(Dossier.receiving_agency_id)).first()
    actor = session.scalars(select(Dossier.received_by)).first()
    issue_document(
        session,
        kind="receipt",
        dossier_id=dossier.dossier_id,
        agency_id=agency,
        content=b"%PDF",
        form_edition="2025",
        actor=actor,
        at=NOW,
        dossier_version=1,
    )
    assert verify(session).breaks == ()
    session.execute(update(IssuedDocument).values(content=b"%PDX"))

    assert only_break(session).fault is Fault.DOCUMENT_CHANGED


def looked_at(session: Session, actor, times: int) -> None:
    for _ in range(times):
        record_view(session, actor, right=None, endpoint="x", subject="", at=NOW)


@pytest.mark.parametrize("change", ["body", "who", "delete_middle", "delete_last"])
def test_a_view_changed_or_taken_out_of_the_access_log_is_named(session, dossier, change):
    province = session.scalars(select(Dossier.receiving_agency_id)).first()
    looked_at(session, make_staff(session, Role.CLERK, province), 3)
    assert verify(session).breaks == ()
    log = table_of(AccessLogEntry)
    if change == "body":
        session.execute(update(log).where(log.c.n == 2).values(body=b"{}"))
    elif change == "who":
        somebody = session.scalars(select(Dossier.received_by)).first()
        session.execute(update(log).where(log.c.n == 2).values(user_id=somebody))
    else:
        n = 2 if change == "delete_middle" else 3
        session.execute(delete(log).where(log.c.n == n))

    found = only_break(session)
    assert found.fault is Fault.CHAIN_BROKEN
    assert found.dossier.startswith("access log")
    assert found.version == (3 if change == "delete_last" else 2)
