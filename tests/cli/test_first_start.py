"""The first start makes one administrator, and no later start makes another."""

from datetime import datetime

from onestop.cli.first_start import USERNAME, make_first_administrator
from onestop.db import Database
from onestop.domain.rights import Role
from onestop.queries.accounts import account_for_sign_in


def test_the_first_start_makes_one_administrator(database: Database, now: datetime) -> None:
    password = make_first_administrator(database, now)

    with database.read() as session:
        row = account_for_sign_in(session, USERNAME, now=now)
    assert password
    assert row is not None
    assert row.roles == (Role.ADMIN,)
    assert row.must_change_password


def test_a_later_start_makes_nobody(database: Database, now: datetime) -> None:
    make_first_administrator(database, now)

    assert make_first_administrator(database, now) is None
