"""The hash chain and commitments to erasable values."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.chain import GENESIS, commitment, event_hash, new_salt

HEAD = event_hash(GENESIS, b'{"type":"received"}', dossier="17", version=1)


def test_hashes_never_change_between_releases():
    assert HEAD.hex() == "56bd26a9dea89fb070087cac9898e986da2b034d22fa04f09e454c1631282122"
    assert (
        commitment(bytes(16), "name", "Nguyễn Thị Đào").hex()
        == "45f60cc04cc4359ffee3b32bd9492212a4d47ac76bec533176a36d923b9e4081"
    )


@given(
    previous=st.binary(min_size=32, max_size=32),
    body=st.binary(max_size=200),
    version=st.integers(1, 2**40),
    place=st.integers(0, 10_000),
)
def test_one_changed_byte_changes_the_hash(previous, body, version, place):
    good = event_hash(previous, body, dossier="17", version=version)

    assert event_hash(previous, body + b"\0", dossier="17", version=version) != good
    assert event_hash(previous, body, dossier="18", version=version) != good
    assert event_hash(previous, body, dossier="17", version=version + 1) != good
    changed = bytearray(body or b"x")
    changed[place % len(changed)] ^= 1
    assert event_hash(previous, bytes(changed), dossier="17", version=version) != good
    assert (
        event_hash(
            bytes(32 - 1) + b"\1" if previous == GENESIS else GENESIS,
            body,
            dossier="17",
            version=version,
        )
        != good
    )


def test_bytes_cannot_move_between_the_parts():
    assert event_hash(GENESIS, b"1x", dossier="1", version=1) != event_hash(
        GENESIS, b"x", dossier="11", version=1
    )
    assert commitment(bytes(16), "na", "mex") != commitment(bytes(16), "name", "x")
    assert commitment(bytes(17), "name", "x") != commitment(bytes(16), "\0name", "x")


def test_a_commitment_is_no_event_hash():
    assert commitment(GENESIS, "17", "x") != event_hash(GENESIS, b"x", dossier="17", version=1)


@given(st.binary(min_size=16, max_size=32), st.text(max_size=40))
def test_a_commitment_takes_both_spellings_of_a_name(salt, value):
    value = value.encode("utf-8", "ignore").decode()

    assert commitment(salt, "name", unicodedata.normalize("NFD", value)) == commitment(
        salt, "name", unicodedata.normalize("NFC", value)
    )


def test_the_salt_decides():
    assert commitment(new_salt(), "name", "An") != commitment(new_salt(), "name", "An")


def test_mistakes_are_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        event_hash(b"", b"", dossier="1", version=1)
    with pytest.raises(ValueError, match="begin at 1"):
        event_hash(GENESIS, b"", dossier="1", version=0)
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(b"", "name", "An")
