"""Password hashing: argon2id, at most one computation per core at a time."""

import os
import secrets
from base64 import b64encode
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# A flood of sign-ins must not take the memory and the cores that the desks need.
_AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)


def hash_of_nothing() -> str:
    """Return a hash in the form of `_HASHER` that no password has, without computing one."""
    salt, found = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_HASHER.salt_len, _HASHER.hash_len)
    )
    costs = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${found}"


# What the password of an unknown account is compared with, so that it costs the same time.
_NOBODY = hash_of_nothing()


def hash_password(password: str) -> str:
    """Return the argon2id hash (19 MiB, 2 passes, 1 lane) with its own salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Return whether `password` is the hashed one; None costs the same work and is always False."""
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def one_time_password() -> str:
    """Return a random password of 80 bits in four groups, to be changed at the first sign-in."""
    return "-".join(
        "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4))
        for _ in range(4)
    )
