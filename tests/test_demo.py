"""The invented province holds together and looks like an office, whenever it is started."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.demo.arrivals import season_of
from onestop.demo.filling import TooEarly, fill
from onestop.demo.habits import HABITS
from onestop.demo.intakes import make_intake
from onestop.demo.names import FEMALE, MALE, full_name
from onestop.demo.people import PLACE_CODES, InventedPerson, People
from onestop.demo.sign_ins import PASSWORD, SHOWN
from onestop.domain.accounts import check_password
from onestop.domain.events import from_body
from onestop.domain.identity_card import PLACE_CODES as REAL_PLACES
from onestop.domain.office_time import OFFICE_ZONE, office_date
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.standings import Punctuality
from onestop.domain.statuses import OPEN, Status
from onestop.inputs.common_passwords import common_passwords
from onestop.inputs.people import Person
from onestop.inputs.procedures import SHIPPED as PROCEDURES
from onestop.inputs.procedures import read_procedure
from onestop.inputs.reception import Intake
from onestop.inputs.yaml_files import read_yaml
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party, Step
from onestop.models.events import DossierEvent
from onestop.models.fees import FeeSheet
from onestop.models.piles import Pile
from onestop.models.reception import VoidedNumber
from onestop.models.sealing import Keyring
from onestop.queries.worklists import WorklistFilter, worklist
from onestop.services.calendars import load_calendar
from onestop.services.verification import verify
from tests.databases import Databases

# What is written depends on no engine; both are filled in the tests further down.
one_kind = pytest.mark.only_sqlite
WORKERS = (Role.CLERK, Role.OFFICER, Role.REGISTRAR)


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


STARTS = {
    "a Saturday night": local(2026, 6, 13, 22),
    "a Monday at the opening": local(2026, 6, 15, 7, 5),
    "the first day of Tết 2026": local(2026, 2, 17, 9),
    "the first day of Tết 2027": local(2027, 2, 6, 9),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled database and the instant it was filled at."""

    database: Database
    now: datetime


def make(session: Session, now: datetime, scale: int, seed: int = 1) -> None:
    fill(
        session,
        scale=scale,
        seed=seed,
        now=now,
        base_url="http://127.0.0.1:8000",
        progress=lambda done: None,
    )


@pytest.fixture(scope="module", params=STARTS.values(), ids=STARTS)
def filled(
    request: pytest.FixtureRequest, databases: Databases, engine_kind: str, keyring: Keyring
) -> Iterator[Filled]:
    with databases.copy(engine_kind) as url, Database(url, keyring=keyring) as database:
        with database.write() as session:
            make(session, request.param, 800)
        yield Filled(database, request.param)


@pytest.fixture
def read(filled: Filled) -> Iterator[Session]:
    with filled.database.read() as session:
        yield session


@one_kind
def test_history_and_tables_agree(read: Session) -> None:
    assert verify(read).breaks == ()


@one_kind
def test_there_are_dossiers_in_every_state(read: Session) -> None:
    found = set(read.scalars(select(Dossier.status).distinct()))

    assert found >= OPEN - {Status.RECEIVED} | {
        Status.COMPLETED,
        Status.RETURNED,
        Status.STOPPED,
        Status.WITHDRAWN,
        Status.REJECTED,
    }


@one_kind
def test_every_shipped_procedure_is_asked_for(read: Session) -> None:
    asked_for = set(read.scalars(select(Dossier.procedure_code).distinct()))

    assert asked_for == set(HABITS) == {path.stem for path in PROCEDURES.glob("*.yaml")}


@one_kind
def test_some_are_late_by_few_days_and_some_by_many(read: Session, filled: Filled) -> None:
    late = select(Dossier.late_at).where(
        Dossier.finished_at.is_(None), Dossier.late_at <= filled.now
    )
    days = [(filled.now - at).days for at in read.scalars(late)]

    assert 5 <= len(days) <= 60
    assert min(days) <= 7
    assert max(days) >= 14


