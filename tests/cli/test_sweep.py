"""`onestop sweep`: repeatable, beside another, after an outage, with one dossier that fails."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from config import Config
from onestop import clock
from onestop.cli import make_group
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.domain.statuses import Status
from onestop.jobs.sweep import sweep
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.notices import Notice
from onestop.models.outbox import OutboxMessage
from onestop.queries.calendars import calendars
from onestop.services.calendars import save_calendar_version
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, make_province, make_staff
from tests.services.test_pauses import ASKED, HOUSEHOLD, RECEIVED, ask, in_work

DAY = timedelta(days=1)
TERM_ENDS = datetime(2026, 3, 30, 10, 0, tzinfo=UTC)  # Monday, at closing
WARNED = datetime(2026, 3, 26, 1, 0, tzinfo=UTC)  # Thursday 08:00
SILENT = {
    "step_due_soon": 0,
    "step_late": 0,
    "dossier_late": 0,
    "pile_late": 0,
    "notice_forgotten": 0,
    "visit_erased": 0,
    "key_forgotten": 0,
    "failure_forgotten": 0,
}


@pytest.fixture
def filled(settings: Config, keyring) -> Config:
    """Two dossiers that wait for a paper, one under way whose last day for an apology is the 10th.

    Their codes are 0001, 0002 and 0003 of 6 March.
    """
    with Database(settings.database_url, keyring=keyring) as database, database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        make_staff(session, Role.LEADER, province[COMMUNE])
        for _ in range(2):
            ask(session, *in_work(session, clerk, HOUSEHOLD, RECEIVED), ASKED)
        in_work(session, clerk, HOUSEHOLD, RECEIVED)
    return settings


@pytest.fixture
def opened(filled: Config, keyring):
    with Database(filled.database_url, keyring=keyring) as database:
        yield database


def run(settings: Config, at: datetime, *words: str):
    with clock.moved(at - clock.now()):
        return CliRunner().invoke(make_group(), ["sweep", *words], obj=settings)


def counted(database: Database) -> dict[str, int]:
    """How many rows there are of what a sweep writes."""
    with database.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (DossierEvent, OutboxMessage, Notice)
        }


def status(database: Database, number: int) -> Status:
    with database.read() as session:
        return session.scalars(select(Dossier.status).where(Dossier.number == number)).one()


def test_it_says_what_it_did_and_a_second_time_nothing(filled):
    first = run(filled, WARNED)
    second = run(filled, WARNED + timedelta(minutes=5))

    assert first.exit_code == 0, first.output
    assert "Citizens warned that a term ends: 2." in first.stdout
    assert "Leaders told of late steps: 1." in first.stdout
    assert second.exit_code == 0
    assert second.stdout == "Nothing was due.\n"


def test_for_programs_it_prints_json(filled):
    tuesday = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
    result = run(filled, tuesday, "--json")

    told = json.loads(result.stdout)
    assert len(told.pop("anchors")) == 1
    assert told == {
        "done": SILENT | {"extension_drafted": 1, "step_due_soon": 1, "step_late": 1},
        "failures": [],
        "short_calendars": [],
    }


def test_after_a_week_without_it_each_warning_comes_once_and_the_stop_a_working_day_later(
    filled, opened
):
    back = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)  # Wednesday, nine days after the term
    before = counted(opened)
    assert run(filled, back).exit_code == 0
    after = counted(opened)

    assert after["dossier_events"] - before["dossier_events"] == 2  # each citizen is warned
    # The holder of the step under way, and the leader of the step and of the whole.
    assert after["notices"] == 3
    for later in (timedelta(minutes=15), DAY, DAY + timedelta(hours=9)):
        assert run(filled, back + later).exit_code == 0
    assert counted(opened) == after
    assert status(opened, 1) is Status.SUPPLEMENT_REQUIRED

    friday = run(filled, back + 2 * DAY)
    assert "Dossiers stopped after their term: 2." in friday.stdout
    assert status(opened, 1) is Status.STOPPED
    with opened.read() as session:
        assert verify(session).breaks == ()


def test_at_night_nobody_is_warned_and_reminders_wait_for_the_morning(filled, opened):
    night = datetime(2026, 3, 26, 15, 0, tzinfo=UTC)  # Thursday 22:00
    result = run(filled, night)

    assert "Citizens warned" not in result.stdout
    with opened.read() as session:
        held = set(session.scalars(select(Notice.not_before)))
    assert held == {datetime(2026, 3, 27, 0, 0, tzinfo=UTC)}


def test_two_at_once_do_everything_once(filled, opened, keyring):
    together = Barrier(2)

    def one() -> object:
        with Database(filled.database_url, keyring=keyring) as database:
            together.wait()
            return sweep(database, now=clock.now)

    with clock.moved(WARNED - clock.now()), ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: one(), range(2))

    assert first.failures == second.failures == []
    assert first.done["citizen_reminded"] + second.done["citizen_reminded"] == 2
    assert counted(opened)["notices"] == 3
    with opened.read() as session:
        assert verify(session).breaks == ()
        kinds = [OutboxMessage.kind == "citizen_reminded"]
        assert session.scalar(select(func.count()).where(*kinds)) == 2


def test_one_dossier_that_fails_does_not_stop_the_rest(filled, opened):
    with opened.alone(), opened.write_engine.begin() as connection:
        for statement in broken_history(opened.dialect):
            connection.execute(text(statement))

    result = run(filled, WARNED)
    assert result.exit_code == 1
    assert "Citizens warned that a term ends: 1." in result.stdout
    assert "Leaders told of late steps: 1." in result.stdout
    (failed,) = json.loads(run(filled, WARNED, "--json").stdout)["failures"]
    assert failed["what"].endswith("-0001")
    assert failed["error"] == "JSONDecodeError"


def broken_history(dialect: str) -> list[str]:
    """What somebody would do who rewrites history behind the product's back."""
    nothing = "00" * 32
    body = f"x'{nothing}'" if dialect == "sqlite" else f"'\\x{nothing}'"
    of_first = "dossier_id = (SELECT id FROM dossiers WHERE number = 1)"
    trigger = "dossier_events_refuse_update"
    on_table = "" if dialect == "sqlite" else " ON dossier_events"
    return [
        f"DROP TRIGGER {trigger}{on_table}",
        f"UPDATE dossier_events SET body = {body}, hash = {body} WHERE {of_first}",
    ]


