"""Every state of the status page in words, from plain rows: no database is needed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from onestop.domain.dossier import StepStatus
from onestop.domain.events import Delivery, Ground, PauseKind
from onestop.domain.limits import Limit, LimitUnit
from onestop.domain.public_states import PublicState
from onestop.domain.rights import Role
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Status
from onestop.domain.working_time import WorkingCalendar
from onestop.inputs.calendars import read_calendars
from onestop.inputs.yaml_files import read_yaml
from onestop.queries.public_rows import (
    PublicPaperRow,
    PublicPauseRow,
    PublicPlaceRow,
    PublicPromiseRow,
    PublicStatusRow,
    PublicStepRow,
)
from onestop.web.explanations import limit_words
from onestop.web.status_page import status_page
from onestop.web.status_words import ACTIONS, TITLES
from tests.public_world import DATA, local

MOST_BYTES = 10 * 1024
CALENDAR = WorkingCalendar(read_calendars(read_yaml(DATA / "calendars/viet-nam.yaml"))[0])
RECEIVED_AT = local("2026-04-20 08:30")
DUE_AT = local("2026-05-06 08:30")
NOW = local("2026-04-24 09:00")

RECEIVE = PublicStepRow(
    name="Tiếp nhận",
    name_en="Receive",
    kind=StepKind.RECEIVE,
    phase=1,
    attempt=1,
    status=StepStatus.DONE,
    role=Role.CLERK,
    agency="Trung tâm",
    agency_en="Centre",
    offered_at=RECEIVED_AT,
    accepted_at=RECEIVED_AT,
    ended_at=RECEIVED_AT,
)
WORK = replace(
    RECEIVE,
    name="Thẩm định",
    name_en="Examine",
    kind=StepKind.WORK,
    status=StepStatus.OPEN,
    role=Role.OFFICER,
    agency="Phòng Kinh tế",
    agency_en="Economy Office",
    ended_at=None,
    due_at=local("2026-05-04 16:30"),
)
RETURN = PublicStepRow(name="Trả", name_en="Return", kind=StepKind.RETURN, phase=2)
PLACE = PublicPlaceRow(
    agency="Trung tâm PVHCC xã Suối Mơ",
    agency_en="Suối Mơ Centre",
    desk="Quầy số 2",
    address="Số 1, thôn Đông",
    phone="0290 111 222",
)
SUPPLEMENT = PublicPauseRow(
    kind=PauseKind.SUPPLEMENT,
    reason="missing",
    papers=(PublicPaperRow("Bản vẽ", "Drawing"),),
    amount=None,
    opened_at=local("2026-04-22 10:00"),
    citizen_due_at=local("2026-05-10 17:00"),
    closed_at=None,
)
PAYMENT = replace(SUPPLEMENT, kind=PauseKind.PAYMENT, papers=(), amount=1_250_000)


def row(**changes) -> PublicStatusRow:
    values = {
        "dossier_id": 1,
        "code": "H40.05-260420-0007",
        "status": Status.PROCESSING,
        "delivery": Delivery.DESK,
        "procedure": "Cấp giấy phép",
        "procedure_en": "Permit",
        "applicant": "N*** V*** A***",
        "limit": Limit(Decimal(10), LimitUnit.WORKING_DAYS),
        "received_at": RECEIVED_AT,
        "first_due_at": DUE_AT,
        "due_at": DUE_AT,
        "last_due_at": DUE_AT,
        "late_at": local("2026-05-07 00:00"),
        "paused_at": None,
        "finished_at": None,
        "returned_at": None,
        "place": PLACE,
        "calendar": CALENDAR,
        "steps": (RECEIVE, WORK, RETURN),
        "promises": (PublicPromiseRow(0, Ground.FIRST, DUE_AT, "Trung tâm", "Centre"),),
        "pauses": (),
    }
    return PublicStatusRow(**(values | changes))


def paused(status: Status, pause: PublicPauseRow, **changes) -> PublicStatusRow:
    work = replace(WORK, paused=True)
    values = {"late_at": None, "pauses": (pause,), "steps": (RECEIVE, work, RETURN)}
    return row(status=status, paused_at=pause.opened_at, **(values | changes))


def ended(status: Status, **changes) -> PublicStatusRow:
    return row(status=status, finished_at=NOW, steps=(RECEIVE, RETURN), **changes)


CONSULT = replace(WORK, kind=StepKind.CONSULT)
NEXT_PHASE = replace(WORK, phase=2, status=StepStatus.OFFERED, accepted_at=None)
ROWS = {
    PublicState.RECEIVED: row(status=Status.RECEIVED),
    PublicState.IN_PROGRESS: row(),
    PublicState.SUPPLEMENT_RECEIVED: row(
        steps=(RECEIVE, replace(WORK, after_supplement=True), RETURN)
    ),
    PublicState.CONSULTING: row(steps=(RECEIVE, CONSULT, RETURN)),
    PublicState.FIRST_PHASE_DONE: row(steps=(RECEIVE, NEXT_PHASE, RETURN)),
    PublicState.MORE_PAPERS: paused(Status.SUPPLEMENT_REQUIRED, SUPPLEMENT),
    PublicState.FEE_DUE: paused(Status.PAYMENT_REQUIRED, PAYMENT),
    PublicState.ON_HOLD: paused(
        Status.SUSPENDED, replace(SUPPLEMENT, kind=PauseKind.SUSPENSION, papers=())
    ),
    PublicState.LATE: row(late_at=local("2026-04-23 00:00"), due_at=local("2026-04-22 08:30")),
    PublicState.RESULT_READY: ended(Status.COMPLETED),
    PublicState.RESULT_BEING_SENT: ended(Status.COMPLETED, delivery=Delivery.POSTAL),
    PublicState.COLLECTED: ended(Status.RETURNED, returned_at=NOW),
    PublicState.SENT_BY_POST: ended(Status.RETURNED, returned_at=NOW, delivery=Delivery.POSTAL),
    PublicState.SENT_ELECTRONICALLY: ended(
        Status.RETURNED, returned_at=NOW, delivery=Delivery.ELECTRONIC
    ),
    PublicState.NOT_ACCEPTED: ended(Status.REJECTED),
    PublicState.WITHDRAWN: ended(Status.WITHDRAWN),
    PublicState.STOPPED: ended(Status.STOPPED),
}
# Pages of their own, without a dossier: the slip that is not entered yet comes with the leases.
WITHOUT_A_ROW = {PublicState.EMERGENCY_SLIP, PublicState.REPLACED, PublicState.NOT_FOUND}
WAITS_FOR_THE_CITIZEN = {PublicState.MORE_PAPERS, PublicState.FEE_DUE}


@pytest.fixture
def database_url(databases):
    """The pages are made of rows; a database only lets the application start."""
    with databases.copy("sqlite") as url:
        yield url


@pytest.fixture
def render(app):
    """Words and page of a row in a language."""

    def rendered(shown, *, now=NOW, lang="vi"):
        with app.test_request_context(f"/?lang={lang}"):
            words = status_page(shown, now=now)
            template = app.jinja_env.get_template("public/status.html")
            return words, template.render(page=words, token="A" * 26, hall=False)

    return rendered


def test_every_state_has_a_row_and_words():
    assert set(ROWS) | WITHOUT_A_ROW == set(PublicState)
    assert set(TITLES) == set(PublicState)
    assert set(ROWS) - WAITS_FOR_THE_CITIZEN <= set(ACTIONS)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("state", list(ROWS))
def test_every_state_makes_a_light_page_with_a_task(render, state, lang):
    shown = ROWS[state]
    assert shown.state(NOW) is state

    words, page = render(shown, lang=lang)

    assert len(page.encode()) <= MOST_BYTES
    assert words.tasks[0].text
    assert "%(" not in page
    assert "None" not in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (PublicState.CONSULTING, "Đang chờ ý kiến của Phòng Kinh tế"),
        (PublicState.FEE_DUE, "Nộp 1.250.000 đ theo thông báo của Phòng Kinh tế"),
        (PublicState.MORE_PAPERS, "chậm nhất ngày 10/05/2026"),
        (PublicState.MORE_PAPERS, "<li>Bản vẽ</li>"),
        (PublicState.LATE, "Nếu cần gấp, xin gọi 0290 111 222"),
        (PublicState.RESULT_READY, "Mang giấy hẹn và thẻ căn cước đến Quầy số 2"),
        (PublicState.SENT_BY_POST, "Kết quả đã gửi qua bưu chính ngày 24/04/2026"),
        (PublicState.STOPPED, "Ông/Bà có quyền khiếu nại tại Trung tâm PVHCC xã Suối Mơ"),
        (PublicState.FIRST_PHASE_DONE, "Đang chuyển đến Phòng Kinh tế"),
        (PublicState.ON_HOLD, "(đang tạm dừng)"),
    ],
)
def test_the_page_says_in_plain_words(render, state, text):
    _, page = render(ROWS[state])
    page = page.replace("\xa0", " ")

    assert text in page


def test_why_names_holidays_and_counts_days_off(render):
    _, page = render(row())

    assert "Thời hạn 10 ngày làm việc, tính từ 8 giờ 30 phút, thứ Hai, ngày 20/04/2026." in page
    assert "ngày nghỉ hằng tuần" in page
    assert "/2026)" in page


def test_a_new_date_is_told_beside_the_first(render):
    later = DUE_AT + timedelta(days=7)
    lines = (
        PublicPromiseRow(0, Ground.FIRST, DUE_AT, "", ""),
        PublicPromiseRow(0, Ground.EXTENSION, later, "", ""),
    )

    words, page = render(row(last_due_at=later, promises=lines))

    assert words.dates[0] == ("Ngày hẹn mới", "8 giờ 30 phút, thứ Tư, ngày 13/05/2026")
    assert "Hẹn lần đầu: 8 giờ 30 phút, thứ Tư, ngày 06/05/2026." in page
    assert "Cơ quan xin lỗi và hẹn lại" in page


def test_lateness_stands_still_while_paused(render):
    stuck = paused(
        Status.SUPPLEMENT_REQUIRED,
        replace(SUPPLEMENT, opened_at=local("2026-05-08 10:00")),
        late_at=local("2026-05-07 00:00"),
    )

    soon, _ = render(stuck, now=local("2026-05-11 09:00"))
    much_later, _ = render(stuck, now=local("2026-06-22 09:00"))

    assert soon.lead == much_later.lead == "Trễ hẹn 2 ngày làm việc"
    assert soon.tone == "late"


def test_two_open_pauses_are_two_tasks(render):
    both = paused(Status.SUPPLEMENT_REQUIRED, SUPPLEMENT, pauses=(SUPPLEMENT, PAYMENT))

    words, _ = render(both)

    assert len(words.tasks) == 2


def test_papers_without_names_and_fees_without_amount_point_to_the_slip(render):
    nameless = replace(SUPPLEMENT, papers=())
    endless = replace(nameless, citizen_due_at=None)
    listed = replace(SUPPLEMENT, citizen_due_at=None)
    unknown = replace(PAYMENT, amount=None)

    texts = [
        render(paused(Status.SUPPLEMENT_REQUIRED, pause))[0].tasks[0].text
        for pause in (nameless, endless, listed, unknown)
    ]

    assert texts[0].startswith("Mang giấy tờ ghi trong phiếu yêu cầu đến")
    assert "chậm nhất" in texts[0]
    assert "chậm nhất" not in texts[1] + texts[2]
    assert texts[3].startswith("Nộp số tiền ghi trong thông báo")


def test_a_calendar_without_next_year_hides_the_count_not_the_date(render):
    far = local("2035-05-06 08:30")

    left, _ = render(row(last_due_at=far, due_at=far, late_at=far))
    late, _ = render(row(due_at=DUE_AT), now=local("2035-05-06 08:30"))

    assert left.lead == ""
    assert "06/05/2035" in left.dates[0][1]
    assert late.lead == "Trễ hẹn"


def test_legs_show_when_there_are_several(render):
    legs = (
        PublicPromiseRow(1, Ground.FIRST, local("2026-04-22 10:00"), "Trung tâm", "Centre"),
        PublicPromiseRow(2, Ground.FIRST, local("2026-04-30 10:00"), "Phòng", "Office"),
        PublicPromiseRow(2, Ground.PAUSE, local("2026-05-04 10:00"), "Phòng", "Office"),
    )

    assert render(row(promises=legs))[0].legs[1] == ("Phòng", "10:00 04/05/2026")
    assert render(row(promises=legs[:1]))[0].legs == ()


def test_a_sensitive_procedure_speaks_of_kinds_of_steps(render):
    bare = tuple(replace(step, name="", name_en="") for step in (RECEIVE, WORK, RETURN))

    words, page = render(row(procedure="", procedure_en="", steps=bare))

    assert [step.name for step in words.steps] == [
        "Tiếp nhận hồ sơ",
        "Giải quyết hồ sơ",
        "Trả kết quả",
    ]
    assert "Thủ tục" not in page


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("3 working_days", "3 ngày làm việc"),
        ("0.25 working_days", "0,25 ngày làm việc"),
        ("8 working_hours", "8 giờ làm việc"),
        ("0.5 working_hours", "30 phút làm việc"),
        ("30 calendar_days", "30 ngày"),
        ("1 months", "1 tháng"),
        ("same_day 15:00", "trong ngày, nếu nộp chậm nhất lúc 15:00"),
    ],
)
def test_limits_are_said_as_people_say_them(app, limit, words):
    with app.test_request_context("/"):
        assert limit_words(Limit.parse(limit)) == words


UNCOUNTED = replace(
    SUPPLEMENT,
    kind=PauseKind.UNCOUNTED,
    reason="not_counted",
    papers=(),
    citizen_due_at=None,
    step=replace(WORK, name="Niêm yết", name_en="Posting", due_at=local("2026-05-12 10:00")),
)
RUNS = PublicState.IN_PROGRESS


def uncounted(**changes) -> PublicStatusRow:
    values = {"late_at": None, "pauses": (UNCOUNTED,), "paused_at": UNCOUNTED.opened_at}
    return row(**(values | changes))


def test_papers_brought_today_lead_to_a_date_that_is_told(render):
    # Asked on Wednesday 22 April at 10:00 with the date on 6 May, 08:30; until Friday 24 April,
    # 09:00 two working days less one hour have passed: Friday 8 May, 07:30.
    words, page = render(ROWS[PublicState.MORE_PAPERS])

    then = "Nếu bổ sung hoặc nộp đủ trong ngày 24/04/2026, dự kiến trả kết quả"
    assert words.tasks[0].then.startswith(then)
    assert words.tasks[0].then in page
    assert words.tasks[0].then.endswith(" 7 giờ 30 phút, thứ Sáu, ngày 08/05/2026.")


def test_on_a_day_off_the_next_working_day_is_named(render):
    words, _ = render(ROWS[PublicState.FEE_DUE], now=local("2026-04-26 09:00"))

    assert "trong ngày 28/04/2026" in words.tasks[0].then  # Monday 27 April is a holiday


def test_with_two_things_asked_the_date_is_told_once(render):
    both = paused(Status.SUPPLEMENT_REQUIRED, SUPPLEMENT, pauses=(SUPPLEMENT, PAYMENT))

    words, _ = render(both)

    assert [bool(task.then) for task in words.tasks] == [False, True]


@pytest.mark.parametrize(
    "shown",
    [
        paused(
            Status.SUPPLEMENT_REQUIRED,
            SUPPLEMENT,
            pauses=(SUPPLEMENT, replace(SUPPLEMENT, kind=PauseKind.SUSPENSION)),
        ),
        paused(Status.SUPPLEMENT_REQUIRED, SUPPLEMENT, late_at=local("2026-04-21 00:00")),
    ],
    ids=["while nobody knows how long it is on hold", "when it was late before"],
)
def test_no_date_is_foretold(render, shown):
    words, _ = render(shown)

    assert [task.then for task in words.tasks] == [""]


def test_a_step_that_is_not_counted_is_told_in_plain_words(render):
    words, page = render(uncounted())

    assert words.state is RUNS
    assert words.tone == "paused"
    assert words.lead == "Thời gian này không tính vào thời hạn"
    assert "Đang chờ: Niêm yết (Phòng Kinh tế)." in page
    assert "Bước này dự kiến xong 10 giờ 00 phút, thứ Ba, ngày 12/05/2026." in page
    assert words.dates[-1][0] == "Dự kiến trả kết quả"
    assert words.tasks[0].text == "Ông/Bà chưa cần làm gì thêm."
    assert "đang tạm dừng" not in page


def test_the_date_foretold_is_that_of_the_step_that_ends_when_due(render):
    foretold = dict(render(uncounted())[0].dates)["Dự kiến trả kết quả"]
    asked = replace(SUPPLEMENT, opened_at=UNCOUNTED.opened_at)
    brought, _ = render(paused(Status.SUPPLEMENT_REQUIRED, asked), now=local("2026-05-12 10:00"))

    assert foretold in brought.tasks[0].then


def test_a_sensitive_step_that_is_not_counted_has_no_name(render):
    bare = replace(UNCOUNTED, step=replace(UNCOUNTED.step, name="", name_en=""))

    _, page = render(uncounted(pauses=(bare,), procedure="", procedure_en=""))

    assert "Niêm yết" not in page
    assert "Đang chờ: Giải quyết hồ sơ (Phòng Kinh tế)." in page


def test_papers_asked_while_a_step_is_not_counted_are_a_task(render):
    words, _ = render(
        paused(Status.SUPPLEMENT_REQUIRED, SUPPLEMENT, pauses=(SUPPLEMENT, UNCOUNTED))
    )

    assert len(words.tasks) == 1
    assert words.tone == "soon"
    assert "trong ngày 12/05/2026" in words.tasks[0].then


def put_off(reason: str, *more: PublicPromiseRow) -> PublicStatusRow:
    later = DUE_AT + timedelta(days=7)
    lines = (
        PublicPromiseRow(0, Ground.FIRST, DUE_AT, "", ""),
        PublicPromiseRow(0, Ground.EXTENSION, later, "", "", reason=reason),
        *more,
    )
    return row(last_due_at=later, promises=lines)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("awaiting_other_agency", "ngày đã hẹn. Lý do: Chờ cơ quan khác trả lời."),
        ("other", "Cơ quan xin lỗi Ông/Bà vì không trả kết quả kịp ngày đã hẹn."),
    ],
)
def test_a_date_put_off_comes_with_an_apology_and_its_reason(render, reason, said):
    words, page = render(put_off(reason))

    assert words.notes[0].endswith(said)
    assert words.notes[0] in page
    assert "(ghi rõ)" not in page


def test_a_refusal_is_told_with_the_paper_that_says_why(render):
    ended = {"status": Status.COMPLETED, "finished_at": DUE_AT, "late_at": None}

    words, page = render(row(refused=True, **ended))
    granted, _ = render(row(**ended))

    assert "Phiếu từ chối (Mẫu số 03)" in words.notes[0]
    assert words.notes[0] in page
    assert "quyền khiếu nại" in words.tasks[-1].text
    assert (granted.notes, len(granted.tasks)) == ((), 1)


def test_a_date_that_came_after_the_apology_needs_none(render):
    moved = PublicPromiseRow(0, Ground.CALENDAR, DUE_AT + timedelta(days=8), "", "")

    words, page = render(put_off("heavy_load", moved))

    assert words.notes == ()
    assert "Lùi vì lịch nghỉ thay đổi: 8 giờ 30 phút, thứ Năm, ngày 14/05/2026." in page


def test_every_later_date_stands_in_the_list_with_its_ground(render):
    lines = tuple(
        PublicPromiseRow(0, ground, DUE_AT + timedelta(days=n), "", "")
        for n, ground in enumerate(Ground)
    )

    _, page = render(row(promises=lines))

    for said in ("Hẹn lần đầu:", "Tính lại sau", "Lùi vì lịch", "Đính chính:", "Hẹn khi giải"):
        assert said in page


def test_phases_have_dates_of_their_own_and_are_no_dates_of_the_whole(render):
    lines = (
        PublicPromiseRow(0, Ground.FIRST, DUE_AT, "", ""),
        PublicPromiseRow(0, Ground.FIRST, local("2026-04-29 16:30"), "", "", phase=1),
    )

    words, page = render(row(promises=lines, phases=2))

    assert words.phases == (
        ("Giai đoạn 1", "16:30 29/04/2026"),
        ("Giai đoạn 2", "hẹn khi giai đoạn này bắt đầu"),
    )
    assert page.count("29/04/2026") == 1


def test_a_procedure_in_one_phase_names_none(render):
    assert render(row(phases=0))[0].phases == ()


def test_legs_of_a_route_that_was_corrected_are_gone(render):
    lines = (
        PublicPromiseRow(1, Ground.FIRST, local("2026-04-22 10:00"), "Phòng cũ", "Old"),
        PublicPromiseRow(3, Ground.FIRST, local("2026-04-30 10:00"), "Phòng cũ 3", "Old 3"),
        PublicPromiseRow(0, Ground.CORRECTION, DUE_AT, "", ""),
        PublicPromiseRow(1, Ground.CORRECTION, local("2026-04-28 10:00"), "Phòng mới", "New"),
        PublicPromiseRow(2, Ground.CORRECTION, local("2026-05-04 10:00"), "Phòng hai", "Two"),
    )

    words, _ = render(row(promises=lines))

    assert [agency for agency, _ in words.legs] == ["Phòng mới", "Phòng hai"]
