"""What a citizen reads on the status page, and what the database says they should read."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, Response
from sqlalchemy import select

from onestop.domain.dossier import StepStatus
from onestop.domain.statuses import Status
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Step
from tests.journeys.town import Town

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
TITLES = {
    Status.RECEIVED: "Đã tiếp nhận hồ sơ",
    Status.PROCESSING: "Hồ sơ đang được xử lý",
    Status.COMPLETED: "Đã có kết quả – kính mời Ông/Bà đến nhận",
    Status.RETURNED: "Đã trả kết quả",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The page as read, in its own order."""

    title: str
    card: str
    text: str
    done: list[str]
    now: list[str]
    holders: list[str]


@dataclass(frozen=True, slots=True)
class Truth:
    """The rows of the dossier, in the words of the page."""

    status: Status
    due: str
    first_due: datetime
    done: list[str]
    now: list[str]
    holders: list[str]


def read_page(town: Town, link: str) -> Reading:
    """Open the link as a citizen does: a fresh telephone without cookies and scripts."""
    with town.citizen() as page:
        answer = page.goto(link)
        assert answer is not None
        _assert_plain(page, answer)
        return Reading(
            title=page.locator("h1").inner_text(),
            card=page.locator(".card").inner_text(),
            text=page.locator("main").inner_text(),
            done=_names(page, ".steps .done"),
            now=_names(page, ".steps .now"),
            holders=page.locator(
                "h2:has-text('Hồ sơ đang ở đâu') ~ p:not(:has(a))"
            ).all_inner_texts(),
        )


def truth(town: Town, code: str) -> Truth:
    """What the tables say about the dossier."""
    with town.database.read() as db:
        dossier = db.scalars(select(Dossier).where(Dossier.code == code)).one()
        rows = db.execute(
            select(Step.name, Step.status, Step.accepted_at, Agency.name.label("agency"))
            .join(Agency, Agency.id == Step.agency_id)
            .where(Step.dossier_id == dossier.id)
            .order_by(Step.position, Step.attempt)
        ).all()
    live = [row for row in rows if row.status in (StepStatus.OFFERED, StepStatus.OPEN)]
    return Truth(
        status=dossier.status,
        due=in_words(dossier.last_due_at),
        first_due=dossier.first_due_at,
        done=[row.name for row in rows if row.status is StepStatus.DONE],
        now=[row.name for row in live],
        holders=[row.agency for row in live],
    )


def in_words(at: datetime) -> str:
    """The instant as the page says it: written down here anew."""
    here = at.astimezone(HANOI)
    clock = f"{here.hour} giờ {here.minute:02} phút"
    return f"{clock}, {WEEKDAYS[here.weekday()]}, ngày {here:%d/%m/%Y}"


def assert_page_tells_the_truth(town: Town, link: str, code: str) -> Reading:
    """Compare the page, as it stands now, with the tables, as they stand now."""
    reading, facts = read_page(town, link), truth(town, code)
    assert reading.title == TITLES[facts.status]
    assert facts.due in reading.card
    assert code in reading.text
    assert (reading.done, reading.now) == (facts.done, facts.now)
    for agency in facts.holders:
        assert any(agency in holder for holder in reading.holders)
    return reading


def _assert_plain(page: Page, answer: Response) -> None:
    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    assert page.context.cookies() == []
    assert page.locator("script").count() == 0
    assert len(answer.body()) <= 10 * 1024


def _names(page: Page, selector: str) -> list[str]:
    """The first line of each step; the lines below say who and when."""
    return [text.splitlines()[0].strip() for text in page.locator(selector).all_inner_texts()]
