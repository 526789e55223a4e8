"""Entering an announced day on screen: the form, the preview, the confirmation, who may."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from onestop import clock
from onestop.domain.rights import Role
from onestop.jobs.kinds import KINDS
from onestop.jobs.runner import work_off
from onestop.models.accounts import RoleAssignment
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.models.jobs import Job
from onestop.services.calendars import load_calendar
from onestop.web import calendar_changes
from tests.conftest import NOW
from tests.databases import Furnish
from tests.factories import DESK, cookie_for, make_province, make_staff, province_of, receive
from tests.web.office import at_time, main_of
from tests.web.sign_in import ORIGIN, form_token

MARITAL = "1.004873"
PREVIEW = "/admin/calendar-changes/preview"
STORM = {"reach": "all", "on": "04/03/2026", "name": "Nghỉ bão số 5", "source": "TB 12/2026"}
WEDNESDAY = date(2026, 3, 4)
Person = Callable[..., FlaskClient]


@pytest.fixture
def furnish() -> Furnish:
    return province_with_dossiers


def province_with_dossiers(session: Session) -> None:
    """One page of dossiers and one dossier more."""
    clerk = make_staff(session, Role.CLERK, make_province(session)[DESK])
    papers = [{"code": "declaration"}, {"code": "identity"}]
    for _ in range(26):
        receive(session, clerk, procedure=MARITAL, papers=papers)


@pytest.fixture
def person(app: Flask) -> Person:
    """Signs in as somebody with one role at one agency of a province with a dossier in hand."""
    with app.extensions["onestop"].read() as db:
        province = province_of(db)

    def person(role: Role = Role.ADMIN, agency: str = "H91") -> FlaskClient:
        client = app.test_client()
        with app.extensions["onestop"].write() as db:
            actor = make_staff(db, role, province[agency])
        client.set_cookie(*cookie_for(app, actor, at=clock.now()))
        return client

    with at_time(NOW):
        yield person


def preview(client: FlaskClient, **typed: str) -> TestResponse:
    return client.get(f"{PREVIEW}?{urlencode({**STORM, **typed})}")


def confirm(client: FlaskClient, page: TestResponse, **typed: str) -> TestResponse:
    token = page.text.split('name="token" value="')[1].split('"')[0]
    fields = {**STORM, **typed, "token": token, "csrf_token": form_token(page)}
    return client.post("/admin/calendar-changes", data=fields, headers=ORIGIN)


def is_worked(app: Flask, key: str = "vn-0700") -> bool:
    with app.extensions["onestop"].read() as db:
        return load_calendar(db, key).is_working_day(WEDNESDAY)


def moved(app: Flask) -> int:
    with app.extensions["onestop"].read() as db:
        found = select(DossierEvent.dossier_id).where(DossierEvent.type == "dates_moved")
        return len(db.scalars(found).all())


def test_the_form_is_reached_from_the_calendars(person: Person) -> None:
    admin = person()

    assert "/admin/calendar-changes/new" in admin.get("/admin/calendars").text
    page = main_of(admin.get("/admin/calendar-changes/new?reach=calendar:vn-0730"))

    assert 'value="calendar:vn-0730" selected' in page
    assert '<option value="">' not in page  # a browser would not send a required list without one
    assert "Trở lại ngày thường" in page


def test_every_date_is_shown_before_anything_is_saved(app: Flask, person: Person) -> None:
    admin = person()

    page = preview(admin)
    second = preview(admin, page="2")

    assert page.status_code == 200
    assert "08:30 05/03/2026" in page.text
    assert "08:30 06/03/2026" in page.text
    assert "Trang 1 trên 2" in page.text
    assert "Trang 2 trên 2" in second.text
    assert "Nguyễn Thị Đào" not in page.text
    assert (is_worked(app), moved(app)) == (True, 0)


def test_what_was_confirmed_is_saved_and_moved(app: Flask, person: Person) -> None:
    admin = person()

    done = confirm(admin, preview(admin))

    assert (done.status_code, done.location) == (302, "/admin/calendars/vn-0700")
    assert "26 hồ sơ được lùi" in admin.get(done.location).text
    assert (is_worked(app), moved(app)) == (False, 26)


def test_a_swap_has_two_days(app: Flask, person: Person) -> None:
    admin = person()

    page = preview(admin, kind="compensatory_off", worked="07/03/2026")

    assert "07/03/2026" in page.text
    assert "Làm bù cho ngày 04/03/2026" in page.text


def test_a_dossier_received_in_the_meantime_is_shown_first(app: Flask, person: Person) -> None:
    admin = person()
    page = preview(admin)
    with app.extensions["onestop"].write() as db:
        desk = db.scalars(select(Agency.id).where(Agency.code == DESK)).one()
        clerk = make_staff(db, Role.CLERK, desk)
        papers = [{"code": "declaration"}, {"code": "identity"}]
        code = receive(db, clerk, procedure=MARITAL, papers=papers).code

    again = confirm(admin, page)
    done = confirm(admin, again)

    assert again.status_code == 409
    assert "đã thay đổi" in again.text
    assert done.status_code == 302
    with app.extensions["onestop"].read() as db:
        assert db.scalars(select(Dossier.version).where(Dossier.code == code)).one() == 2
    assert moved(app) == 27


def test_a_second_click_is_refused(app: Flask, person: Person) -> None:
    admin = person()
    page = preview(admin)
    confirm(admin, page)

    again = confirm(admin, page)

    assert again.status_code == 422
    assert "Lịch đã có ngày nghỉ" in again.text
    assert moved(app) == 26


def test_a_day_that_is_over_is_warned_of(person: Person) -> None:
    assert "đã qua" in preview(person(), on="27/02/2026").text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"on": "31/02/2026"}, "on", "Không có ngày này"),
        ({"on": "soon"}, "on", "Hãy nhập ngày dạng"),
        ({"on": "04/03/2031"}, "on", "Lịch chưa có năm này"),
        ({"on": "30/04/2026"}, "on", "Lịch đã có ngày nghỉ"),
        ({"kind": "usual"}, "on", "đang là ngày thường"),
        ({"kind": "sometimes"}, "kind", "chưa đúng"),
        ({"name": ""}, "name", "Hãy ghi tên"),
        ({"source": ""}, "source", "văn bản công bố"),
        ({"kind": "makeup_working_day"}, "hours", "phải có giờ"),
        ({"kind": "makeup_working_day", "hours": "7"}, "hours", "Hãy ghi giờ như"),
        ({"kind": "makeup_working_day", "hours": "07:00-25:00"}, "hours", "00:00 đến 24:00"),
        ({"kind": "makeup_working_day", "hours": "07:00-11:00,10:00-12:00"}, "hours", "chồng"),
        ({"hours": "07:00-11:00"}, "hours", "Ngày nghỉ không có giờ"),
        ({"worked": "30/04/2026"}, "worked", "chưa thể là ngày làm bù"),
        ({"worked": "04/03/2026"}, "worked", "Lịch đã có"),
        ({"reach": "calendar:nowhere"}, "reach", "Không có lịch"),
        ({"reach": "agency:999999"}, "reach", "không còn hoạt động"),
        ({"reach": "agency:x"}, "reach", "Hãy chọn lịch"),
    ],
)
def test_what_cannot_be_entered_is_said_at_its_field(
    app: Flask, person: Person, typed: dict[str, str], field: str, said: str
) -> None:
    page = preview(person(), **typed)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert said in page.text
    assert 'value="Nghỉ bão số 5"' in page.text or "name" in typed
    assert moved(app) == 0


def test_an_administrator_of_a_commune_changes_only_its_own_calendar(
    app: Flask, person: Person
) -> None:
    admin = person(Role.ADMIN, "H91.51")
    with app.extensions["onestop"].read() as db:
        own = db.scalars(select(Agency.id).where(Agency.code == "H91.51")).one()

    everywhere = preview(admin)
    done = confirm(
        admin,
        preview(admin, reach=f"agency:{own}", below="on"),
        reach=f"agency:{own}",
        below="on",
    )

    assert everywhere.status_code == 422
    assert "ngoài phạm vi" in everywhere.text
    assert done.location == "/admin/calendars/vn-0700-h91-51"
    assert is_worked(app)
    assert not is_worked(app, "vn-0700-h91-51")


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.AUDITOR])
def test_only_administrators_enter_days(person: Person, role: Role) -> None:
    client = person(role)

    assert client.get("/admin/calendar-changes/new").status_code == 403
    assert preview(client).status_code == 403


def test_the_pages_are_complete_in_english(person: Person) -> None:
    admin = person()
    token = form_token(admin.get("/account"))
    data = {"language": "en", "csrf_token": token}
    admin.post("/account/language", data=data, headers=ORIGIN)

    assert "Enter a day off" in admin.get("/admin/calendar-changes/new").text
    assert "Dates that move" in preview(admin).text


@pytest.fixture
def few(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty-six dossiers are many; nothing starts by itself."""
    monkeypatch.setattr(calendar_changes, "FEW", 5)
    app.extensions["onestop_start_jobs"] = lambda: None


