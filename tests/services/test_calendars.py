from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from onestop.domain.calendar_spec import BadCalendar, CalendarNotFound
from onestop.models.calendars import CalendarVersion
from onestop.queries.calendars import (
    calendar_history,
    calendar_key_of,
    calendars,
    working_calendar,
)
from onestop.services.calendars import install_calendars, load_calendar, save_calendar_version
from tests.domain.conftest import PLAIN_2026, makeup

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SPEC = replace(PLAIN_2026, years=(2026, 2027))
WITH_MAKEUP = replace(SPEC, exceptions=(*SPEC.exceptions, makeup("2026-08-22")))


def save(session, spec, at=AT):
    return save_calendar_version(session, spec, source="viet-nam.yaml", at=at)


def test_a_calendar_is_saved_and_loaded(session):
    saved = save(session, SPEC)

    calendar = load_calendar(session, "vn-test")

    assert (saved.version, saved.is_new, calendar.id) == (1, True, "vn-test@1")
    assert calendar.spec == SPEC


def test_saving_the_same_again_adds_nothing(session):
    save(session, SPEC)

    again = save(session, replace(SPEC, version=7))

    assert (again.version, again.is_new) == (1, False)
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 1


def test_a_change_is_the_next_version_and_the_old_one_stays(session):
    save(session, SPEC)
    save(session, WITH_MAKEUP)

    saturday = date(2026, 8, 22)
    assert load_calendar(session, "vn-test").is_working_day(saturday)
    assert not load_calendar(session, "vn-test", version=1).is_working_day(saturday)


def test_a_calendar_is_compiled_once_for_all_who_ask(session):
    save(session, SPEC)

    assert load_calendar(session, "vn-test") is working_calendar(session, "vn-test", version=1)


@pytest.mark.parametrize(("key", "version"), [("nowhere", None), ("vn-test", 9)])
def test_a_calendar_that_does_not_exist_is_said_so(session, key, version):
    save(session, SPEC)

    for ask in (load_calendar, working_calendar):
        with pytest.raises(CalendarNotFound) as caught:
            ask(session, key, version=version)
        assert (caught.value.key, caught.value.version) == (key, version)


@pytest.mark.parametrize(
    ("at", "missing"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), ()),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), ("2028",)),
        (datetime(2028, 6, 1, tzinfo=UTC), ("2028", "2029")),
    ],
    ids=["the last minute of the local year", "the first minute of the next", "long after"],
)
def test_a_calendar_without_this_year_and_the_next_is_refused(session, at, missing):
    if not missing:
        assert save(session, SPEC, at=at).is_new
        return

    with pytest.raises(BadCalendar) as caught:
        save(session, SPEC, at=at)

    (problem,) = caught.value.problems
    assert (problem.code, problem.path, problem.values) == ("year_missing", ("years",), missing)
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 0


def test_all_calendars_of_a_file_are_installed(session):
    other = replace(SPEC, key="vn-other")

    saved = install_calendars(session, [SPEC, other], source="a file", at=AT)

    assert [one.key for one in saved] == ["vn-test", "vn-other"]
    assert [row.key for row in calendars(session)] == ["vn-other", "vn-test"]


def test_the_history_lists_every_version_and_the_list_the_newest(session):
    save(session, SPEC)
    save(session, WITH_MAKEUP)

    assert [row.version for row in calendar_history(session, "vn-test")] == [1, 2]
    (newest,) = calendars(session)
    assert (newest.version, newest.source, newest.recorded_at) == (2, "viet-nam.yaml", AT)
    assert newest.spec == replace(WITH_MAKEUP, version=2)


def test_an_unknown_agency_has_no_calendar(session):
    assert calendar_key_of(session, "H00.00") is None
