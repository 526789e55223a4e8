"""Accounts, sign-in sessions, second factor and the access log, below the pages."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onestop.db import Database
from onestop.domain.accounts import (
    CodeRefused,
    Failures,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SignInTooOften,
    Stage,
    UnknownUser,
    UsernameTaken,
    check_password,
    refuse_while_throttled,
    wait_left,
)
from onestop.domain.rights import Actor, Assignment, Right, Role
from onestop.inputs.common_passwords import common_passwords
from onestop.models.accounts import AccessLogEntry, RecoveryCode, RoleAssignment, User
from onestop.queries import accounts as ask
from onestop.services import access, accounts, second_factor, sessions
from onestop.services.passwords import hash_password, one_time_password, password_matches
from tests.web.sign_in import SECRET, make_agency

PASSWORD = "bốn con voi nhỏ đi qua cầu"


@pytest.fixture
def agency_id(session: Session) -> int:
    agency = make_agency("H40.05")
    session.add(agency)
    session.flush()
    agency.path = f"/{agency.id}/"
    session.flush()
    return agency.id


def make_user(session: Session, now: datetime, name: str = "mai", **changes: str) -> int:
    return accounts.create_user(
        session, name, display_name="Lý Thị Mai", password=PASSWORD, at=now, **changes
    )


def open_for(session: Session, user_id: int, now: datetime, *roles: Role) -> str:
    return sessions.open_session(
        session, user_id, stage=Stage.OPEN, roles=roles, at=now, address="127.0.0.1", device="test"
    )


def test_a_password_is_stored_as_argon2id_with_the_agreed_cost(
    session: Session, now: datetime
) -> None:
    make_user(session, now)

    stored = session.scalars(select(User.password_hash)).one()

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password_matches(stored, PASSWORD)
    assert not password_matches(stored, PASSWORD + "!")
    assert not password_matches(None, PASSWORD)


def test_an_account_name_is_taken_once_whatever_its_case(session: Session, now: datetime) -> None:
    make_user(session, now)

    with pytest.raises(UsernameTaken):
        make_user(session, now, " MAI ")


def test_a_reset_gives_a_password_for_one_use_and_ends_all_sessions(
    session: Session, now: datetime
) -> None:
    user_id = make_user(session, now)
    token = open_for(session, user_id, now)

    password = accounts.reset_password(session, "mai", at=now)

    account = ask.account(session, user_id, now=now)
    assert account is not None
    assert account.must_change_password
    assert account.stage_after(None) is Stage.NEW_PASSWORD
    assert password_matches(account.password_hash, password)
    assert ask.signed_in(session, sessions.token_hash(token), now=now) is None


def test_a_lost_phone_is_dropped_by_a_reset_that_says_so(session: Session, now: datetime) -> None:
    user_id = make_user(session, now, totp_secret=SECRET)

    accounts.reset_password(session, "mai", at=now)
    kept = ask.account(session, user_id, now=now)
    accounts.reset_password(session, "mai", at=now, drop_second_factor=True)
    dropped = ask.account(session, user_id, now=now)

    assert kept is not None
    assert kept.has_second_factor
    assert dropped is not None
    assert not dropped.has_second_factor


def test_resetting_nobody_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(UnknownUser):
        accounts.reset_password(session, "nobody", at=now)


def test_roles_count_from_their_beginning_to_their_end(
    session: Session, now: datetime, agency_id: int
) -> None:
    user_id = make_user(session, now)
    hour = timedelta(hours=1)
    accounts.assign_role(session, user_id, agency_id=agency_id, role=Role.CLERK, at=now + hour)
    accounts.assign_role(session, user_id, agency_id=agency_id, role=Role.CLERK, at=now + hour)
    held_until = update(RoleAssignment).where(RoleAssignment.user_id == user_id)
    session.execute(held_until.values(until=now + 3 * hour))

    held = [ask.account(session, user_id, now=now + n * hour) for n in (0, 2, 4)]

    assert [account.roles if account else None for account in held] == [(), (Role.CLERK,), ()]


def test_a_session_knows_the_roles_of_its_person(
    session: Session, now: datetime, agency_id: int
) -> None:
    user_id = make_user(session, now)
    accounts.assign_role(session, user_id, agency_id=agency_id, role=Role.OFFICER, at=now)
    token = open_for(session, user_id, now, Role.OFFICER)

    row = ask.signed_in(session, sessions.token_hash(token), now=now)

    assert row is not None
    assert row.actor == Actor(
        user_id, (Assignment(agency_id, f"/{agency_id}/", Role.OFFICER, assistant=False),)
    )


def test_an_advanced_session_has_a_new_id_and_the_old_one_is_nothing(
    session: Session, now: datetime
) -> None:
    user_id = make_user(session, now)
    old = sessions.open_session(
        session, user_id, stage=Stage.SECOND_FACTOR, roles=(), at=now, address="", device=""
    )
    row = ask.signed_in(session, sessions.token_hash(old), now=now)
    assert row is not None

    new = sessions.advance_session(session, row.session_id, stage=Stage.OPEN, roles=(), at=now)

    assert ask.signed_in(session, sessions.token_hash(old), now=now) is None
    found = ask.signed_in(session, sessions.token_hash(new), now=now)
    assert found is not None
    assert found.stage is Stage.OPEN


def test_a_sign_in_that_is_not_finished_in_ten_minutes_is_over(
    session: Session, now: datetime
) -> None:
    user_id = make_user(session, now)
    token = sessions.open_session(
        session, user_id, stage=Stage.SECOND_FACTOR, roles=(), at=now, address="", device=""
    )

    late = now + timedelta(minutes=10)

    assert ask.signed_in(session, sessions.token_hash(token), now=late) is None


def test_a_secret_stands_sealed_in_the_database(session: Session, now: datetime) -> None:
    make_user(session, now, totp_secret=SECRET)

    stored = session.connection().exec_driver_sql("SELECT totp_secret FROM users").scalar_one()

    assert SECRET.encode() not in bytes(stored)


def test_a_code_of_the_neighbouring_half_minute_is_good_and_of_the_next_is_not(
    now: datetime,
) -> None:
    offsets = {
        seconds: second_factor.matching_step(
            SECRET, second_factor.present_code(SECRET, now + timedelta(seconds=seconds)), now
        )
        is not None
        for seconds in (-90, -30, 0, 30, 90)
    }

    assert offsets == {-90: False, -30: True, 0: True, 30: True, 90: False}


def test_recovery_codes_are_stored_as_hashes(session: Session, now: datetime) -> None:
    user_id = make_user(session, now, totp_secret=SECRET)

    codes = second_factor.renew_recovery_codes(session, user_id)
    renewed = second_factor.renew_recovery_codes(session, user_id)

    stored = session.scalars(select(RecoveryCode.code_sha256)).all()
    assert len(set(codes) | set(renewed)) == 20
    assert len(stored) == 10
    with pytest.raises(CodeRefused):
        second_factor.accept_code(session, user_id, code=codes[0], at=now)
    second_factor.accept_code(session, user_id, code=renewed[0], at=now)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (500, 60)],
    ids=str,
)
def test_each_failure_after_the_fourth_doubles_the_wait_up_to_an_hour(
    now: datetime, failures: int, minutes: int
) -> None:
    assert wait_left(Failures(failures, now), now) == timedelta(minutes=minutes)


def test_the_wait_is_told_in_whole_minutes(now: datetime) -> None:
    with pytest.raises(SignInTooOften) as refused:
        refuse_while_throttled(Failures(6, now - timedelta(seconds=30)), now)

    assert (refused.value.wait_seconds, refused.value.wait_minutes) == (90, 2)


def test_failures_of_an_address_are_forgotten_after_ten_minutes(
    session: Session, now: datetime
) -> None:
    for second in range(30):
        accounts.record_failure(
            session, f"guess{second}", address="10.0.0.9", at=now + timedelta(seconds=second)
        )

    def wait(after: timedelta) -> timedelta:
        at = now + after
        return wait_left(ask.failures(session, "mai", address="10.0.0.9", now=at), at)

    assert wait(timedelta(minutes=1)) > timedelta(0)
    assert wait(timedelta(minutes=10, seconds=1)) <= timedelta(0)


def test_an_ipv6_guesser_with_many_addresses_is_limited_like_one_address(
    session: Session, now: datetime
) -> None:
    for n in range(30):
        accounts.record_failure(session, f"guess{n}", address=f"2001:db8:0:12::{n:x}", at=now)
        accounts.record_failure(session, f"other{n}", address=f"198.51.100.{n}", at=now)

    assert wait_at(session, "2001:db8:0:34::ffff", now) == timedelta(minutes=10)
    assert wait_at(session, "2001:db8:1::1", now) == timedelta(0)
    assert wait_at(session, "198.51.100.200", now) == timedelta(0)


def fail(session: Session, now: datetime, times: int, *addresses: str) -> None:
    for address in addresses:
        for _ in range(times):
            accounts.record_failure(session, "mai", address=address, at=now)


def wait_at(session: Session, address: str, now: datetime) -> timedelta:
    return wait_left(ask.failures(session, "mai", address=address, now=now), now)


def test_failures_of_a_stranger_elsewhere_make_nobody_wait_but_the_stranger(
    session: Session, now: datetime
) -> None:
    fail(session, now, 4, "203.0.113.7", "203.0.113.8")

    assert wait_at(session, "203.0.113.9", now) == timedelta(minutes=8)
    assert wait_at(session, "10.0.0.9", now) == timedelta(0)


def test_guesses_from_many_places_slow_new_places_down_and_never_the_usual_one(
    session: Session, now: datetime
) -> None:
    user_id = make_user(session, now)
    open_for(session, user_id, now, Role.CLERK)
    fail(session, now, 4, *(f"198.51.{place}.7" for place in range(5)))

    assert wait_at(session, "10.0.0.9", now) == timedelta(minutes=1)
    assert wait_at(session, "127.0.0.200", now) == timedelta(0)


def test_failures_of_a_name_lapse_after_a_day(session: Session, now: datetime) -> None:
    fail(session, now, 30, "203.0.113.7")
    later = now + timedelta(days=1)

    found = ask.failures(session, "mai", address="203.0.113.7", now=later)

    assert (found.here, found.of_name) == (0, 0)


def test_a_success_forgets_the_failures_of_its_own_neighbourhood_alone(
    session: Session, now: datetime
) -> None:
    fail(session, now, 5, "10.0.0.9", "203.0.113.7")

    accounts.forget_failures(session, "mai", address="10.0.0.10")

    assert wait_at(session, "10.0.0.9", now) == timedelta(0)
    assert wait_at(session, "203.0.113.7", now) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("password", "second_factor_used", "refusal"),
    [
        ("mười ba ký tự", False, PasswordTooShort),
        ("bảy ký", True, PasswordTooShort),
        ("aaaaaaaaaaaaaaaaaaaaaa", False, PasswordTooCommon),
        ("123456789012345", False, PasswordTooCommon),
        ("matkhau2026", True, PasswordTooCommon),
        ("Quảntrị@12345", True, None),
        ("QuanTri@12345", True, PasswordTooCommon),
        ("qwertyuiop", True, PasswordTooCommon),
        ("nguyenvana1990", True, PasswordTooCommon),
        ("x" * 100 + "abc" * 60, False, PasswordTooLong),
        ("bốn con voi nhỏ", False, None),
        ("tám chữ!", True, None),
    ],
    ids=str,
)
def test_a_password_is_long_and_not_what_guessers_try_first(
    password: str, second_factor_used: bool, refusal: type[Exception] | None
) -> None:
    def check() -> None:
        check_password(
            password,
            username="nguyenvana",
            second_factor=second_factor_used,
            common=common_passwords(),
        )

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


def test_one_time_passwords_may_be_typed_and_pass_the_rules() -> None:
    made = {one_time_password() for _ in range(50)}

    assert len(made) == 50
    for password in made:
        check_password(password, username="mai", second_factor=False, common=common_passwords())


def test_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_views_are_numbered_per_agency_and_local_day(
    session: Session, now: datetime, agency_id: int
) -> None:
    user_id = make_user(session, now)
    actor = Actor(user_id, (Assignment(agency_id, f"/{agency_id}/", Role.CLERK),))
    before_midnight = datetime.fromisoformat("2026-03-02T23:59:59+07:00")

    for at in (before_midnight, before_midnight, before_midnight + timedelta(seconds=1)):
        access.record_view(
            session, actor, right=Right.SEE_DOSSIER, endpoint="test", subject="", at=at
        )

    rows = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id)).all()
    assert [(row.day, row.n) for row in rows] == [
        (date(2026, 3, 2), 1),
        (date(2026, 3, 2), 2),
        (date(2026, 3, 3), 1),
    ]


def test_somebody_without_a_role_leaves_no_trace_and_sees_nothing(
    session: Session, now: datetime
) -> None:
    with pytest.raises(access.NobodyToLog):
        access.record_view(session, Actor(1), right=None, endpoint="test", subject="", at=now)


def test_two_views_at_the_same_instant_both_find_their_place(
    database: Database, now: datetime
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with database.write() as db:
        agency = make_agency("H40.05")
        db.add(agency)
        db.flush()
        agency_id, user_id = agency.id, make_user(db, now)
    actor = Actor(user_id, (Assignment(agency_id, f"/{agency_id}/", Role.CLERK),))

    def view(_: int) -> None:
        with database.write() as db:
            access.record_view(
                db, actor, right=Right.SEE_DOSSIER, endpoint="test", subject="", at=now
            )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(view, range(12)))

    with database.read() as db:
        numbers = db.scalars(select(AccessLogEntry.n).order_by(AccessLogEntry.n)).all()
    assert list(numbers) == list(range(1, 13))
