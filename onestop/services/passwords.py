"""Password hashing: argon2id, at most one computation per core at a time."""

import os
import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# A flood of sign-ins must not take the memory and the cores that the desks need.
_AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)

# What the password of an unknown account is compared with, so that it costs the same time.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


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
