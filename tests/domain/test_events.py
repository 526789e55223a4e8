"""Events as bytes: the same fact, the same bytes; every type comes back as it went."""

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop.domain import events
from onestop.domain.event_codec import to_plain
from onestop.domain.events import EVENT_TYPES, Recorded, StepAccepted, from_body, to_body
from onestop.domain.working_time import Amount, Scale
from tests.domain.dossiers import START, history, received

# hypothesis wants naive bounds and puts the zone on what it draws
FIRST, LAST = datetime(2000, 1, 1), datetime(2099, 1, 1)  # noqa: DTZ001
INSTANTS = st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC))
AMOUNTS = st.builds(
    Amount,
    st.sampled_from(Scale),
    st.fractions(min_value=0, max_value=Fraction(4000), max_denominator=1000),
)


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.TYPE)
@settings(max_examples=20)
@given(data=st.data())
def test_every_event_comes_back_from_its_bytes_as_it_was(kind, data):
    st.register_type_strategy(Amount, AMOUNTS)
    st.register_type_strategy(datetime, INSTANTS)
    event = data.draw(st.from_type(kind))
    at = data.draw(INSTANTS)
    recorded = Recorded(3, event, 7, at, at + timedelta(seconds=1))

    assert from_body(to_body(recorded)) == recorded


def test_the_same_fact_gives_the_same_bytes():
    one, other = history(received())[0], history(received())[0]

    assert to_body(one) == to_body(other)


def test_a_body_says_its_type_and_its_version():
    plain = json.loads(to_body(history(received())[0]))

    assert (plain["type"], plain["v"]) == ("dossier_received", 1)


def test_a_body_without_a_field_that_came_later_is_still_read():
    plain = json.loads(to_body(history(received())[0]))
    del plain["data"]["visit"]

    assert from_body(json.dumps(plain).encode()).event.visit is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b'{"type":"nobody_knows","v":1}', b"\xff\xfe", b'{"type":'],
)
def test_bytes_that_hold_no_event_are_refused_with_one_kind_of_error(body: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is the point; json and ours differ
        from_body(body)


def test_no_event_can_hold_what_the_log_could_not_read_again():
    with pytest.raises(ValueError, match="float"):
        to_plain(0.5)


def test_no_event_has_a_field_for_a_name_a_contact_or_free_text():
    """Personal values stand beside the log (rule R13); this list is looked at when it grows."""
    free = {"note", "text", "phone", "email", "address", "id_number", "taker", "applicant"}
    for kind in EVENT_TYPES.values():
        assert not free & set(kind.__dataclass_fields__)
    assert {"name", "name_en"} <= set(events.PlannedStep.__dataclass_fields__)  # names of steps


def test_instants_are_written_in_utc():
    at = START.astimezone()
    body = json.loads(to_body(Recorded(2, StepAccepted("birth", 1), 7, at, at)))

    assert body["occurred_at"] == "2026-03-02T01:30:00Z"


def test_what_nobody_did_for_another_keeps_the_bytes_it_always_had():
    at = START
    body = to_body(Recorded(2, StepAccepted("birth", 1), 7, at, at))

    assert body == (
        b'{"type":"step_accepted","v":1,"version":2,"actor":7,"occurred_at":"2026-03-02T01:30:00Z",'
        b'"recorded_at":"2026-03-02T01:30:00Z","clock_skew":false,"data":{"step":"birth","attempt":1}}'
    )
    assert from_body(body).on_behalf_of is None


def test_what_a_stand_in_did_says_for_whom():
    recorded = Recorded(2, StepAccepted("birth", 1), 7, START, START, on_behalf_of=9)

    assert json.loads(to_body(recorded))["on_behalf_of"] == 9
    assert from_body(to_body(recorded)) == recorded
