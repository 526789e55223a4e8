"""A province for benchmarks: every dossier has one event, and the database says so."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.demo.without_history import fill_without_history
from onestop.domain.oversight import View
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.standings import Punctuality, Standing
from onestop.domain.statuses import OPEN, Status
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier, Party, StatusLink, Step
from onestop.models.events import DossierEvent
from onestop.models.reception import CodeCounter
from onestop.models.sealing import Keyring
from onestop.queries.dossiers import dossier_page
from onestop.queries.oversight import oversight_list
from onestop.queries.oversight_figures import oversight_figures
from onestop.queries.oversight_terms import OversightFilter
from onestop.services.verification import Fault, verify
from tests.databases import Databases
from tests.factories import receive

NOW = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
SCALE = 2000


@dataclass(frozen=True, slots=True)
class Filled:
    database: Database
    written: int


@pytest.fixture(scope="module")
def filled(databases: Databases, engine_kind: str, keyring: Keyring) -> Iterator[Filled]:
    with databases.copy(engine_kind) as url, Database(url, keyring=keyring) as database:
        made = fill_without_history(
            database.write, scale=SCALE, seed=1, now=NOW, progress=lambda done: None, kinds=400
        )
        yield Filled(database, made.dossiers)


@pytest.fixture
def read(filled: Filled) -> Iterator[Session]:
    with filled.database.read() as session:
        yield session


@pytest.fixture
def changed(filled: Filled) -> Iterator[Session]:
    """A session whose changes are taken back; the triggers are out of the way."""
    with filled.database.write_engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            if filled.database.dialect == "sqlite":
                names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for name in session.scalars(text(names)).all():
                    session.execute(text(f'DROP TRIGGER "{name}"'))
            else:
                session.execute(text("ALTER TABLE dossier_events DISABLE TRIGGER ALL"))
            yield session
        transaction.rollback()


def test_every_dossier_has_one_event_and_the_database_says_so(
    filled: Filled, read: Session
) -> None:
    found = verify(read)

    assert found.breaks == ()
    assert SCALE * 0.98 <= filled.written <= SCALE
    assert found.dossiers == found.events == found.without_history == filled.written


def test_one_changed_byte_of_the_event_is_still_named(changed: Session) -> None:
    event = changed.scalars(select(DossierEvent).where(DossierEvent.dossier_id == 700)).one()
    body = bytes(event.body).replace(b'"copies":1', b'"copies":2', 1)
    changed.execute(
        update(table_of(DossierEvent)).where(DossierEvent.dossier_id == 700).values(body=body)
    )

    (found,) = verify(changed).breaks

    assert found.fault is Fault.CHAIN_BROKEN
    assert found.version == 1


def test_what_reception_fixed_is_still_compared(changed: Session) -> None:
    changed.execute(update(table_of(Dossier)).where(Dossier.id == 7).values(fee=123_456))

    (found,) = verify(changed).breaks

    assert (found.fault, found.detail) == (Fault.TABLE_DIFFERS, "dossiers: fee")


def test_a_missing_number_is_still_named(changed: Session) -> None:
    row = changed.execute(select(Dossier.receiving_agency_id, Dossier.number_day)).first()
    assert row is not None
    (agency, day) = row
    changed.execute(
        update(table_of(CodeCounter))
        .where(CodeCounter.agency_id == agency, CodeCounter.day == day)
        .values(last=CodeCounter.last + 1)
    )

    assert [b.fault for b in verify(changed).breaks] == [Fault.NUMBER_GAP]


def test_with_a_real_account_the_mark_excuses_nothing(changed: Session) -> None:
    changed.add(User(username="real", display_name="Người thật", password_hash="-", created_at=NOW))
    changed.flush()

    found = verify(changed)

    assert found.without_history == 0
    assert len(found.breaks) > SCALE / 2


def test_a_dossier_received_later_is_checked_whole(filled: Filled, changed: Session) -> None:
    clerk = holder(changed, Role.CLERK, "H91.51.01")
    code = receive(changed, clerk, at=NOW + timedelta(minutes=5)).code
    assert verify(changed).breaks == ()

    changed.execute(update(table_of(Dossier)).where(Dossier.code == code).values(due_at=NOW))

    (found,) = verify(changed).breaks
    assert (found.dossier, found.fault) == (code, Fault.TABLE_DIFFERS)


def test_dossiers_are_spread_as_in_an_office(read: Session) -> None:
    rows = read.execute(
        select(
            Dossier.status,
            Dossier.punctuality,
            Dossier.receiving_agency_id,
            Dossier.procedure_code,
            Dossier.received_at,
            Dossier.late_at,
            Dossier.finished_at,
        )
    ).all()
    statuses = Counter(row.status for row in rows)
    late = [r for r in rows if r.finished_at is None and r.late_at and r.late_at <= NOW]
    weeks = Counter((NOW - row.received_at).days // 7 for row in rows)

    assert statuses.keys() >= {Status.RETURNED, Status.COMPLETED, Status.PROCESSING}
    assert 0.01 < sum(statuses[status] for status in OPEN) / len(rows) < 0.12
    assert 0.001 < len(late) / len(rows) < 0.04
    assert {row.punctuality for row in rows} >= set(Punctuality)
    assert len({row.receiving_agency_id for row in rows}) == 5
    assert len({row.procedure_code for row in rows}) >= 12
    assert max(weeks) > 40
    assert all(weeks[week] for week in range(30))
    assert len({row.received_at for row in rows}) > 0.95 * len(rows)


def test_nothing_lies_ahead_and_numbers_follow_the_clock(read: Session) -> None:
    instants = [Dossier.received_at, Dossier.finished_at, Dossier.returned_at, Dossier.paused_at]
    steps = [Step.offered_at, Step.accepted_at, Step.ended_at]
    latest = read.execute(select(*(func.max(column) for column in instants))).one()
    latest_steps = read.execute(select(*(func.max(column) for column in steps))).one()
    assert all(at is None or at <= NOW for at in (*latest, *latest_steps))

    numbers = read.execute(
        select(Dossier.receiving_agency_id, Dossier.number_day, Dossier.number).order_by(
            Dossier.received_at, Dossier.id
        )
    )
    last: dict[tuple[int, object], int] = {}
    for agency, day, number in numbers:
        assert number == last.get((agency, day), 0) + 1
        last[agency, day] = number


def test_lists_and_counts_of_a_leader_agree(read: Session) -> None:
    leader = holder(read, Role.LEADER, "H91")
    figures = oversight_figures(read, leader, now=NOW)
    assert figures is not None

    for view in View:
        asked = OversightFilter(view=view)
        page = oversight_list(read, leader, Standing.OVERDUE, asked, now=NOW, size=10_000)
        assert page.count == len(page.rows) > 0
        if view is View.DOSSIER:
            assert figures.overdue == page.count


def test_a_page_and_a_link_open(read: Session) -> None:
    leader = holder(read, Role.LEADER, "H91")
    for status in (Status.RETURNED, Status.PROCESSING):
        code = read.scalars(select(Dossier.code).where(Dossier.status == status)).first()
        assert code is not None
        page = dossier_page(read, code, leader, now=NOW)
        assert page is not None
        assert page.applicant is not None
        assert page.applicant.name
    count = read.scalar(select(func.count()).select_from(StatusLink))
    assert count == read.scalar(select(func.count(Party.name)).where(Party.role == "applicant"))


def holder(session: Session, role: Role, agency: str) -> Actor:
    """Somebody who holds this role there, not as an assistant."""
    user_id, agency_id, path = session.execute(
        select(RoleAssignment.user_id, Agency.id, Agency.path)
        .join(Agency, Agency.id == RoleAssignment.agency_id)
        .where(
            RoleAssignment.role == role,
            RoleAssignment.assistant.is_(False),
            Agency.code == agency,
            Agency.valid_to.is_(None),
        )
        .order_by(RoleAssignment.user_id)
        .limit(1)
    ).one()
    return Actor(user_id, (Assignment(agency_id, path, role),))
