"""Sealed columns: personal values encrypted with a key outside the database, and keyed hashes."""

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, TypeDecorator

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FORMAT: Final = 1
_HEADER: Final = 3  # format, key id in two bytes
_KEY_FILE: Final = re.compile(r"seal-([1-9][0-9]{0,4})\.key")
_HASH_FILE: Final = "hash.key"


class HashOf(StrEnum):
    """Purposes of keyed hashes: what of a person or slip is looked up by equality."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    LAST_FOUR = "last_four"
    CHECK_CODE = "check_code"


class SealError(Exception):
    """A sealed value cannot be made or opened."""


class KeyringMissing(SealError):
    """No keyring was installed in this process."""

    def __init__(self) -> None:
        super().__init__("no keyring is installed; call install_keyring() before sealed columns")


class KeyMissing(SealError):
    """A value was sealed with a key that this keyring does not hold."""

    def __init__(self, key_id: int) -> None:
        super().__init__(f"the keyring holds no key {key_id}")
        self.key_id = key_id


class SealBroken(SealError):
    """Sealed bytes are not what was stored, or another key stands under the same id."""

    def __init__(self) -> None:
        super().__init__("sealed bytes do not open: changed, cut, or sealed with another key")


class BadKeys(SealError):
    """The folder of keys is missing, incomplete, readable by others, or holds a wrong key."""


class Keyring:
    """The keys of one installation: several for sealing (the highest seals), one for hashes."""

    def __init__(self, seal_keys: Mapping[int, bytes], hash_key: bytes) -> None:
        if not seal_keys or any(not 0 < key_id < 2**16 for key_id in seal_keys):
            raise BadKeys("a keyring needs sealing keys numbered from 1")
        if any(len(key) != KEY_BYTES for key in (*seal_keys.values(), hash_key)):
            raise BadKeys(f"a key has {KEY_BYTES} bytes")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in seal_keys.items()}
        self._current = max(seal_keys)
        self._hash_key = hash_key

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the keyring kept in `folder`. Raises BadKeys; never makes a key."""
        seal_keys = {
            int(match[1]): _read_key(path)
            for path in sorted(folder.glob("seal-*.key"))
            if (match := _KEY_FILE.fullmatch(path.name))
        }
        if not seal_keys:
            raise BadKeys(f"no sealing key in {folder}")
        return cls(seal_keys, _read_key(folder / _HASH_FILE))

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Write the first keys into `folder` (files of mode 0600) and return their keyring.

        Raises BadKeys when there already are some: a new key would close what was sealed.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_key(folder / _HASH_FILE)
        _write_key(folder / "seal-1.key")
        return cls.load(folder)

    @classmethod
    def for_tests(cls) -> Self:
        """Return a keyring that is the same in every run and guards nothing."""
        return cls({1: bytes(range(KEY_BYTES))}, bytes(range(100, 100 + KEY_BYTES)))

    def seal(self, value: str, *, context: str = "") -> bytes:
        """Return the sealed form of `value`: format, key id, nonce, ciphertext.

        `context` must be given again to open it, so that a value cannot be moved to where
        another context is expected.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        header = bytes([_FORMAT]) + self._current.to_bytes(2, "big")
        cipher = self._ciphers[self._current]
        return header + nonce + cipher.encrypt(nonce, value.encode(), header + context.encode())

    def unseal(self, sealed: bytes, *, context: str = "") -> str:
        """Return what was sealed. Raises KeyMissing or SealBroken."""
        if len(sealed) < _HEADER + _NONCE_BYTES or sealed[0] != _FORMAT:
            raise SealBroken
        header, nonce = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE_BYTES]
        cipher = self._ciphers.get(key_id := int.from_bytes(header[1:], "big"))
        if cipher is None:
            raise KeyMissing(key_id)
        try:
            opened = cipher.decrypt(
                nonce, sealed[_HEADER + _NONCE_BYTES :], header + context.encode()
            )
        except InvalidTag:
            raise SealBroken from None
        return opened.decode()

    def keyed_hash(self, purpose: str, value: str) -> str:
        """Return 64 hexadecimal digits by which equal values are found, useless without the key.

        The same value under another purpose gives another hash. `value` counts in NFC.
        Source: docs/rules.md, rule D7.
        """
        name = purpose.encode()
        text = unicodedata.normalize("NFC", value).encode()
        message = len(name).to_bytes(4, "big") + name + text
        return hmac.new(self._hash_key, message, hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return f"Keyring(seals with {self._current}, opens {sorted(self._ciphers)})"


class _Installed:
    """The keyring of this process: SQLAlchemy gives a column type no way to be told another."""

    keyring: Keyring | None = None


def install_keyring(keyring: Keyring | None) -> None:
    """Let sealed columns of this process use `keyring`; None takes it away."""
    _Installed.keyring = keyring


def installed_keyring() -> Keyring:
    """Return the keyring of this process. Raises KeyringMissing."""
    if _Installed.keyring is None:
        raise KeyringMissing
    return _Installed.keyring


def keyed_hash(purpose: str, value: str) -> str:
    """Return `Keyring.keyed_hash` of the installed keyring. Raises KeyringMissing."""
    return installed_keyring().keyed_hash(purpose, value)


class Sealed(TypeDecorator[str]):
    """A text column that the database sees only as sealed bytes (docs/rules.md, rule D7)."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str = "") -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return installed_keyring().seal(value, context=self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return installed_keyring().unseal(bytes(value), context=self.context)


def _read_key(path: Path) -> bytes:
    try:
        mode, key = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise BadKeys(f"cannot read {path}: {error.strerror}") from None
    # Windows has no such bits; there the rights of the user's own folder hold.
    if os.name == "posix" and mode & 0o077:
        raise BadKeys(f"{path} may be read by others; chmod 600 it")
    if len(key) != KEY_BYTES:
        raise BadKeys(f"{path} has not {KEY_BYTES} bytes")
    return key


def _write_key(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadKeys(f"{path} is there already") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
