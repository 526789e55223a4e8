"""Accounts as the pages need them: for signing in, for each request, for lists."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from onestop.domain.accounts import (
    ADDRESS_WINDOW,
    FAILURES_LAPSE,
    FAILURES_OF_NAME,
    IDLE,
    SYSTEM_USERNAME,
    Failures,
    Stage,
    needs_second_factor,
)
from onestop.domain.neighbourhoods import neighbourhood, one_address
from onestop.domain.rights import Actor, Role
from onestop.models.accounts import SignInFailure, SignInSession, User
from onestop.models.agencies import Agency
from onestop.queries.roles import RoleRow, roles_of, roles_of_everybody


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What signing in needs to know of an account."""

    user_id: int
    username: str
    password_hash: str
    disabled: bool
    demo: bool
    must_change_password: bool
    has_second_factor: bool
    roles: tuple[Role, ...]

    def stage_after(self, stage: Stage | None) -> Stage:
        """Return where a sign-in stands after `stage` (None: the password) was passed."""
        if stage is None and self.has_second_factor:
            return Stage.SECOND_FACTOR
        if stage is not Stage.NEW_PASSWORD and self.must_change_password:
            return Stage.NEW_PASSWORD
        if needs_second_factor(self.roles) and not self.has_second_factor:
            return Stage.ENROLMENT
        return Stage.OPEN


