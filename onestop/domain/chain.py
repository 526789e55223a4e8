"""The chain of hashes that shows a rewritten history, and commitments to erasable values."""

import hashlib
import secrets
import unicodedata
from typing import Final

HASH_BYTES: Final = 32
SALT_BYTES: Final = 16
GENESIS: Final = bytes(HASH_BYTES)

# A tag per kind of hash: one can never be passed off as the other.
_EVENT: Final = b"onestop event 1"
_COMMITMENT: Final = b"onestop commitment 1"


def event_hash(previous: bytes, body: bytes, *, dossier: str, version: int) -> bytes:
    """Return the 32 bytes that bind an event to its dossier, its place and all events before it.

    previous  hash of the event before; GENESIS for version 1.
    body      the bytes exactly as stored, never a re-serialised copy.
    dossier   a sign of the dossier that never changes.

    Source: docs/rules.md, rule D5.
    """
    if len(previous) != HASH_BYTES:
        raise ValueError("the previous hash has not 32 bytes")
    if version < 1:
        raise ValueError("versions begin at 1")
    return _digest(_EVENT, previous, dossier.encode(), version.to_bytes(8, "big"), body)


def new_salt() -> bytes:
    """Return 16 random bytes; every personal value has its own."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, kind: str, value: str) -> bytes:
    """Return the 32 bytes an event body holds in place of a personal value.

    Nobody can find the value from it once value and salt are erased. `value` counts in NFC.
    Source: docs/rules.md, rule D5.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError("a salt has at least 16 bytes")
    return _digest(_COMMITMENT, salt, kind.encode(), unicodedata.normalize("NFC", value).encode())


def _digest(*parts: bytes) -> bytes:
    """Hash the parts, each after its length, so that no two lists of parts look the same."""
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(len(part).to_bytes(8, "big"))
        hasher.update(part)
    return hasher.digest()
