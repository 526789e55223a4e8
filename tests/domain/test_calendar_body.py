from dataclasses import replace

import pytest
from hypothesis import given

from onestop.domain.calendar_body import (
    calendar_from_body,
    calendar_to_body,
    compile_calendar,
)
from tests.domain.conftest import PLAIN_2026, makeup
from tests.domain.random_calendars import calendars


@given(calendar=calendars())
def test_a_calendar_survives_its_stored_text(calendar):
    assert calendar_from_body(calendar_to_body(calendar.spec)) == calendar.spec


def test_a_text_of_a_later_format_is_not_guessed():
    body = calendar_to_body(PLAIN_2026).replace('"v":1', '"v":2', 1)

    with pytest.raises(ValueError, match="unknown format"):
        calendar_from_body(body)


def test_one_text_is_compiled_once():
    body = calendar_to_body(PLAIN_2026)
    changed = calendar_to_body(
        replace(PLAIN_2026, exceptions=(*PLAIN_2026.exceptions, makeup("2026-08-22")))
    )

    assert compile_calendar(body) is compile_calendar(str(body.encode(), "utf-8"))
    assert compile_calendar(body) is not compile_calendar(changed)