@one_kind
def test_something_is_due_on_the_next_day_of_work(read: Session, filled: Filled) -> None:
    calendar = load_calendar(read, "vn-0700")
    day = calendar.first_working_day(office_date(filled.now))
    due = [
        calendar.local_date(at)
        for at in read.scalars(select(Dossier.due_at).where(Dossier.finished_at.is_(None)))
    ]

    assert day in due


@one_kind
def test_most_are_done_in_time(read: Session) -> None:
    done = Counter(
        read.scalars(select(Dossier.punctuality).where(Dossier.outcome.in_(("granted", "refused"))))
    )
    rate = 1 - done[Punctuality.OVERDUE] / done.total()

    assert 0.9 < rate < 0.975
    assert done[Punctuality.ON_TIME] > 20


@one_kind
def test_nothing_happens_in_the_future_at_night_or_on_a_holiday(
    read: Session, filled: Filled
) -> None:
    calendar = load_calendar(read, "vn-0700")
    events = read.execute(select(DossierEvent.recorded_at, DossierEvent.type)).all()

    assert max(at for at, _ in events) <= filled.now
    assert [e for e in events if not calendar.open_at(e.recorded_at)] == []


@one_kind
def test_nobody_shown_has_an_empty_worklist(read: Session, filled: Filled) -> None:
    empty = []
    for _, username in SHOWN:
        actor = actor_called(read, username)
        if actor.assignments[0].role in WORKERS:
            page = worklist(read, actor, WorklistFilter(), now=filled.now)
            if not page.rows:
                empty.append(username)

    assert empty == []


@one_kind
def test_most_desks_have_something_that_nobody_has_accepted(read: Session, filled: Filled) -> None:
    since = filled.now - timedelta(days=12)
    offered = select(func.count(Step.agency_id.distinct())).where(
        Step.status == "offered", Step.offered_at >= since
    )

    assert (read.scalar(offered) or 0) >= 12


@one_kind
def test_one_pile_of_paper_waits_since_yesterday_and_one_was_taken(
    read: Session, filled: Filled
) -> None:
    piles = read.scalars(select(Pile).order_by(Pile.id)).all()

    assert [pile.taken_at is not None for pile in piles] == [False, True]
    assert all(pile.given_at < filled.now and pile.document_id for pile in piles)


@one_kind
def test_each_oddity_is_there(read: Session) -> None:
    bodies = read.scalars(select(DossierEvent.body))
    events = [from_body(body).event for body in bodies]
    kinds = Counter(event.TYPE for event in events)

    assert kinds["dossier_stopped"] >= 1
    assert kinds["dossier_withdrawn"] >= 1
    assert kinds["reception_voided"] == read.scalar(select(func.count(VoidedNumber.number)))
    assert kinds["sent_back"] >= 2
    assert any(getattr(event, "receipt_lost", False) for event in events)
    kind, count = IssuedDocument.kind, func.count(IssuedDocument.id)
    papers = {kind: n for kind, n in read.execute(select(kind, count).group_by(kind))}
    assert papers["receipt"] == 60
    assert papers["stop_notice"] >= 1


@one_kind
def test_what_was_withdrawn_is_filed_again_by_the_same_person(read: Session) -> None:
    withdrawn = select(Dossier.id, Dossier.procedure_code, Dossier.received_at).where(
        Dossier.status == Status.WITHDRAWN
    )
    again = []
    for dossier_id, procedure, at in read.execute(withdrawn):
        name = read.scalars(
            select(Party.name).where(Party.dossier_id == dossier_id, Party.role == "applicant")
        ).one()
        again += read.scalars(
            select(Dossier.id)
            .join(Party, Party.dossier_id == Dossier.id)
            .where(
                Dossier.procedure_code == procedure,
                Dossier.received_at > at,
                Party.name == name,
            )
        )

    assert again


def actor_called(session: Session, username: str) -> Actor:
    held = session.execute(
        select(User.id, RoleAssignment, Agency.path)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Agency, Agency.id == RoleAssignment.agency_id)
        .where(User.username == username)
    ).one()
    role = held.RoleAssignment
    return Actor(held.id, (Assignment(role.agency_id, held.path, role.role, role.assistant),))