def run(app: Flask) -> None:
    with app.app_context():
        work_off(app.extensions["onestop"], KINDS, now=clock.now)


@pytest.mark.usefixtures("few")
def test_many_dossiers_are_shown_and_moved_by_jobs(app: Flask, person: Person) -> None:
    admin = person()

    asked = preview(admin)
    assert "26 hồ sơ đang giải quyết có thể phải lùi ngày" in asked.text
    data = {**STORM, "csrf_token": form_token(asked)}
    job = admin.post("/admin/calendar-changes/previews", data=data, headers=ORIGIN)
    assert job.status_code == 303
    run(app)
    assert "Xem kết quả" in admin.get(job.location).text
    shown = admin.get(job.location.replace("/jobs/", "/admin/calendar-changes/previews/"))
    assert "08:30 06/03/2026" in shown.text
    assert "Trang 1 trên 2" in shown.text
    assert moved(app) == 0

    confirmed = confirm(admin, shown)
    assert (confirmed.status_code, moved(app)) == (303, 0)
    run(app)
    assert (moved(app), is_worked(app)) == (26, False)
    saved = confirmed.location.replace("/jobs/", "/admin/calendar-changes/changes/")
    assert admin.get(saved).location == "/admin/calendars/vn-0700"
    other = person()
    assert other.get(saved).status_code == 404
    assert other.get(confirmed.location).status_code == 404


