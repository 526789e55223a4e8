"""Sealed columns and keyed hashes."""

import os
import unicodedata
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    select,
    type_coerce,
)

from onestop.models.sealing import (
    BadKeys,
    KeyMissing,
    Keyring,
    KeyringMissing,
    SealBroken,
    Sealed,
    install_keyring,
    installed_keyring,
    keyed_hash,
)

RING = Keyring.for_tests()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """No keyring while the test runs; afterwards the one that was there."""
    try:
        before = installed_keyring()
    except KeyringMissing:
        before = None
    install_keyring(None)
    yield
    install_keyring(before)


@given(texts, texts)
def test_what_is_sealed_is_opened(value, context):
    sealed = RING.seal(value, context=context)

    assert RING.unseal(sealed, context=context) == value
    assert not value.isalnum() or len(value) < 4 or value.encode() not in sealed


def test_equal_values_look_different():
    assert RING.seal("001300123456") != RING.seal("001300123456")


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_noticed(place, change):
    sealed = bytearray(RING.seal("0912345789"))
    sealed[place % len(sealed)] ^= change

    with pytest.raises((SealBroken, KeyMissing)):
        RING.unseal(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01\x00\x01", b"plain text that was never sealed"])
def test_bytes_that_were_never_sealed_do_not_open(sealed):
    with pytest.raises(SealBroken):
        RING.unseal(sealed)


def test_a_value_does_not_open_in_another_context():
    with pytest.raises(SealBroken):
        RING.unseal(RING.seal("x", context="phone"), context="address")


def test_old_values_open_after_a_new_key_came():
    old = Keyring({1: b"a" * 32}, b"h" * 32)
    new = Keyring({1: b"a" * 32, 2: b"b" * 32}, b"h" * 32)

    assert new.unseal(old.seal("x")) == "x"
    with pytest.raises(KeyMissing) as refusal:
        old.unseal(new.seal("x"))
    assert refusal.value.key_id == 2


def test_another_key_under_the_same_number_opens_nothing():
    with pytest.raises(SealBroken):
        Keyring({1: b"b" * 32}, b"h" * 32).unseal(Keyring({1: b"a" * 32}, b"h" * 32).seal("x"))


def test_hashes_tell_purposes_apart_and_take_both_spellings():
    name = "Nguyễn"

    assert RING.keyed_hash("id", name) == RING.keyed_hash("id", unicodedata.normalize("NFD", name))
    assert RING.keyed_hash("id", "1") != RING.keyed_hash("phone", "1")
    assert RING.keyed_hash("i", "d1") != RING.keyed_hash("id", "1")
    assert RING.keyed_hash("id", "1") != Keyring({1: b"a" * 32}, b"h" * 32).keyed_hash("id", "1")
    assert len(RING.keyed_hash("id", "1")) == 64


def test_keys_are_written_once_and_read_back(tmp_path: Path):
    made = Keyring.create(tmp_path / "keys")

    assert Keyring.load(tmp_path / "keys").unseal(made.seal("x")) == "x"
    with pytest.raises(BadKeys, match="already"):
        Keyring.create(tmp_path / "keys")


def test_keys_that_others_may_read_are_refused(tmp_path: Path):
    Keyring.create(tmp_path)
    (tmp_path / "seal-1.key").chmod(0o640)

    # Windows has no such rights: there the folder of the user guards the keys.
    with pytest.raises(BadKeys, match="others") if os.name == "posix" else nullcontext():
        Keyring.load(tmp_path)


def test_missing_and_wrong_keys_are_refused(tmp_path: Path):
    with pytest.raises(BadKeys, match="no sealing key"):
        Keyring.load(tmp_path)
    Keyring.create(tmp_path)
    (tmp_path / "hash.key").write_bytes(b"short")
    with pytest.raises(BadKeys, match="32 bytes"):
        Keyring.load(tmp_path)
    (tmp_path / "hash.key").unlink()
    with pytest.raises(BadKeys, match="cannot read"):
        Keyring.load(tmp_path)
    with pytest.raises(BadKeys, match="32 bytes"):
        Keyring({1: b"short"}, b"h" * 32)
    with pytest.raises(BadKeys, match="numbered"):
        Keyring({}, b"h" * 32)


def test_a_keyring_hides_its_keys():
    assert repr(RING) == "Keyring(seals with 1, opens [1])"


def test_the_database_sees_only_sealed_bytes(no_keyring: None, tmp_path: Path):
    install_keyring(RING)
    table = Table(
        "t", MetaData(), Column("id", Integer, primary_key=True), Column("phone", Sealed("phone"))
    )
    engine = create_engine(f"sqlite:///{tmp_path / 'sealed.sqlite'}")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"phone": "0912345789"}, {"phone": None}])
        stored = connection.scalars(select(type_coerce(table.c.phone, LargeBinary))).all()

        assert connection.scalars(select(table.c.phone)).all() == ["0912345789", None]
    engine.dispose()

    assert stored[1] is None
    assert b"0912345789" not in stored[0]
    assert b"0912345789" not in (tmp_path / "sealed.sqlite").read_bytes()


def test_without_a_keyring_sealing_says_so(no_keyring: None):
    with pytest.raises(KeyringMissing, match="install_keyring"):
        keyed_hash("id", "1")
    with pytest.raises(KeyringMissing):
        Sealed().process_bind_param("x", None)


def test_a_keyring_serves_the_whole_process(no_keyring: None):
    install_keyring(RING)

    assert keyed_hash("id", "1") == RING.keyed_hash("id", "1")