def test_the_same_seed_gives_the_same_dossiers(session: Session, databases: Databases) -> None:
    make(session, STARTS["a Saturday night"], 40)
    first = told(session)
    assert verify(session).breaks == ()
    with (
        databases.copy("sqlite") as url,
        Database(url, keyring=Keyring.for_tests()) as database,
        database.write() as other,
    ):
        make(other, STARTS["a Saturday night"], 40)

        assert told(other) == first


def told(session: Session) -> list[tuple[object, ...]]:
    rows = session.execute(
        select(Dossier.code, Party.name, DossierEvent.type, DossierEvent.recorded_at)
        .join(Party, Party.dossier_id == Dossier.id)
        .join(DossierEvent, DossierEvent.dossier_id == Dossier.id)
        .order_by(Dossier.code, DossierEvent.version, Party.name)
    )
    return [tuple(row) for row in rows]


def test_before_the_province_existed_nothing_is_invented(session: Session) -> None:
    with pytest.raises(TooEarly):
        make(session, local(2025, 6, 20, 9), 10)


def test_the_season_ends_today_and_knows_tet(session: Session) -> None:
    make(session, STARTS["a Saturday night"], 1)
    calendar = load_calendar(session, "vn-0700")

    season = season_of(calendar, local(2026, 2, 13, 16), date(2025, 7, 1))

    assert season.days[-1] == date(2026, 2, 13)
    assert season.tet == date(2026, 2, 16)
    assert season.is_before_tet(date(2026, 2, 11))
    assert not season.is_before_tet(date(2026, 1, 20))


# People, without a database


@pytest.fixture
def people() -> People:
    return People(Random(7), date(2026, 6, 15))


def test_the_demo_password_could_be_chosen_by_anybody() -> None:
    check_password(
        PASSWORD, username="motcua1.damsen", second_factor=False, common=common_passwords()
    )


def test_no_invented_number_can_belong_to_anybody(people: People) -> None:
    assert not {int(code) for code in PLACE_CODES} & REAL_PLACES

    for _ in range(200):
        person = people.adult(20, 80, "H91.51")
        year = int(person.born[-4:])
        assert person.id_number[:3] in PLACE_CODES
        assert person.id_number[4:6] == f"{year % 100:02}"
        assert int(person.id_number[3]) == 2 * (year >= 2000) + (person.sex == FEMALE)


def test_what_is_invented_could_be_typed_by_a_clerk(people: People) -> None:
    for person in (people.adult(20, 80, "H91.52"), people.firm("H91.53")):
        assert asdict(person) == Person.model_validate(asdict(person)).model_dump()


@pytest.mark.parametrize("code", HABITS)
def test_what_is_handed_in_would_be_received(people: People, code: str) -> None:
    spec = read_procedure(read_yaml(Path(PROCEDURES) / f"{code}.yaml"))

    for _ in range(60):
        intake = make_intake(people.random, people, spec, commune="H91.54", on=people.today, desk=1)
        # The key is the form's, not the person's: a door adds it.
        typed = Intake.model_validate(asdict(intake) | {"key": "made-by-the-form-1"})
        assert typed.applicant.name == intake.applicant.name


def test_a_child_has_the_fathers_surname(people: People) -> None:
    mother = people.adult(20, 40, "H91.51", sex=FEMALE)

    child = people.child(mother, born=date(2026, 6, 1), father="Triệu", living_at="")

    assert child.surname == "Triệu"
    assert child.born == "01/06/2026"
    assert isinstance(child, InventedPerson)


def test_names_are_those_of_their_time() -> None:
    random = Random(3)
    old = [full_name(random, FEMALE, 1950).split()[1] for _ in range(400)]
    young = [full_name(random, FEMALE, 2024).split()[1] for _ in range(400)]

    assert old.count("Thị") > 340
    assert young.count("Thị") < 60
    surnames = [full_name(random, MALE, 1985).split()[0] for _ in range(1000)]
    assert 270 < surnames.count("Nguyễn") < 400


@one_kind
def test_cash_boxes_were_counted_and_one_was_short(read: Session) -> None:
    differences = [sheet.counted - sheet.taken for sheet in read.scalars(select(FeeSheet))]

    assert len(differences) >= 2
    assert sorted(set(differences)) in ([0], [-10_000, 0])
