"""Anchors as files: what is hashed is what one reads."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.anchors import (
    AnchoredHead,
    AnchorSeal,
    HeadTally,
    NotAnAnchor,
    anchor_lines,
    read_heads,
    read_seal,
)
from onestop.domain.chain import GENESIS

CODES = st.from_regex(r"H[0-9]{2}\.[0-9]{2}-26[0-9]{4}-[0-9]{4}", fullmatch=True)
HEADS = st.lists(
    st.builds(AnchoredHead, CODES, st.integers(1, 99_999), st.binary(min_size=32, max_size=32)),
    max_size=12,
)
AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def file_of(heads: list[AnchoredHead], number: int = 7) -> list[str]:
    tally = HeadTally()
    for head in heads:
        tally.add(head)
    dossiers, events, root = tally.sums()
    seal = AnchorSeal(number, AT, GENESIS, dossiers, events, root)
    return list(anchor_lines(seal, heads))


def read(lines: list[str]) -> list[AnchoredHead]:
    left = iter(lines)
    return list(read_heads(left, read_seal(left)))


@given(HEADS)
def test_a_file_is_read_back_as_it_was_written(heads):
    assert read(file_of(heads)) == heads


@given(HEADS)
def test_the_hash_is_that_of_the_first_seven_lines_for_whoever_has_another_tool(heads):
    lines = file_of(heads)

    assert lines[7] == f"hash {sha256(''.join(lines[:7]).encode()).hexdigest()}\n"


@given(HEADS, st.data())
def test_one_changed_letter_anywhere_is_refused(heads, data):
    text = "".join(file_of(heads))
    at = data.draw(st.integers(0, len(text) - 1).filter(lambda at: text[at] != "\n"))
    changed = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]

    with pytest.raises(NotAnAnchor):
        read(changed.splitlines(keepends=True))


@given(HEADS.filter(bool), st.data())
def test_a_line_more_or_less_is_refused(heads, data):
    lines = file_of(heads)
    at = data.draw(st.integers(0, len(lines) - 1))

    for changed in (lines[:at] + lines[at + 1 :], [*lines, lines[-1]], lines[:at]):
        with pytest.raises(NotAnAnchor):
            read(changed)


def test_a_file_that_crossed_windows_is_the_same():
    lines = file_of([AnchoredHead("H88.12-261122-0001", 3, bytes(32))])

    assert len(read([line.replace("\n", "\r\n") for line in lines])) == 1


def test_an_anchor_never_changes_between_releases():
    lines = file_of([AnchoredHead("H88.12-261122-0001", 3, bytes(range(32)))])

    assert lines[6:8] == [
        "root 6629700a68d17d2a579501cb5fc224acfcc7294eec3e369650cdb19a14ec5b6b\n",
        "hash 3dc60d1c8a68fbdb60c0fe4e976f8dc78981a18559ee7079ffbc1a5220db43b2\n",
    ]
