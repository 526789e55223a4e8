"""An announced day entered over open dossiers: shown first, then moved, each with its event."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.demo.filling import fill
from onestop.domain.calendar_body import compile_calendar
from onestop.domain.calendar_changes import CalendarChange, ChangedDay
from onestop.domain.calendar_spec import CalendarNotFound, DayKind
from onestop.domain.date_history import Versions
from onestop.domain.explained_dates import ExplainedDates
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor, Role
from onestop.domain.working_time import CalendarExhausted
from onestop.models.agencies import Agency
from onestop.models.calendars import CalendarVersion
from onestop.models.dossiers import Dossier, Pause
from onestop.models.events import DossierEvent
from onestop.models.outbox import OutboxMessage
from onestop.models.sealing import Keyring
from onestop.queries.dossier_history import recorded_events
from onestop.services import casework, pauses
from onestop.services.agencies import AgencyNotFound
from onestop.services.calendar_changes import (
    PreviewOutdated,
    apply_change,
    apply_prepared,
    prepare_change,
)
from onestop.services.calendar_preview import CalendarPreview, preview_change
from onestop.services.calendar_reach import CalendarNotYours, ChangeRefused, Reach, require_within
from onestop.services.calendars import agency_calendars, hold_calendars, load_calendar
from onestop.services.event_log import load
from onestop.services.system_user import system_user
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import (
    BIRTH_BUNDLE,
    COMMUNE,
    DESK,
    JUSTICE,
    OTHER_DESK,
    POLICE,
    Province,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"
ALL = Reach()
WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)
SATURDAY = date(2026, 3, 7)
LATER = NOW + timedelta(minutes=30)
SOURCE = "Thông báo 12/TB-UBND ngày 02/03/2026"


def off(*days: date, **values: bool) -> CalendarChange:
    rows = tuple(ChangedDay(on, DayKind.HOLIDAY, "Nghỉ bão") for on in days)
    return CalendarChange(rows, SOURCE, **values)


SWAP = CalendarChange(
    (
        ChangedDay(WEDNESDAY, DayKind.COMPENSATORY_OFF, "Nghỉ hoán đổi"),
        ChangedDay(SATURDAY, DayKind.MAKEUP_WORKING_DAY, "Làm bù", in_place_of=WEDNESDAY),
    ),
    SOURCE,
)


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


def given(session: Session, province: Province, desk: str = DESK, **changes: object) -> str:
    clerk = make_staff(session, Role.CLERK, province[desk])
    papers = [{"code": "declaration"}, {"code": "identity"}]
    values: dict = {"procedure": MARITAL, "papers": papers} | changes
    return receive(session, clerk, **values).code


def enter(
    session: Session, change: CalendarChange, reach: Reach = ALL, **values: object
) -> CalendarPreview:
    admin = make_staff(session, Role.ADMIN, session.scalars(select(Agency.id)).first())
    shown = preview_change(session, change, reach, at=LATER)
    return apply_change(
        session, change, reach, expected=shown.token, by=admin.user_id, at=LATER, **values
    )


def events(session: Session, code: str) -> list[str]:
    return list(
        session.scalars(
            select(DossierEvent.type)
            .join(Dossier, Dossier.id == DossierEvent.dossier_id)
            .where(Dossier.code == code)
            .order_by(DossierEvent.version)
        )
    )


def test_the_preview_tells_every_date_and_writes_nothing(
    session: Session, province: Province
) -> None:
    code = given(session, province)

    shown = preview_change(session, off(WEDNESDAY), ALL, at=LATER)

    assert [one.old.id for one in shown.calendars] == ["vn-0700@1"]
    assert (shown.dossiers, shown.terms, shown.past) == (1, 0, ())
    whole = next(move for move in shown.moves if move.scope == "total")
    assert (whole.code, whole.after - whole.before) == (code, timedelta(days=1))
    assert {move.scope.partition(":")[0] for move in shown.moves} == {"total", "leg"}
    assert shown.promises == len(shown.moves)
    assert events(session, code) == ["dossier_received"]
    assert session.scalar(select(func.max(CalendarVersion.version))) == 1


def test_what_was_shown_is_moved_with_an_event_and_one_message_each(
    session: Session, province: Province
) -> None:
    codes = [given(session, province) for _ in range(3)]
    before = session.scalar(select(func.count()).select_from(OutboxMessage))
    shown = preview_change(session, off(WEDNESDAY), ALL, at=LATER)

    done = enter(session, off(WEDNESDAY))

    assert done.moves == shown.moves
    assert all(events(session, code)[-1] == "dates_moved" for code in codes)
    kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds[before:] == ["dates_moved"] * 3
    due = session.scalars(select(Dossier.due_at).where(Dossier.code == codes[0])).one()
    assert due == load(session, codes[0]).state.promises[0].due_at + timedelta(days=1)
    assert load_calendar(session, "vn-0700").id == "vn-0700@2"
    newest = session.get(CalendarVersion, ("vn-0700", 2))
    assert newest is not None
    assert newest.source == SOURCE
    assert verify(session).breaks == ()


def test_every_leg_goes_where_a_reception_on_the_new_calendar_puts_it(
    session: Session, province: Province
) -> None:
    moved = given(session, province, **bundle())

    enter(session, off(WEDNESDAY))
    anew = given(session, province, **bundle())

    def ends(code: str) -> dict[str, datetime]:
        state = load(session, code).state
        return {line.scope: line.due_at for line in state.promises}

    assert ends(moved) == ends(anew)


def test_every_moved_date_is_explained_to_its_stored_instant(
    session: Session, province: Province
) -> None:
    codes = [given(session, province, **bundle()), given(session, province)]
    done = enter(session, off(WEDNESDAY))

    for code in codes:
        explained = explained_dates(session, code)
        state = load(session, code).state
        moved = [move for move in done.moves if move.code == code]
        assert moved
        for move in moved:
            rows = explained.promise(move.scope)
            counted = state.counted_promise(move.scope)
            assert counted is not None
            assert (rows[-1].to_at, move.after) == (counted.due_at, counted.due_at)


def explained_dates(session: Session, code: str) -> ExplainedDates:
    dossier_id = session.scalars(select(Dossier.id).where(Dossier.code == code)).one()
    bodies = session.scalars(select(CalendarVersion.body))
    versions = {calendar.id: calendar for calendar in map(compile_calendar, bodies)}
    newest = {
        agency: load_calendar(session, "vn-0700") for agency in session.scalars(select(Agency.id))
    }
    return ExplainedDates(recorded_events(session, dossier_id), Versions(versions, newest))


def test_a_swapped_day_moves_only_what_was_due_between(
    session: Session, province: Province
) -> None:
    thursday = given(session, province)
    next_week = given(session, province, at=NOW + timedelta(days=3))

    done = enter(session, SWAP)

    assert {move.code for move in done.moves} == {thursday}
    assert events(session, next_week)[-1] != "dates_moved"


def test_a_confirmation_of_what_is_no_longer_true_is_refused(
    session: Session, province: Province
) -> None:
    given(session, province)
    shown = preview_change(session, off(WEDNESDAY), ALL, at=LATER)
    meanwhile = given(session, province)
    admin = make_staff(session, Role.ADMIN, province[COMMUNE]).user_id

    with session.begin_nested() as savepoint:
        with pytest.raises(PreviewOutdated) as caught:
            apply_change(session, off(WEDNESDAY), ALL, expected=shown.token, by=admin, at=LATER)
        savepoint.rollback()

    asked_again = preview_change(session, off(WEDNESDAY), ALL, at=LATER)
    assert caught.value.found == asked_again.token
    assert events(session, meanwhile) == ["dossier_received"]


def test_a_second_confirmation_of_the_same_change_is_refused(
    session: Session, province: Province
) -> None:
    given(session, province)
    shown = preview_change(session, off(WEDNESDAY), ALL, at=LATER)
    enter(session, off(WEDNESDAY))

    with pytest.raises(ChangeRefused) as caught:
        apply_change(session, off(WEDNESDAY), ALL, expected=shown.token, by=1, at=LATER)

    assert [problem.code for problem in caught.value.problems] == ["day_twice"]
    assert caught.value.calendars == ("vn-0700",)


def test_one_agency_gets_a_calendar_of_its_own_and_only_its_dates_move(
    session: Session, province: Province
) -> None:
    here, there = given(session, province), given(session, province, OTHER_DESK)
    agencies = tuple(province[code] for code in (COMMUNE, DESK, JUSTICE))

    done = enter(session, off(WEDNESDAY), Reach(agencies=agencies))

    assert {move.code for move in done.moves} == {here}
    (copy,) = done.calendars
    assert (copy.new.id, copy.copied_for) == ("vn-0700-h91-51@1", agencies)
    calendar_of = agency_calendars(session)
    assert not calendar_of(province[DESK]).is_working_day(WEDNESDAY)
    assert calendar_of(province[POLICE]).is_working_day(WEDNESDAY)
    assert calendar_of(province[OTHER_DESK]).id == "vn-0700@1"
    assert "vn-0700@1" in load(session, there).state.received.calendars
    assert verify(session).breaks == ()

    again = enter(session, off(THURSDAY), Reach(agencies=agencies))

    assert [one.new.id for one in again.calendars] == ["vn-0700-h91-51@2"]

    make_province(session)  # the same files once more: what was announced stays

    assert agency_calendars(session)(province[DESK]).id == "vn-0700-h91-51@2"


def test_a_step_moves_when_only_its_own_agency_is_closed(
    session: Session, province: Province
) -> None:
    code = given(session, province)
    monday = preview_change(
        session, off(date(2026, 3, 3)), Reach(agencies=(province[JUSTICE],)), at=LATER
    )

    step = next(move for move in monday.moves if move.scope == "step:check")

    assert (step.code, step.after - step.before) == (code, timedelta(days=1))
    assert "total" not in {move.scope for move in monday.moves}


def test_a_change_for_all_reaches_the_copies_too(session: Session, province: Province) -> None:
    enter(session, off(WEDNESDAY), Reach(agencies=(province[DESK],)))

    with pytest.raises(ChangeRefused) as caught:
        preview_change(session, off(WEDNESDAY), ALL, at=LATER)
    done = enter(session, off(WEDNESDAY, replaces=True))

    assert caught.value.calendars == ("vn-0700-h91-51-01",)
    assert {one.old.spec.key for one in done.calendars} == {"vn-0700", "vn-0700-h91-51-01"}


def test_a_day_of_storm_that_is_over_is_entered_with_a_warning(
    session: Session, province: Province
) -> None:
    given(session, province)
    tuesday = NOW + timedelta(days=1, hours=3)

    shown = preview_change(session, off(date(2026, 3, 2)), ALL, at=tuesday)

    assert shown.past == (date(2026, 3, 2),)
    assert shown.dossiers == 1


def test_a_finished_dossier_stays_as_it_is(session: Session, province: Province) -> None:
    code = given(session, province)
    head = make_staff(session, Role.LEADER, province[JUSTICE])
    casework.stop(session, code, reason="not_eligible", note="", actor=head, at=LATER)

    assert preview_change(session, off(WEDNESDAY), ALL, at=LATER).moves == ()


def test_a_paused_dossier_keeps_its_working_time_and_its_citizen_the_days_of_the_term(
    session: Session, province: Province
) -> None:
    code = given(session, province)
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    casework.accept_step(session, code, step="check", actor=officer, at=LATER)
    pauses.request_supplement(
        session,
        code,
        step="check",
        papers=["identity"],
        reason="paper_missing",
        note="",
        actor=officer,
        at=LATER,
    )
    (pause,) = load(session, code).state.open_pauses
    assert pause.citizen_due_at is not None

    change = off(office_date(pause.citizen_due_at))

    shown = preview_change(session, change, ALL, at=LATER)

    assert (shown.dossiers, shown.terms, shown.promises, shown.steps) == (1, 1, 0, 0)
    done = apply_change(session, change, ALL, expected=shown.token, by=officer.user_id, at=LATER)
    (moved,) = done.moves
    (pause,) = load(session, code).state.open_pauses
    assert moved.before < moved.after == pause.citizen_due_at
    assert session.scalars(select(Pause.citizen_due_at)).one() == moved.after
    assert verify(session).breaks == ()


def test_a_change_may_be_entered_when_the_next_year_is_missing(
    session: Session, province: Province
) -> None:
    shown = preview_change(session, off(date(2028, 8, 2)), ALL, at=NOW.replace(year=2028))
    admin = make_staff(session, Role.ADMIN, province[COMMUNE])

    apply_change(
        session,
        off(date(2028, 8, 2)),
        ALL,
        expected=shown.token,
        by=admin.user_id,
        at=NOW.replace(year=2028),
    )

    assert not load_calendar(session, "vn-0700").is_working_day(date(2028, 8, 2))


def test_a_date_that_would_need_a_missing_year_is_refused(
    session: Session, province: Province
) -> None:
    given(session, province, at=datetime(2028, 12, 26, 2, tzinfo=UTC))

    with pytest.raises(CalendarExhausted):
        preview_change(
            session, off(date(2028, 12, 29)), ALL, at=datetime(2028, 12, 26, 3, tzinfo=UTC)
        )


@pytest.mark.parametrize(
    ("reach", "error"),
    [
        (Reach(calendar="nowhere"), CalendarNotFound),
        (Reach(agencies=(999_999,)), AgencyNotFound),
    ],
)
def test_a_change_for_nobody_is_refused(
    session: Session, province: Province, reach: Reach, error: type[Exception]
) -> None:
    with pytest.raises(error):
        preview_change(session, off(WEDNESDAY), reach, at=LATER)


def test_an_administrator_changes_only_what_lies_below(
    session: Session, province: Province
) -> None:
    admin = make_staff(session, Role.ADMIN, province[COMMUNE])

    require_within(session, admin, Reach(agencies=(province[DESK],)), on=WEDNESDAY)
    for reach in (ALL, Reach(calendar="vn-0700"), Reach(agencies=(province[OTHER_DESK],))):
        with pytest.raises(CalendarNotYours):
            require_within(session, admin, reach, on=WEDNESDAY)


@pytest.mark.empty
def test_three_hundred_dossiers_of_a_province_move_as_they_were_shown(
    database: Database, keyring: Keyring
) -> None:
    now = datetime(2026, 6, 15, 3, tzinfo=UTC)
    with database.write() as session:
        fill(
            session,
            scale=300,
            seed=7,
            now=now,
            base_url="http://127.0.0.1",
            progress=lambda _: None,
        )
    with database.read() as session:
        shown = preview_change(session, JUNE_SWAP, ALL, at=now)
        before = promised(session)
    with database.write() as session:
        by = system_user(session, at=now)
        done = apply_change(session, JUNE_SWAP, ALL, expected=shown.token, by=by, at=now)

    assert shown.dossiers > 5
    assert done.moves == shown.moves
    with database.read() as session:
        after = promised(session)
        written = session.scalars(
            select(DossierEvent.dossier_id).where(DossierEvent.type == "dates_moved")
        ).all()
        assert verify(session).breaks == ()
    assert len(written) == len(set(written)) == shown.dossiers
    assert all(after[dossier] >= due for dossier, due in before.items())
    whole = {move.code for move in shown.moves if move.scope == "total" and not move.told}
    assert sum(after[dossier] > due for dossier, due in before.items()) == len(whole)


@pytest.mark.only_postgresql
def test_a_reception_that_read_the_old_calendar_is_moved_too(
    database: Database, keyring: Keyring
) -> None:
    with database.write() as session:
        province = make_province(session)
        clerk = make_staff(session, Role.CLERK, province[DESK])
        admin = make_staff(session, Role.ADMIN, province[COMMUNE]).user_id
    with database.read() as session:
        nothing = preview_change(session, off(WEDNESDAY), ALL, at=LATER)

    def change() -> PreviewOutdated | None:
        try:
            with database.write() as session:
                apply_change(
                    session, off(WEDNESDAY), ALL, expected=nothing.token, by=admin, at=LATER
                )
        except PreviewOutdated as outdated:
            return outdated
        return None

    papers = [{"code": "declaration"}, {"code": "identity"}]
    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            hold_calendars(session)  # as a reception that is about to read the calendars
            changing = other.submit(change)
            with pytest.raises(TimeoutError):
                changing.result(0.3)
            code = receive(session, clerk, procedure=MARITAL, papers=papers).code
        outdated = changing.result(10)

    # The change waited, so it has seen the dossier: it would move it, which nobody was shown.
    assert outdated is not None
    assert {move.code for move in outdated.now.moves} == {code}

    with ThreadPoolExecutor(1) as other, database.write() as session:
        apply_change(session, off(WEDNESDAY), ALL, expected=outdated.found, by=admin, at=LATER)
        receiving = other.submit(receive_alone, database, clerk, papers)
        with pytest.raises(TimeoutError):
            receiving.result(0.3)
        session.commit()
        late = receiving.result(10)
    with database.read() as session:
        dates = dict(session.execute(select(Dossier.code, Dossier.due_at)).all())
    assert dates[late] == dates[code]


def receive_alone(database: Database, clerk: Actor, papers: list[dict[str, str]]) -> str:
    with database.write() as session:
        return receive(session, clerk, procedure=MARITAL, papers=papers).code


def promised(session: Session) -> dict[int, datetime]:
    return dict(session.execute(select(Dossier.id, Dossier.due_at)).all())


JUNE_SWAP = CalendarChange(
    (
        ChangedDay(date(2026, 6, 17), DayKind.COMPENSATORY_OFF, "Nghỉ hoán đổi"),
        ChangedDay(
            date(2026, 6, 27), DayKind.MAKEUP_WORKING_DAY, "Làm bù", in_place_of=date(2026, 6, 17)
        ),
    ),
    SOURCE,
)


def bundle() -> dict[str, object]:
    papers = [{"code": code} for code in ("declaration", "birth_slip", "residence")]
    return {"procedure": BIRTH_BUNDLE, "papers": papers}


def test_what_moved_on_while_a_change_was_worked_out_is_looked_at_again(
    session: Session, province: Province
) -> None:
    codes = [given(session, province) for _ in range(3)]
    admin = make_staff(session, Role.ADMIN, province[COMMUNE]).user_id
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    prepared = prepare_change(session, off(WEDNESDAY), ALL, by=admin, at=LATER)
    later = LATER + timedelta(minutes=1)

    # Taken up meanwhile: another version, the same dates.
    casework.accept_step(session, codes[1], step="check", actor=officer, at=later)
    done = apply_prepared(
        session,
        off(WEDNESDAY),
        ALL,
        prepared,
        expected=prepared.preview.token,
        by=admin,
        at=later + timedelta(minutes=1),
    )

    assert done.moves == prepared.preview.moves
    assert [events(session, code)[-1] for code in codes] == ["dates_moved"] * 3
    assert [len(events(session, code)) for code in codes] == [2, 3, 2]
    skewed = session.scalars(select(DossierEvent.body)).all()
    assert not any('"clock_skew":true' in body.replace(" ", "") for body in map(str, skewed))
    assert verify(session).breaks == ()


def test_a_date_that_is_another_by_the_time_of_writing_stops_the_change(
    session: Session, province: Province
) -> None:
    given(session, province)
    admin = make_staff(session, Role.ADMIN, province[COMMUNE]).user_id
    prepared = prepare_change(session, off(WEDNESDAY), ALL, by=admin, at=LATER)
    new = given(session, province)

    with session.begin_nested() as savepoint:
        with pytest.raises(PreviewOutdated) as caught:
            apply_prepared(
                session,
                off(WEDNESDAY),
                ALL,
                prepared,
                expected=prepared.preview.token,
                by=admin,
                at=LATER,
            )
        savepoint.rollback()

    assert new in {move.code for move in caught.value.now.moves}
    assert caught.value.found == preview_change(session, off(WEDNESDAY), ALL, at=LATER).token
    assert load_calendar(session, "vn-0700").id == "vn-0700@1"
