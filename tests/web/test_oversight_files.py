"""A list too long for a request becomes a job: the same rows, words, language and rights."""

from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import update

from onestop import clock
from onestop.domain.rights import Role
from onestop.jobs.runner import work_off
from onestop.models.accounts import RoleAssignment
from onestop.web import oversight_files
from tests.conftest import NOW
from tests.factories import COMMUNE, DESK, make_province
from tests.web.office import at_time
from tests.web.sign_in import ORIGIN, form_token
from tests.web.test_oversight import LATE, received, signed_in


def run(app: Flask) -> None:
    with app.app_context():
        work_off(app.extensions["onestop"], app.extensions["onestop_jobs"], now=clock.now)


def test_a_long_list_is_offered_as_a_job(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.extensions["onestop_start_jobs"] = lambda: None
    with app.extensions["onestop"].write() as session:
        province = make_province(session)
    for _ in range(3):
        received(app, province[DESK])
    with at_time(NOW + LATE):
        leader = signed_in(app, Role.LEADER, province[COMMUNE], language="en")
        at_once = rows_of(leader.get("/oversight/overdue.xlsx?what=step").data)
        monkeypatch.setattr(oversight_files, "AT_ONCE", 2)

        offered = leader.get("/oversight/overdue.xlsx?what=step")
        assert (offered.status_code, offered.mimetype) == (200, "text/html")
        assert "3" in offered.text
        data = {"what": "step", "csrf_token": form_token(offered)}
        asked = leader.post("/oversight/files/overdue", data=data, headers=ORIGIN)
        run(app)
        file = leader.get(f"{asked.location}/file")
        assert rows_of(file.data) == at_once
        assert len(at_once) > 3
        again = leader.post("/oversight/files/none", data=data, headers=ORIGIN)
        assert again.status_code == 404

        refused = leader.post("/oversight/files/finished", data=data, headers=ORIGIN)
        with app.extensions["onestop"].write() as session:
            session.execute(update(RoleAssignment).values(role=Role.CLERK))
        run(app)
        assert leader.get(refused.location).status_code == 403
        assert leader.get(f"{asked.location}/file").status_code == 403


def rows_of(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
