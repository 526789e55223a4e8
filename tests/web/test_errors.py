"""What goes wrong is answered with what happened, what to do now, and when to try again."""

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from onestop.services.idempotency import KeyInFlight
from onestop.web.endpoints import Audience, endpoint

probe = Blueprint("failing", __name__)


@probe.get("/probe/in-flight")
@endpoint(audience=Audience.OPEN)
def in_flight() -> str:
    raise KeyInFlight


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(probe)
    return app


@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
def test_a_form_still_on_its_way_is_told_to_come_again_in_a_moment(
    client: FlaskClient, accepted: str
) -> None:
    answer = client.get("/probe/in-flight", headers={"Accept": accepted})

    assert answer.status_code == 409
    assert answer.headers["Retry-After"] == "2"
    assert "Biểu mẫu này đang được lưu" in (answer.json or {}).get("detail", answer.text)
