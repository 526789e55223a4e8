"""Jobs taken up one after another: ended, refused, broken, orphaned, and their files."""

from collections.abc import Callable
from datetime import timedelta
from stat import S_IMODE

import pytest
from sqlalchemy import select, update

from onestop.background import Outcome, Task, Work, file_of, is_runner_at_work, written
from onestop.db import Database
from onestop.domain.jobs import GIVEN_UP, KEPT, MOST_OPEN, SILENT, JobNotAllowed, TooManyJobs
from onestop.domain.rights import Role
from onestop.jobs.runner import Places, Worked, work_off
from onestop.models.accounts import User
from onestop.models.jobs import Job, JobState
from onestop.queries.jobs import JobRow, asker, job_of, jobs_of
from onestop.services import jobs as services
from onestop.writer_lock import WriterLock
from tests.conftest import NOW
from tests.factories import make_staff
from tests.web.sign_in import make_agency

Ask = Callable[..., int]


class Clock:
    """Shows what a test says."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self):
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def person(database: Database) -> int:
    with database.write() as session:
        agency = make_agency("H91")
        session.add(agency)
        session.flush()
        agency.path = f"/{agency.id}/"
        session.flush()
        return make_staff(session, Role.LEADER, agency.id).user_id


@pytest.fixture
def ask(database: Database, person: int, clock: Clock) -> Ask:
    def ask(kind: str = "note", **arguments: object) -> int:
        with database.write() as session:
            return services.enqueue(session, kind, arguments, by=person, at=clock())

    return ask


def note(task: Task) -> Outcome:
    task.tell(1, 2)
    with written(task.file) as file:
        file.write(f"{task.arguments}".encode())
    return Outcome({"rows": 2}, "note.pdf")


def job(database: Database, person: int, job_id: int) -> JobRow:
    with database.read() as session:
        found = job_of(session, person, job_id)
    assert found is not None
    return found


def worked(database: Database, clock: Clock, **kinds: Work) -> Worked:
    return work_off(database, {"note": note, **kinds}, now=clock)


def test_what_waits_is_done_in_turn_and_its_file_is_only_ours(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    ids = [ask(n=1), ask(n=2)]
    assert ask(n=2) == ids[1]  # pressed twice

    done = worked(database, clock)

    assert (done.done, done.refused, done.broken) == (2, 0, 0)
    for job_id in ids:
        row = job(database, person, job_id)
        assert (row.state, row.outcome, row.file_name) == (JobState.DONE, {"rows": 2}, "note.pdf")
        assert row.expires_at == NOW + KEPT
        path = file_of(database.data_dir, job_id)
        assert S_IMODE(path.stat().st_mode) == 0o600
        assert S_IMODE(path.parent.stat().st_mode) == 0o700
    assert worked(database, clock).done == 0
    with database.read() as session:
        assert [row.id for row in jobs_of(session, person)] == ids[::-1]
        assert job_of(session, person + 1, ids[0]) is None


def test_a_file_is_deleted_after_a_day(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    job_id = ask()
    worked(database, clock)
    clock.at += KEPT

    assert not job(database, person, job_id).has_file(clock())
    assert worked(database, clock).expired == 1
    assert not file_of(database.data_dir, job_id).exists()
    assert job(database, person, job_id).state is JobState.EXPIRED


def test_a_refusal_is_kept_and_an_error_breaks_only_its_job(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    def refused(task: Task) -> Outcome:
        note(task)  # as an attempt that was killed after its file was there
        raise TooManyJobs(7)

    def broken(task: Task) -> Outcome:
        raise ZeroDivisionError

    ids = [ask("refused"), ask("broken"), ask("unheard"), ask("note")]

    done = worked(database, clock, refused=refused, broken=broken)

    assert (done.done, done.refused, done.broken) == (1, 1, 2)
    rows = [job(database, person, job_id) for job_id in ids]
    assert [row.state for row in rows] == ["failed", "failed", "failed", "done"]
    assert rows[0].outcome["refused"][0] == "TooManyJobs"
    assert rows[0].outcome["values"]["most"] == "7"
    assert rows[1].outcome["refused"][0] == "JobBroken"
    kept = [file_of(database.data_dir, job_id).exists() for job_id in ids]
    assert kept == [False, False, False, True]


def test_only_one_runner_works_and_what_was_asked_meanwhile_is_done_too(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    def asks_more(task: Task) -> Outcome:
        assert worked(database, clock).kinds == []  # another one came and went
        ask("note")
        return Outcome()

    ask("asks_more")

    assert worked(database, clock, asks_more=asks_more).kinds == ["asks_more", "note"]


def test_a_job_whose_process_is_gone_is_begun_anew(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    job_id = ask()
    places = Places(database.data_dir)
    with database.write() as session:
        assert services.claim(session, at=clock()) is not None

    assert worked(database, clock).done == 0  # it may be at work with another data folder
    clock.at += SILENT
    assert worked(database, clock).done == 1

    second = ask(n=2)
    with database.write() as session:
        services.claim(session, at=clock())
    places.in_hand.write_text(str(second))  # it held this lock: nobody else can be doing it
    with WriterLock(places.lock).held():
        assert is_runner_at_work(database.data_dir)
        assert worked(database, clock).done == 0
    leftover = places.lock.with_name(f"{second}.part")
    leftover.write_text("half a book")
    assert is_runner_at_work(database.data_dir) is False
    assert worked(database, clock).done == 1
    assert not leftover.exists()
    assert [job(database, person, one).state for one in (job_id, second)] == ["done", "done"]


def test_a_job_that_never_ends_is_given_up(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    job_id = ask()
    clock.at += GIVEN_UP + timedelta(seconds=1)

    assert worked(database, clock).done == 0
    assert job(database, person, job_id).outcome["refused"][0] == "JobGivenUp"


def test_nobody_fills_the_queue(database: Database, person: int, ask: Ask) -> None:
    for n in range(MOST_OPEN):
        ask(n=n)

    with pytest.raises(TooManyJobs):
        ask(n=MOST_OPEN)


def test_rights_are_those_of_the_moment_of_the_work(
    database: Database, person: int, clock: Clock
) -> None:
    with database.read() as session:
        assert asker(session, person, now=clock()).actor.user_id == person
    with database.write() as session:
        session.execute(update(User).where(User.id == person).values(disabled_at=clock()))
    with database.read() as session, pytest.raises(JobNotAllowed):
        asker(session, person, now=clock())


def test_what_one_did_is_not_undone_by_a_late_word_of_another(
    database: Database, person: int, clock: Clock, ask: Ask
) -> None:
    job_id = ask()
    worked(database, clock)

    with database.write() as session:
        services.fail(session, job_id, outcome={}, at=clock())
        services.beat(session, job_id, done=0, total=9, at=clock())
        assert session.scalars(select(Job.state)).one() is JobState.DONE