@pytest.mark.usefixtures("few")
def test_a_job_moves_nothing_but_what_was_shown(app: Flask, person: Person) -> None:
    admin = person()
    data = {**STORM, "csrf_token": form_token(preview(admin))}
    job = admin.post("/admin/calendar-changes/previews", data=data, headers=ORIGIN)
    run(app)
    shown = admin.get(job.location.replace("/jobs/", "/admin/calendar-changes/previews/"))
    with app.extensions["onestop"].write() as db:
        desk = db.scalars(select(Agency.id).where(Agency.code == DESK)).one()
        clerk = make_staff(db, Role.CLERK, desk)
        papers = [{"code": "declaration"}, {"code": "identity"}]
        receive(db, clerk, procedure=MARITAL, papers=papers)

    confirmed = confirm(admin, shown)
    run(app)

    assert (moved(app), is_worked(app)) == (0, True)
    again = admin.get(confirmed.location.replace("/jobs/", "/admin/calendar-changes/changes/"))
    assert "đã thay đổi" in again.text
    assert "<strong>27</strong>" in again.text
    confirm(admin, again)
    run(app)
    assert moved(app) == 27


@pytest.mark.usefixtures("few")
def test_a_job_of_one_who_is_no_administrator_any_more_moves_nothing(
    app: Flask, person: Person
) -> None:
    admin = person()
    data = {**STORM, "csrf_token": form_token(preview(admin))}
    job = admin.post("/admin/calendar-changes/previews", data=data, headers=ORIGIN)
    with app.extensions["onestop"].write() as db:
        db.execute(update(RoleAssignment).values(role=Role.LEADER))
    run(app)

    with app.extensions["onestop"].read() as db:
        outcome = db.scalars(select(Job.outcome)).one()
    assert "JobNotAllowed" in outcome
    assert admin.get(job.location).status_code == 403
