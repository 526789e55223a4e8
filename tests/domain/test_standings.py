from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from onestop.domain.limits import Limit, due, late_at
from onestop.domain.standings import (
    Punctuality,
    Standing,
    days_late,
    due_soon_before,
    punctuality,
    standing,
    standing_in_days,
    working_days_left,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("limit", "finished", "expected"),
    [
        ("3 working_days", "2026-03-04 23:59", Punctuality.EARLY),
        ("3 working_days", "2026-03-05 00:00", Punctuality.ON_TIME),
        ("3 working_days", "2026-03-05 08:30", Punctuality.ON_TIME),
        ("3 working_days", "2026-03-05 23:59", Punctuality.ON_TIME),
        ("3 working_days", "2026-03-06 00:00", Punctuality.OVERDUE),
        ("2 working_hours", "2026-03-02 10:29", Punctuality.EARLY),
        ("2 working_hours", "2026-03-02 10:30", Punctuality.OVERDUE),
    ],
    ids=[
        "trước hạn: the day before",
        "đúng hạn: the first instant of the day",
        "đúng hạn: the due instant",
        "đúng hạn: after hours of the day",
        "quá hạn: the day after",
        "hours: before the instant",
        "hours: from the instant on",
    ],
)
def test_a_finished_dossier_is_classified(vn, limit, finished, expected):
    limit = Limit.parse(limit)
    promise = due(limit, at("2026-03-02 08:30"), vn)

    found = punctuality(at(finished), promise.due_at, promise.late_at, by_date=limit.judged_by_date)

    assert found is expected


@pytest.mark.parametrize(
    ("now", "paused", "expected"),
    [
        ("2026-03-05 10:00", None, Standing.WITHIN),
        ("2026-03-06 10:00", None, Standing.DUE_SOON),
        ("2026-03-07 10:00", None, Standing.DUE_SOON),
        ("2026-03-10 23:59", None, Standing.DUE_SOON),
        ("2026-03-11 00:00", None, Standing.OVERDUE),
        ("2026-03-20 10:00", "2026-03-10 23:59", Standing.PAUSED),
        ("2026-03-20 10:00", "2026-03-11 00:00", Standing.OVERDUE),
    ],
    ids=[
        "trong hạn: the fourth working day",
        "sắp đến hạn: within three working days, today included",
        "sắp đến hạn: on a Saturday before",
        "sắp đến hạn: after the due instant of the due date",
        "quá hạn: the day after",
        "tạm dừng: paused in time never becomes overdue",
        "quá hạn: late before the pause stays late",
    ],
)
def test_an_open_dossier_is_classified(vn, now, paused, expected):
    due_at = at("2026-03-10 16:00")
    late = late_at(Limit.parse("3 working_days"), due_at, vn)
    paused_at = at(paused) if paused else None

    assert standing(due_at, late, at(now), vn, paused_at=paused_at) is expected


@pytest.mark.parametrize(
    ("now", "paused", "expected"),
    [
        ("2026-03-06 10:00", None, (Standing.DUE_SOON, 2)),
        ("2026-03-12 10:00", None, (Standing.OVERDUE, 2)),
        ("2026-03-20 10:00", "2026-03-12 10:00", (Standing.OVERDUE, 2)),
    ],
    ids=["days left", "days late", "days late stand still during a pause"],
)
def test_a_standing_says_how_many_days(vn, now, paused, expected):
    due_at = at("2026-03-10 16:00")
    late = late_at(Limit.parse("3 working_days"), due_at, vn)
    paused_at = at(paused) if paused else None

    assert standing_in_days(due_at, late, at(now), vn, paused_at=paused_at, within=3) == expected


def test_the_list_of_due_soon_and_the_standing_have_one_border(vn):
    border = due_soon_before(at("2026-03-06 10:00"), vn)

    assert border == at("2026-03-11 00:00")
    for due_at, expected in ((border - timedelta(minutes=1), True), (border, False)):
        found = standing(due_at, border + timedelta(days=9), at("2026-03-06 10:00"), vn)
        assert (found is Standing.DUE_SOON) is expected


def test_at_the_end_of_the_loaded_years_everything_left_is_due_soon(vn):
    assert due_soon_before(at("2026-12-31 10:00"), vn) == at("2027-01-01 00:00")


@pytest.mark.parametrize(
    ("now", "late", "left"),
    [
        ("2026-03-05 10:00", 1, 0),
        ("2026-03-06 00:00", 1, 0),
        ("2026-03-07 10:00", 1, 0),
        ("2026-03-10 10:00", 3, 0),
        ("2026-03-02 10:00", 1, 3),
        ("2026-02-13 18:00", 1, 9),
    ],
    ids=[
        "the due date",
        "the day after",
        "the Saturday after",
        "after a week-end",
        "before",
        "Tết",
    ],
)
def test_days_late_and_days_left_are_working_days(vn, now, late, left):
    due_at = at("2026-03-05 08:30")

    assert days_late(due_at, at(now), vn) == late
    assert working_days_left(at(now), due_at, vn) == left


# Pauses
