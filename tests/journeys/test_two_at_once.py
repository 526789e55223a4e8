"""Two people, or one impatient person, doing the same thing at the same instant."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from onestop import clock
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.services.casework import accept_step
from tests.factories import BIRTH_BUNDLE, receive
from tests.journeys.town import Town

SEND_SOON = "form => { setTimeout(() => form.requestSubmit(), 200) }"
SEND_TWICE = """async () => {
  const form = document.getElementById("reception");
  const body = new FormData(form);
  const send = () => fetch(form.action, { method: "POST", body });
  return (await Promise.all([send(), send()])).map((answer) => [answer.status, answer.url]);
}"""


def test_of_two_officers_who_take_a_dossier_at_once_one_has_it_and_the_other_is_told_who(
    town: Town,
) -> None:
    code = _bundle(town)
    with town.at_work("justice") as quan, town.at_work("colleague") as mai:
        for page in (quan, mai):
            page.goto(f"/dossiers/{code}")
        for page in (quan, mai):
            page.locator("form.move").first.evaluate(SEND_SOON)
        for page in (quan, mai):
            expect(page.locator(".notice").first).to_be_visible()
            page.wait_for_load_state()
        won, lost = (quan, mai) if quan.locator(".notice--success").count() else (mai, quan)

        expect(won.locator(".notice--success")).to_be_visible()
        told = lost.locator(".notice--warning")
        expect(told).to_contain_text("Hồ sơ vừa được xử lý trong lúc trang này đang mở")
        winner = "Trần Minh Quân" if won is quan else "Lê Thị Mai"
        expect(told).to_contain_text(winner)
        expect(told).to_contain_text("08:3")
    assert _events(town, code) == ["dossier_received", "step_accepted"]


@pytest.mark.only_sqlite
def test_a_note_typed_meanwhile_is_kept(town: Town) -> None:
    code = _bundle(town)
    with town.database.write() as db:
        accept_step(db, code, step="justice", actor=town.people["justice"], at=clock.now())
    with town.at_work("justice") as quan, town.at_work("colleague") as mai:
        for page in (quan, mai):
            page.goto(f"/dossiers/{code}")
        move = quan.locator("details.move").first
        move.locator("summary").click()
        move.locator("textarea").fill("Đã đối chiếu bản gốc <b>ngày 1/3</b>")
        mai.locator("form.move").first.locator("button").click()
        expect(mai.locator(".notice--success")).to_be_visible()

        move.locator("form button").last.click()

        told = quan.locator(".notice--warning")
        expect(told).to_contain_text("Lê Thị Mai")
        expect(quan.locator(".kept-note")).to_have_text("Đã đối chiếu bản gốc <b>ngày 1/3</b>")
    assert _events(town, code) == ["dossier_received", "step_accepted", "step_accepted"]


def test_a_form_sent_twice_at_once_and_pressed_again_is_one_dossier(town: Town) -> None:
    with town.at_work("clerk") as page:
        _fill(page)

        answers = page.evaluate(SEND_TWICE)
        page.keyboard.press("F8")
        page.keyboard.press("F8")
        expect(page.locator("h1")).to_have_text("Đã tiếp nhận hồ sơ")

        (code,) = town.codes()
        assert [status for status, _ in answers] == [200, 200]
        assert all(code in url for _, url in answers)
        assert page.locator(".big-code").get_attribute("aria-label") == code
        page.go_back()
        with page.expect_navigation():
            page.keyboard.press("F8")
    assert town.codes() == [code]


def _bundle(town: Town) -> str:
    papers = [{"code": "declaration"}, {"code": "birth_slip"}]
    with town.database.write() as db:
        clerk = town.people["clerk"]
        return receive(
            db, clerk, procedure=BIRTH_BUNDLE, papers=papers, at=clock.now(), desk=None
        ).code


def _fill(page: Page) -> None:
    page.goto("/reception?procedure=1.001193")
    page.fill("#applicant-name", "Nguyễn Thị Đào")
    page.get_by_text("Đã đủ giấy tờ bắt buộc").click()
    expect(page.locator("#pane")).to_contain_text("Đủ giấy tờ bắt buộc")


def _events(town: Town, code: str) -> list[str]:
    with town.database.read() as db:
        found = select(DossierEvent.type).join(Dossier).where(Dossier.code == code)
        return list(db.scalars(found.order_by(DossierEvent.version)))
