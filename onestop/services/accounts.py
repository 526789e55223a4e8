"""Accounts and their roles: made, closed, given a new password; failed sign-ins counted."""

from datetime import datetime

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.orm import Session

from onestop.domain.accounts import (
    SYSTEM_USERNAME,
    RoleNotHeld,
    UnknownUser,
    UsernameTaken,
    clean_password,
    clean_username,
)
from onestop.domain.neighbourhoods import neighbourhood, one_address
from onestop.domain.rights import Role
from onestop.models.accounts import RecoveryCode, RoleAssignment, SignInFailure, User
from onestop.services.delegations import end_delegations_of
from onestop.services.holdings import StillHolds, holdings_of
from onestop.services.passwords import hash_password, one_time_password
from onestop.services.sessions import end_sessions


def create_user(
    session: Session,
    username: str,
    *,
    display_name: str,
    password: str = "",
    password_hash: str = "",
    at: datetime,
    must_change: bool = True,
    demo: bool = False,
    language: str = "vi",
    totp_secret: str | None = None,
) -> int:
    """Return the id of a new account without roles.

    The password is hashed as given: the edge that lets a person choose one checks it first.
    `password_hash` instead is for many accounts with one password, as in a demonstration.
    Raises BadUsername, UsernameTaken, and ValueError for neither.
    """
    if not password and not password_hash:
        raise ValueError("an account needs a password")
    name = clean_username(username)
    found = session.scalar(select(User.id).where(User.username == name))
    if found is not None or name == SYSTEM_USERNAME:
        raise UsernameTaken(name)
    user = User(
        username=name,
        display_name=display_name,
        password_hash=password_hash or hash_password(clean_password(password)),
        must_change_password=must_change,
        totp_secret=totp_secret,
        language=language,
        demo=demo,
        created_at=at,
    )
    session.add(user)
    session.flush()
    return user.id


def assign_role(
    session: Session,
    user_id: int,
    *,
    agency_id: int,
    role: Role,
    at: datetime,
    assistant: bool = False,
) -> None:
    """Give the person a role at an agency from `at` on; a role already held stays as it is."""
    held = select(RoleAssignment.id).where(
        RoleAssignment.user_id == user_id,
        RoleAssignment.agency_id == agency_id,
        RoleAssignment.role == role,
        RoleAssignment.assistant == assistant,
        RoleAssignment.until.is_(None),
    )
    if session.scalar(held) is None:
        session.add(
            RoleAssignment(
                user_id=user_id, agency_id=agency_id, role=role, assistant=assistant, since=at
            )
        )
        session.flush()


def disable_user(
    session: Session, username: str, *, at: datetime, with_dossiers: bool = False
) -> None:
    """Close the account: no new sign-in, and open ones end at their next request.

    Absences of the person and those in which the person stands in end with it. An account with
    dossiers in hand stays open, unless `with_dossiers`: a demonstration hides accounts for a while.
    Raises UnknownUser, StillHolds.
    """
    user = _user(session, username)
    if not with_dossiers:
        _refuse_holder(session, user)
        end_delegations_of(session, user.id, at=at)
    user.disabled_at = user.disabled_at or at
    end_sessions(session, user.id, at=at)


def end_role(session: Session, username: str, *, agency_id: int, role: Role, at: datetime) -> None:
    """Take a role at an agency from the person; the account and its other roles stay.

    Raises UnknownUser, RoleNotHeld, and StillHolds for what is in hand in this role.
    """
    user = _user(session, username)
    _refuse_holder(session, user, agency_id=agency_id, role=role)
    ended = session.execute(
        update(RoleAssignment)
        .where(
            RoleAssignment.user_id == user.id,
            RoleAssignment.agency_id == agency_id,
            RoleAssignment.role == role,
            or_(RoleAssignment.until.is_(None), RoleAssignment.until > at),
        )
        # One that was to begin later has an end before its beginning otherwise.
        .values(until=case((RoleAssignment.since > at, RoleAssignment.since), else_=at))
        .returning(RoleAssignment.id)
    )
    if not ended.all():
        raise RoleNotHeld(username, role)


def enable_user(session: Session, username: str) -> None:
    """Open a closed account again, with the password it had. Raises UnknownUser."""
    _user(session, username).disabled_at = None
    session.flush()


def reset_password(
    session: Session, username: str, *, at: datetime, drop_second_factor: bool = False
) -> str:
    """Return a one-time password for the account, which is opened again if it was disabled.

    Every open sign-in ends. `drop_second_factor` is for a lost telephone: a new one is enrolled at
    the next sign-in. Failed sign-ins are forgotten, wherever they came from. Raises UnknownUser.
    """
    user = _user(session, username)
    password = one_time_password()
    user.password_hash = hash_password(password)
    user.must_change_password = True
    user.disabled_at = None
    if drop_second_factor:
        user.totp_secret = None
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    end_sessions(session, user.id, at=at)
    session.execute(delete(SignInFailure).where(SignInFailure.username == user.username))
    return password


def change_password(session: Session, user_id: int, *, password_hash: str) -> None:
    """Store the hash of the password the person chose; it no longer has to be changed."""
    values = {"password_hash": password_hash, "must_change_password": False}
    session.execute(update(User).where(User.id == user_id).values(values))


def choose_language(session: Session, user_id: int, *, language: str) -> None:
    """Store the language of the person's screens, `vi` or `en`."""
    session.execute(update(User).where(User.id == user_id).values(language=language))


def wait_for_others(session: Session, username: str) -> None:
    """Wait until everybody else who tries this name now is counted, and hold it till the commit."""
    session.execute(select(User.id).where(User.username == username).with_for_update())


def record_failure(session: Session, username: str, *, address: str, at: datetime) -> None:
    """Count a failed sign-in against the typed name (known or not), address and neighbourhood.

    The sweep forgets it when it counts no more. Source: docs/rules.md, rule D9.
    """
    session.add(
        SignInFailure(
            username=username[:64],
            address=one_address(address)[:45],
            neighbourhood=neighbourhood(address),
            at=at,
        )
    )


def forget_failures(session: Session, username: str, *, address: str) -> None:
    """Forget the failed sign-ins from the neighbourhood where the account has just succeeded.

    Those of strangers elsewhere still count. Source: docs/rules.md, rule D9.
    """
    session.execute(
        delete(SignInFailure).where(
            SignInFailure.username == username,
            SignInFailure.neighbourhood == neighbourhood(address),
        )
    )


def _refuse_holder(
    session: Session, user: User, *, agency_id: int | None = None, role: Role | None = None
) -> None:
    # Whoever is giving this person a step at this moment is waited for, or comes too late.
    session.refresh(user, with_for_update=True)
    holdings = holdings_of(session, user.id, agency_id=agency_id, role=role)
    if holdings:
        raise StillHolds(user.username, holdings)


def _user(session: Session, username: str) -> User:
    name = clean_username(username)
    user = session.scalar(select(User).where(User.username == name))
    if user is None or name == SYSTEM_USERNAME:
        raise UnknownUser(name)
    return user