@dataclass(frozen=True, slots=True)
class SignedInRow:
    """The person behind a request: the truth of each request, read anew each time."""

    session_id: int
    stage: Stage
    seen_at: datetime
    expires_at: datetime
    notices: str | None
    user_id: int
    username: str
    display_name: str
    language: str
    demo: bool
    has_second_factor: bool
    roles: tuple[RoleRow, ...]

    @property
    def actor(self) -> Actor:
        """The person as rules and services know it."""
        return Actor(self.user_id, tuple(held.assignment for held in self.roles))

    @property
    def absent_colleagues(self) -> dict[int, str]:
        """Id and name of everybody whom the person stands in for now."""
        return {held.lent_by: held.lender for held in self.roles if held.lent_by is not None}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One open sign-in of a person."""

    session_id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """One line of the list of accounts."""

    username: str
    display_name: str
    roles: tuple[RoleRow, ...]
    disabled: bool
    must_change_password: bool
    has_second_factor: bool
    demo: bool
    seen_at: datetime | None


_HAS_SECOND_FACTOR = User.totp_secret.is_not(None).label("has_second_factor")

_SESSION = (
    SignInSession.id,
    SignInSession.stage,
    SignInSession.seen_at,
    SignInSession.expires_at,
    SignInSession.notices,
)
_PERSON = (
    User.id.label("user_id"),
    User.username,
    User.display_name,
    User.language,
    User.demo,
    _HAS_SECOND_FACTOR,
)
_ACCOUNT = (
    *_PERSON,
    User.password_hash,
    User.must_change_password,
    User.disabled_at.is_not(None).label("disabled"),
)


def account_for_sign_in(session: Session, username: str, *, now: datetime) -> AccountRow | None:
    """Return the account of this name, also a disabled one, or None."""
    return _account(session, User.username == username, now)


def account(session: Session, user_id: int, *, now: datetime) -> AccountRow | None:
    """Return the account with this id, also a disabled one, or None."""
    return _account(session, User.id == user_id, now)


def failures(session: Session, username: str, *, address: str, now: datetime) -> Failures:
    """Return how often sign-in failed under this name, here and anywhere, and from this address.

    Source: docs/rules.md, rule D9.
    """
    here = SignInFailure.neighbourhood == neighbourhood(address)
    of_name = select(
        func.count().filter(here),
        func.max(SignInFailure.at).filter(here),
        func.count(),
        func.max(SignInFailure.at),
    ).where(SignInFailure.username == username, SignInFailure.at > now - FAILURES_LAPSE)
    of_address = select(func.count(), func.min(SignInFailure.at)).where(
        SignInFailure.address == one_address(address), SignInFailure.at > now - ADDRESS_WINDOW
    )
    count_here, last_here, count, last = session.execute(of_name).one()
    from_address, first = session.execute(of_address).one()
    return Failures(
        here=count_here,
        last_here=last_here,
        of_name=count,
        last_of_name=last,
        known_here=count >= FAILURES_OF_NAME and _signed_in_from(session, username, address),
        of_address=from_address,
        first_of_address=first,
    )


def _signed_in_from(session: Session, username: str, address: str) -> bool:
    """Whether this account was ever signed in, with all that it needs, from this neighbourhood."""
    used = (
        select(SignInSession.address)
        .join(User, User.id == SignInSession.user_id)
        .where(User.username == username, SignInSession.stage == Stage.OPEN)
        .distinct()
    )
    return neighbourhood(address) in {neighbourhood(known) for known in session.scalars(used)}


def signed_in(session: Session, token_sha256: bytes, *, now: datetime) -> SignedInRow | None:
    """Return who a session id stands for, or None when it ended, was idle 30 min, or is unknown."""
    # Columns, not entities: opening the sealed ones would cost every request.
    found = session.execute(
        select(*_SESSION, *_PERSON)
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_sha256 == token_sha256,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - IDLE,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    return SignedInRow(
        session_id=found.id,
        stage=found.stage,
        seen_at=found.seen_at,
        expires_at=found.expires_at,
        notices=found.notices,
        user_id=found.user_id,
        username=found.username,
        display_name=found.display_name,
        language=found.language,
        demo=found.demo,
        has_second_factor=found.has_second_factor,
        roles=roles_of(session, found.user_id, now, second_factor=found.has_second_factor),
    )


def had_session(session: Session, token_sha256: bytes) -> bool:
    """Return whether a session id was ever given out, open or ended."""
    known = select(SignInSession.id).where(SignInSession.token_sha256 == token_sha256)
    return session.scalar(known) is not None


def sessions_of(session: Session, user_id: int, *, now: datetime) -> list[SessionRow]:
    """Return the open sign-ins of a person, the one used last first."""
    opened = (
        select(
            SignInSession.id,
            SignInSession.created_at,
            SignInSession.seen_at,
            SignInSession.expires_at,
            SignInSession.address,
            SignInSession.device,
        )
        .where(
            SignInSession.user_id == user_id,
            SignInSession.stage == Stage.OPEN,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - IDLE,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return [SessionRow(*row) for row in session.execute(opened)]


def users(session: Session, *, now: datetime) -> list[UserRow]:
    """Return every account by name, with the roles held now and when it was last used.

    Without the account that stands for the house itself.
    """
    roles = roles_of_everybody(session, now)
    last_seen = select(SignInSession.user_id, func.max(SignInSession.seen_at))
    seen = dict(session.execute(last_seen.group_by(SignInSession.user_id)).all())
    of_people = select(*_ACCOUNT).where(User.username != SYSTEM_USERNAME)
    found = session.execute(of_people.order_by(User.username))
    return [
        UserRow(
            username=user.username,
            display_name=user.display_name,
            roles=roles.get(user.user_id, ()),
            disabled=user.disabled,
            must_change_password=user.must_change_password,
            has_second_factor=user.has_second_factor,
            demo=user.demo,
            seen_at=seen.get(user.user_id),
        )
        for user in found
    ]


def demo_secret(session: Session, user_id: int) -> str | None:
    """Return the second-factor secret of a demo account, None for any other (R29)."""
    return session.scalar(select(User.totp_secret).where(User.id == user_id, User.demo))


def holds_demo_accounts(session: Session) -> bool:
    """Return whether this is a database of `onestop demo`: every page then says so."""
    return bool(session.scalar(select(exists().where(User.demo))))


def agency_id_by_code(session: Session, code: str) -> int | None:
    """Return the id of the newest agency with this identifier, or None."""
    return session.scalar(
        select(Agency.id).where(Agency.code == code).order_by(Agency.valid_from.desc()).limit(1)
    )


def _account(session: Session, wanted: ColumnElement[bool], now: datetime) -> AccountRow | None:
    user = session.execute(select(*_ACCOUNT).where(wanted)).one_or_none()
    if user is None:
        return None
    return AccountRow(
        user_id=user.user_id,
        username=user.username,
        password_hash=user.password_hash,
        disabled=user.disabled,
        demo=user.demo,
        must_change_password=user.must_change_password,
        has_second_factor=user.has_second_factor,
        roles=tuple(held.role for held in roles_of(session, user.user_id, now)),
    )