def test_an_old_schema_is_refused(settings, databases, engine_kind, data_dir):
    with databases.empty(engine_kind) as url:
        result = run(replace(settings, database_url=url), NOW)

    assert result.exit_code == 1
    assert "onestop db upgrade" in result.output


def test_from_november_on_a_missing_year_is_named(filled, opened):
    with opened.read() as session:
        specs = [row.spec for row in calendars(session)]
    with opened.write() as session:
        for spec in specs:
            short = tuple(year for year in spec.years if year <= 2027)
            days = tuple(day for day in spec.exceptions if day.on.year <= 2027)
            changed = replace(spec, years=short, exceptions=days)
            save_calendar_version(session, changed, source="test", at=NOW)

    october = run(filled, datetime(2027, 10, 31, 2, 0, tzinfo=UTC))
    november = run(filled, datetime(2027, 11, 1, 2, 0, tzinfo=UTC))
    assert "WARNING" not in october.stdout
    assert "WARNING  The calendar vn-0700 lacks 2028" in november.stdout
    assert november.exit_code == 0


def test_when_the_clock_goes_back_between_two_sweeps_history_stays_in_order(filled, opened):
    assert run(filled, WARNED).exit_code == 0
    assert run(filled, WARNED - timedelta(hours=6)).exit_code == 0
    assert run(filled, WARNED + 5 * DAY).exit_code == 0

    with opened.read() as session:
        for dossier_id in session.scalars(select(Dossier.id)):
            times = session.scalars(
                select(DossierEvent.recorded_at)
                .where(DossierEvent.dossier_id == dossier_id)
                .order_by(DossierEvent.version)
            ).all()
            assert times == sorted(times)
        assert verify(session).breaks == ()
