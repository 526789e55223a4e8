from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from onestop.domain.explanation import PauseSpan, explain
from onestop.domain.limits import Limit
from onestop.domain.short_explanations import short_form

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=HANOI)


def test_the_short_form_joins_days_of_one_name(vn):
    limit = Limit.parse("3 working_days")
    rows = explain(limit, at("02-13 16:00"), vn)

    short = short_form(limit, rows, vn)

    assert [(span.name, span.days, f"{span.last_on:%d/%m}") for span in short.skipped] == [
        ("", 2, "15/02"),
        ("Tết Nguyên đán", 5, "20/02"),
        ("", 2, "22/02"),
    ]
    assert (short.due_at, short.pauses) == (at("02-25 16:00"), 0)


@pytest.mark.parametrize(
    ("limit", "received", "starts"),
    [
        ("3 working_days", "03-06 10:00", "03-06 10:00"),
        ("3 working_days", "03-06 18:00", "03-09 07:00"),
        ("same_day", "03-06 16:00", "03-09 07:00"),
        ("3 working_days exclude_start", "03-06 18:00", "03-10 07:00"),
        ("3 calendar_days", "03-06 18:00", "03-06 18:00"),
    ],
)
def test_the_short_form_starts_when_the_clock_does(vn, limit, received, starts):
    limit = Limit.parse(limit)

    short = short_form(limit, explain(limit, at(received), vn), vn)

    assert short.starts_at == at(starts)


def test_the_short_form_of_an_open_pause_has_no_date(vn):
    limit = Limit.parse("3 working_days")
    rows = explain(limit, at("03-06 10:00"), vn, [PauseSpan(at("03-09 10:00"), None)])

    assert short_form(limit, rows, vn).due_at is None
