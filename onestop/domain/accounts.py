"""Accounts: stages and length of a sign-in, what a password must be, how guessing is slowed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from unicodedata import normalize

from onestop.domain.errors import DomainError
from onestop.domain.rights import Role

SYSTEM_USERNAME = "onestop"
"""The account that stands for the house itself in its events; nobody signs in with it."""


class Stage(StrEnum):
    """How far a sign-in has come; only an `open` one may do anything."""

    SECOND_FACTOR = "second_factor"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a stage, not a secret
    ENROLMENT = "enrolment"
    OPEN = "open"


class SignInRefused(DomainError):
    """Name and password do not belong together, or the account is closed: one answer for all."""


class SignInTooOften(DomainError):
    """Too many failed attempts; `wait_seconds` until the next one is looked at."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"sign-in throttled for {wait_seconds} s")
        self.wait_seconds = wait_seconds
        self.wait_minutes = -(-wait_seconds // 60)


class CodeRefused(DomainError):
    """The second-factor or recovery code is wrong, or was used before."""


class WrongPassword(DomainError):
    """The present password was typed wrongly when a new one was asked for."""


class PasswordTooShort(DomainError):
    """A new password with fewer characters than `minimum`."""

    def __init__(self, minimum: int) -> None:
        super().__init__(f"password shorter than {minimum} characters")
        self.minimum = minimum


class PasswordTooLong(DomainError):
    """A new password longer than what is hashed."""

    def __init__(self, maximum: int) -> None:
        super().__init__(f"password longer than {maximum} characters")
        self.maximum = maximum


class PasswordTooCommon(DomainError):
    """A new password that a guesser tries first: on the list, or made of the account name."""


class PasswordUnchanged(DomainError):
    """The new password equals the one it should replace."""


class PasswordsDiffer(DomainError):
    """The new password and its repetition differ."""


class UsernameTaken(DomainError):
    """There is an account of this name already."""

    def __init__(self, username: str) -> None:
        super().__init__(f"username {username!r} is taken")
        self.username = username


class BadUsername(DomainError):
    """An account name must be 2 to 64 signs of a-z, 0-9, dot, dash and underscore."""

    def __init__(self, username: str) -> None:
        super().__init__(f"username {username!r} is not usable")
        self.username = username


class UnknownUser(DomainError):
    """No account has this name."""

    def __init__(self, username: str) -> None:
        super().__init__(f"no account {username!r}")
        self.username = username


class RoleNotHeld(DomainError):
    """The person does not have this role at this agency."""

    def __init__(self, username: str, role: Role) -> None:
        super().__init__(f"{username!r} is not {role} there")
        self.username = username
        self.role = role


SECOND_FACTOR_ROLES = frozenset({Role.LEADER, Role.AUDITOR, Role.ADMIN})
"""Whoever sees a whole subtree or hands out rights signs in with a code as well (R17)."""

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
LONGEST_FOR_LEADERS = timedelta(hours=8)
LONGEST_UNFINISHED = timedelta(minutes=10)

SHORTEST_ALONE = 15
SHORTEST_WITH_CODE = 8
LONGEST_PASSWORD = 256

FREE_FAILURES = 5
LONGEST_WAIT = timedelta(hours=1)
FAILURES_OF_NAME = 20
PACE = timedelta(minutes=1)
FAILURES_LAPSE = timedelta(days=1)
ADDRESS_WINDOW = timedelta(minutes=10)
ADDRESS_FAILURES = 30


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Return whether one of `roles` may only be used after a second factor."""
    return not SECOND_FACTOR_ROLES.isdisjoint(roles)


def lasts(roles: Iterable[Role], stage: Stage) -> timedelta:
    """Return how long a sign-in may last: 12 h, leaders 8 h, an unfinished one 10 min."""
    if stage is not Stage.OPEN:
        return LONGEST_UNFINISHED
    return LONGEST_FOR_LEADERS if Role.LEADER in set(roles) else LONGEST


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed sign-ins under one name in the last day, and of one address in the window.

    `here` are those from the neighbourhood that asks now, since it last succeeded; `known_here`
    says that the account was signed in from there before.
    """

    here: int = 0
    last_here: datetime | None = None
    of_name: int = 0
    last_of_name: datetime | None = None
    known_here: bool = False
    of_address: int = 0
    first_of_address: datetime | None = None


def wait_left(failures: Failures, now: datetime) -> timedelta:
    """Return how long the next attempt must still wait; zero when it may be looked at.

    The fifth failure under a name from one neighbourhood costs it 1 minute, each further one twice
    as much, at most one hour. Twenty failures under a name, from wherever, cost 1 minute after each
    where the account was never signed in: who guesses from many places stays slow, and nobody is
    kept out of an account at its usual place. Thirty failures from one address within ten minutes
    close it until the window has moved on. There is no lock: a stranger could shut out a leader.
    Source: docs/rules.md, rule D9.
    """
    waits = [timedelta(0)]
    if failures.here >= FREE_FAILURES and failures.last_here is not None:
        doubled = timedelta(minutes=2 ** min(failures.here - FREE_FAILURES, 10))
        waits.append(failures.last_here + min(doubled, LONGEST_WAIT) - now)
    paced = failures.of_name >= FAILURES_OF_NAME and not failures.known_here
    if paced and failures.last_of_name is not None:
        waits.append(failures.last_of_name + PACE - now)
    if failures.of_address >= ADDRESS_FAILURES and failures.first_of_address is not None:
        waits.append(failures.first_of_address + ADDRESS_WINDOW - now)
    return max(waits)


def refuse_while_throttled(failures: Failures, now: datetime) -> None:
    """Raise SignInTooOften while `wait_left` is not zero."""
    left = wait_left(failures, now)
    if left > timedelta(0):
        raise SignInTooOften(max(1, -(-left // timedelta(seconds=1))))


def clean_password(text: str) -> str:
    """Return `text` in the one form that is hashed (NFC), so that Mac and Windows typing agree."""
    return normalize("NFC", text)


def clean_username(text: str) -> str:
    """Return the account name as it is stored; raises BadUsername."""
    name = normalize("NFC", text).strip().lower()
    usable = 2 <= len(name) <= 64 and all(
        (sign.isascii() and sign.isalnum()) or sign in ".-_" for sign in name
    )
    if not usable:
        raise BadUsername(name[:64])
    return name


def check_password(
    password: str, *, username: str, second_factor: bool, common: Collection[str]
) -> None:
    """Raise PasswordTooShort, PasswordTooLong or PasswordTooCommon when it may not be chosen.

    `common` holds lower-case passwords that guessers try first; the account's own name is one too.
    No composition rule: length is what counts.
    """
    minimum = SHORTEST_WITH_CODE if second_factor else SHORTEST_ALONE
    if len(password) < minimum:
        raise PasswordTooShort(minimum)
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(LONGEST_PASSWORD)
    if _is_common(password.casefold(), username.casefold(), common):
        raise PasswordTooCommon


def _is_common(password: str, username: str, common: Collection[str]) -> bool:
    if len(set(password)) < 4 or password in common:
        return True
    kernel = password.strip("0123456789!@#$%^&*._- ")
    return kernel in common or (len(username) >= 4 and kernel == username) or not kernel
