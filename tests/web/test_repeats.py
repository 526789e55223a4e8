"""Two transactions in each other's way: the loser is done again, or told to come again."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from onestop import clock
from onestop.domain.rights import Role
from onestop.services.second_factor import present_code
from tests.conftest import NOW
from tests.web.desk import Counter, counter_of
from tests.web.sign_in import SECRET, make_account, post, sign_in

pytestmark = pytest.mark.only_postgresql
# A sequence is not taken back with its transaction: it counts the attempts that failed.
COLLIDE = """
CREATE SEQUENCE attempts;
CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('attempts') <= {times} THEN
    RAISE EXCEPTION 'stood in the way' USING ERRCODE = '{state}';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER collide BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION collide();
"""


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.moved(NOW - clock.now()):
        yield


@pytest.fixture
def desk(app: Flask) -> Counter:
    return counter_of(app)


def collide(app: Flask, times: int, state: str, table: str = "dossier_events") -> None:
    """Let the first writes of a table fail as PostgreSQL fails the loser of a deadlock."""
    with app.extensions["onestop"].write() as db:
        db.execute(text(COLLIDE.format(times=times, state=state, table=table)))


def attempts(app: Flask) -> int:
    with app.extensions["onestop"].read() as db:
        return int(db.execute(text("SELECT last_value FROM attempts")).scalar_one())


@pytest.mark.parametrize("state", ["40P01", "40001"], ids=["deadlock", "serialization"])
def test_a_reception_that_collided_is_done_again_without_losing_a_number(
    desk: Counter, state: str
) -> None:
    collide(desk.app, times=2, state=state)

    assert desk.receive() == "H91.51.01-260302-0001"
    assert attempts(desk.app) == 3


def test_after_three_collisions_the_clerk_is_asked_to_try_later(desk: Counter) -> None:
    collide(desk.app, times=9, state="40P01")

    answer = desk.post("/reception/dossiers", desk.form())

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Chưa có gì được lưu" in answer.text
    assert attempts(desk.app) == 3


def test_a_view_that_has_saved_something_is_not_run_again(app: Flask, client: FlaskClient) -> None:
    make_account(app, "khue", Role.LEADER, totp_secret=SECRET)
    sign_in(client, "khue")
    collide(app, times=1, state="40001", table="sessions")

    # The code is used up by then: run again, the view would call it wrong.
    answer = post(client, "/sign-in/code", code=present_code(SECRET, clock.now()))

    assert answer.status_code == 503
    assert attempts(app) == 1
