"""The account of the house itself: there when needed, and nobody's."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.accounts import SYSTEM_USERNAME, UnknownUser, UsernameTaken
from onestop.models.accounts import RoleAssignment, User
from onestop.queries import accounts as accounts_query
from onestop.queries import demo as demo_query
from onestop.queries.demo import Holding
from onestop.services import accounts
from onestop.services.passwords import password_matches
from onestop.services.system_user import system_user
from tests.conftest import NOW


def test_it_is_made_once(session: Session) -> None:
    first = system_user(session, at=NOW)

    assert system_user(session, at=NOW) == first
    assert session.scalar(select(func.count()).select_from(User)) == 1


def test_nobody_signs_in_with_it(session: Session) -> None:
    user_id = system_user(session, at=NOW)
    row = accounts_query.account_for_sign_in(session, SYSTEM_USERNAME, now=NOW)

    assert row is not None
    assert row.disabled
    assert row.roles == ()
    assert not password_matches(row.password_hash, "")
    assert not password_matches(row.password_hash, SYSTEM_USERNAME)
    held = select(RoleAssignment.id).where(RoleAssignment.user_id == user_id)
    assert session.scalar(held) is None


def test_nobody_can_open_it_or_be_given_its_name(session: Session) -> None:
    def taken() -> None:
        accounts.create_user(
            session, SYSTEM_USERNAME, display_name="x", password_hash="none", at=NOW
        )

    with pytest.raises(UsernameTaken):
        taken()
    system_user(session, at=NOW)
    with pytest.raises(UsernameTaken):
        taken()
    with pytest.raises(UnknownUser):
        accounts.reset_password(session, SYSTEM_USERNAME, at=NOW)
    with pytest.raises(UnknownUser):
        accounts.enable_user(session, SYSTEM_USERNAME)


def test_it_is_no_account_of_staff(session: Session) -> None:
    system_user(session, at=NOW)

    assert accounts_query.users(session, now=NOW) == []
    assert demo_query.holding(session) is Holding.NOTHING
