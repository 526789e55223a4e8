"""The public calculator: the same sum as a reception, told row by row, to whoever asks."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from onestop.domain.explanation import PauseSpan
from onestop.domain.limits import Limit
from onestop.domain.procedures import Audience
from onestop.inputs.calculator import Calculation
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent
from onestop.services.catalogue import import_procedures
from onestop.web.filters import local_long
from onestop.web.sum_link import asked_sum
from tests.catalogue_files import procedure
from tests.public_world import BUNDLE, at_time, local, make_world

CENTRE = "H91.51.01"
RECEIVED_AT = local("2026-02-13 16:00")
MOST_BYTES = 16 * 1024
ASKED = {"amount": "3", "unit": "working_days", "date": "13/02/2026", "time": "16:00"}
FIELDS = list(Calculation.model_fields)


@pytest.fixture
def world(app):
    return make_world(app.extensions["onestop"])


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with at_time(RECEIVED_AT):
        yield


@pytest.fixture
def ask(client, world):
    def ask(**fields: str):
        return client.get("/calculator", query_string=ASKED | fields)

    return ask


def due(page: str) -> str:
    return re.search(r'<p class="big">(.*?)</p>', page)[1]


def rows(page: str) -> list[tuple[str, str]]:
    return re.findall(r"<tr[^>]*><td>(.*?)</td><td>(.*?)</td></tr>", page)


def problem(page: str, field: str) -> str:
    return re.search(rf'id="{field}-error">(.*?)</p>', page)[1]


def test_the_form_is_offered_with_this_minute_and_no_sum(client, world):
    answer = client.get("/calculator")

    assert answer.status_code == 200
    assert 'name="date" value="13/02/2026"' in answer.text
    assert 'name="time" value="16:00"' in answer.text
    assert '<p class="big">' not in answer.text
    assert "<optgroup" in answer.text


def test_it_is_a_page_for_citizens(client, ask):
    answer = ask(procedure=BUNDLE, agency=CENTRE)

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "form-action 'self'" in policy
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert ' style="' not in answer.text
    assert len(answer.data) <= MOST_BYTES
    assert client.post("/calculator", data=ASKED).status_code in (400, 405)


def test_a_typed_limit_is_told_row_by_row(ask):
    page = ask().text

    assert due(page) == "16 giờ 00 phút, thứ Tư, ngày 25/02/2026"
    assert "Không tính: 4 ngày nghỉ hằng tuần; Tết Nguyên đán (16/02–20/02/2026)." in page
    told = rows(page)
    assert told[:3] == [
        ("16:00, thứ Sáu 13/02/2026", "Tiếp nhận"),
        ("16:00–17:00, thứ Sáu 13/02/2026", "Tính vào thời hạn: 0,125 ngày làm việc"),
        ("thứ Bảy 14/02/2026", "Ngày nghỉ hằng tuần: không tính"),
    ]
    assert ("thứ Ba 17/02/2026", "Ngày lễ: không tính (Tết Nguyên đán)") in told
    assert told[-1] == ("16:00, thứ Tư 25/02/2026", "Hẹn trả kết quả")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "1", "date": "21/08/2026", "time": "10:00"}, "Ngày làm bù: tính vào thời hạn"),
        ({"amount": "4", "unit": "working_hours"}, "Tính vào thời hạn: 1 giờ làm việc"),
        ({"amount": "4", "unit": "working_hours", "time": "09:00"}, "Nghỉ trưa: không tính"),
        ({"unit": "same_day"}, "Nộp sau giờ chốt trong ngày: tính từ ngày làm việc tiếp theo"),
        ({"amount": "10", "unit": "calendar_days"}, "Tính vào thời hạn: 10 ngày"),
        ({"amount": "1", "unit": "months"}, "Tính vào thời hạn: 1 tháng"),
        ({"amount": "1", "unit": "calendar_days"}, "lùi đến ngày làm việc tiếp theo"),
        ({"time": "19:00"}, "Ngoài giờ làm việc: tính từ giờ mở cửa"),
    ],
)
def test_every_kind_of_row_has_its_words(ask, fields, words):
    answer = ask(**fields)

    assert answer.status_code == 200
    assert words in answer.text


def test_calendar_days_are_one_row_from_the_day_after(ask):
    page = ask(amount="10", unit="calendar_days", date="20/08/2026", time="09:00").text

    assert ("21/08/2026 – 30/08/2026", "Tính vào thời hạn: 10 ngày") in rows(page)
    assert due(page) == "9 giờ 00 phút, thứ Năm, ngày 03/09/2026"


@pytest.mark.parametrize("code", ["1.001193", "1.004873", "1.012786", "2.000815", BUNDLE])
@pytest.mark.parametrize("moment", ["2026-02-13 16:00", "2026-03-02 11:45", "2026-04-24 17:10"])
def test_a_procedure_gives_the_date_that_a_reception_then_promises(client, world, code, moment):
    at = local(moment)
    received = world.receive(at, code)

    page = client.get(
        "/calculator",
        query_string={
            "procedure": code,
            "agency": CENTRE,
            "date": f"{moment[8:10]}/{moment[5:7]}/{moment[:4]}",
            "time": moment[11:],
        },
    ).text

    assert due(page) == in_words(client, promised(world, received.code))


def promised(world, code: str) -> datetime:
    with world.database.read() as session:
        return session.scalars(select(Dossier.due_at).where(Dossier.code == code)).one()


def in_words(client, at: datetime) -> str:
    with client.application.test_request_context("/"):
        return local_long(at)


def test_the_legs_are_those_that_the_reception_promises(client, world, ask):
    received = world.receive(RECEIVED_AT)

    page = ask(procedure=BUNDLE, agency=CENTRE).text
    status = client.get(f"/s/{received.link.token.text}").text

    planned = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    assert len(planned) == 4
    assert all(f"<dt>{agency}</dt><dd>{at}</dd>" in status for agency, at in planned)


def test_a_procedure_of_two_phases_tells_the_first(ask):
    page = ask(procedure="1.012786", agency=CENTRE, date="02/03/2026", time="08:00").text

    assert due(page) == "8 giờ 00 phút, thứ Hai, ngày 16/03/2026"
    assert "<dt>Giai đoạn 1</dt><dd>14:00 10/03/2026</dd>" in page


def test_legs_wait_for_the_office_and_for_who_decides(ask):
    assert "Hẹn của từng cơ quan" not in ask(procedure=BUNDLE).text

    page = ask(procedure=BUNDLE, agency="H91.01").text
    assert "Hẹn của từng cơ quan còn tùy nơi giải quyết, chưa tính ở đây." in page


def test_pauses_stop_the_clock(ask):
    page = ask(
        amount="3",
        date="05/03/2026",
        time="10:00",
        from1="10:00 09/03/2026",
        to1="16/03/2026 9h00",
    ).text

    assert due(page) == "9 giờ 00 phút, thứ Ba, ngày 17/03/2026"
    assert (
        "10:00 09/03/2026 – 09:00 16/03/2026",
        "Tạm dừng: không tính. Còn lại: 1 ngày làm việc",
    ) in rows(page)
    assert "Thời gian tạm dừng không tính vào thời hạn (1 lần)." in page


def test_an_open_pause_has_no_date(ask):
    page = ask(date="05/03/2026", time="10:00", from1="10:00 09/03/2026").text

    assert due(page) == "Đang tạm dừng, chưa có ngày hẹn"
    assert "Khi hết tạm dừng còn tính tiếp: 1 ngày làm việc." in page
    assert rows(page)[-1][0] == "từ 10:00 09/03/2026, chưa kết thúc"


def test_a_pause_of_what_is_late_already_moves_nothing(ask):
    page = ask(from1="10:00 10/03/2026", to1="10:00 11/03/2026").text

    assert due(page) == "16 giờ 00 phút, thứ Tư, ngày 25/02/2026"
    assert "Lần tạm dừng bắt đầu khi đã trễ hẹn không làm lùi ngày hẹn." in page


def test_the_status_page_leads_to_its_own_sum(client, world):
    received = world.receive(local("2026-03-02 08:30"), "1.004873")
    world.accept(received.code, "check", local("2026-03-02 08:40"))
    world.ask_papers(received.code, "check", ["divorce_or_death"], local("2026-03-03 08:30"))
    world.take_in(received.code, ["divorce_or_death"], local("2026-03-10 14:15"))
    status = client.get(f"/s/{received.link.token.text}").text

    address = re.search(r'href="(/calculator\?[^"]+)"', status)[1].replace("&amp;", "&")
    page = client.get(address).text

    assert due(page) == in_words(client, promised(world, received.code))
    assert f"<b>{due(page)}</b>" in status
    assert received.code not in address
    assert 'value="14:15 10/03/2026"' in page


@pytest.mark.parametrize(
    ("limit", "procedure", "pauses", "asked"),
    [
        ("3 working_days", "1.001193", 0, {"procedure": "1.001193"}),
        ("0.5 working_days", "", 0, {"amount": "0.5", "unit": "working_days"}),
        ("same_day", "", 0, {"amount": "1", "unit": "same_day"}),
        ("3 working_days", "1.001193", 3, {"from3": "10:02 14/02/2026"}),
        ("3 working_days end_of_day", "", 0, None),
        ("same_day 11:00", "", 0, None),
        ("3 working_days", "1.001193", 4, None),
    ],
    ids=[
        *("by procedure", "by limit", "same day", "three pauses"),
        *("a rule of its own", "an hour of its own", "four pauses"),
    ],
)
def test_a_sum_is_asked_for_only_when_the_form_can_hold_it(app, limit, procedure, pauses, asked):
    begins = [local(f"2026-02-14 10:0{number}") for number in range(pauses)]
    spans = [PauseSpan(at, at + timedelta(seconds=61)) for at in begins]
    empty = PauseSpan(RECEIVED_AT, RECEIVED_AT + timedelta(seconds=59))

    with app.test_request_context("/"):
        found = asked_sum(
            Limit.parse(limit),
            RECEIVED_AT,
            procedure=procedure,
            agency=CENTRE,
            pauses=[empty, *spans],
        )

    if asked is None:
        assert found is None
    else:
        whole = {"agency": CENTRE, "date": "13/02/2026", "time": "16:00"} | asked
        assert found is not None
        assert found.items() >= whole.items()
        assert ("from1" in found) == bool(pauses)


def test_the_start_page_leads_here_but_not_the_hall(client, world):
    assert 'href="/calculator"' in client.get("/").text
    assert 'href="/calculator?lang=en"' in client.get("/?lang=en").text
    assert "/calculator" not in client.get("/?mode=hall").text


def test_english_stays_english(ask):
    page = ask(lang="en", agency=CENTRE).text

    assert due(page) == "16:00, Wednesday 25 February 2026"
    assert ("Saturday 14/02/2026", "Weekly day off: not counted") in rows(page)
    assert '<input type="hidden" name="lang" value="en">' in page
    assert "Counted on the calendar of Public Service Centre" in page


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"amount": ""}, "amount", "Hãy chọn thủ tục ở trên"),
        ({"amount": "0"}, "amount", "Thời hạn phải lớn hơn 0."),
        ({"amount": "-3"}, "amount", "Thời hạn phải lớn hơn 0."),
        ({"amount": "10000"}, "amount", "Thời hạn dài nhất tính được là 3650."),
        ({"amount": "ba"}, "amount", "Thời hạn là một số"),
        ({"amount": "1e3"}, "amount", "Thời hạn là một số"),
        ({"amount": "0,3"}, "amount", "Ngày làm việc chia đến 1/4"),
        ({"amount": "0.001", "unit": "working_hours"}, "amount", "Giờ làm việc tính chẵn phút"),
        ({"amount": "1.5", "unit": "months"}, "amount", "là số nguyên"),
        ({"unit": "years"}, "unit", "Nội dung ô này chưa đúng"),
        ({"date": "30/02/2026"}, "date", "Không có ngày này trong lịch."),
        ({"date": "01/01/0001"}, "date", "từ năm 1990 đến năm 2200"),
        ({"date": "31/12/9999"}, "date", "từ năm 1990 đến năm 2200"),
        ({"date": ""}, "date", "Hãy nhập ngày dạng ngày/tháng/năm"),
        ({"time": "24:00"}, "time", "Hãy nhập giờ dạng giờ:phút"),
        ({"time": ""}, "time", "Hãy nhập giờ dạng giờ:phút"),
        ({"from1": "mai"}, "from1", "Hãy nhập giờ và ngày"),
        ({"from1": "10:00 31/04/2026"}, "from1", "Không có ngày này trong lịch."),
        ({"from1": "10:00 12/02/2026"}, "from1", "Tạm dừng phải bắt đầu sau lúc nộp hồ sơ."),
        ({"to2": "10:00 24/02/2026"}, "to2", "Hãy nhập cả lúc bắt đầu tạm dừng."),
        (
            {"from3": "10:00 24/02/2026", "to3": "10:00 24/02/2026"},
            "to3",
            "Tạm dừng phải kết thúc sau lúc bắt đầu.",
        ),
        ({"procedure": "9.999999"}, "procedure", "Không có thủ tục này trong danh sách."),
        ({"procedure": BUNDLE, "date": "01/01/1999"}, "procedure", "Không có thủ tục này"),
        ({"agency": "H99"}, "agency", "Không có nơi nộp này trong danh sách."),
    ],
)
def test_what_cannot_be_counted_is_said_at_the_field_and_all_typed_is_kept(
    ask, fields, field, words
):
    typed = ASKED | {"from2": "", "agency": CENTRE} | fields
    answer = ask(**typed)

    assert answer.status_code == 422
    assert words in problem(answer.text, field)
    assert f'<a href="#{field}">' in answer.text
    assert "<title>Lỗi:" in answer.text
    assert '<p class="big">' not in answer.text
    for name, text in typed.items():
        assert is_kept(answer.text, name, text), name


def is_kept(page: str, name: str, text: str) -> bool:
    if name in ("procedure", "unit", "agency"):
        return f'<option value="{text}" selected>' in page
    return f'name="{name}" value="{text}"' in page


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"date": "01/12/2028", "amount": "60"}, 2029),
        ({"date": "01/12/2028", "amount": "2", "unit": "months"}, 2029),
        ({"date": "13/02/2031"}, 2031),
        ({"date": "29/12/2023"}, 2023),
        ({"from1": "10:00 24/02/2026", "to1": "10:00 24/02/2030"}, 2030),
    ],
)
def test_a_year_without_holidays_is_refused_not_guessed(ask, fields, year):
    answer = ask(**fields)

    assert answer.status_code == 422
    assert f"lịch nghỉ năm {year} chưa có trong hệ thống" in answer.text
    assert '<p class="big">' not in answer.text


def test_a_nul_is_refused_at_the_door(ask):
    assert ask(amount="3\x00").status_code == 400


def test_huge_texts_come_back_short(ask):
    answer = ask(**dict.fromkeys(FIELDS, "<b>" * 40_000))

    assert answer.status_code == 422
    assert len(answer.data) <= 2 * MOST_BYTES
    assert "<b>" not in answer.text
    assert "Thời hạn là một số" in problem(ask(amount=f"3{' ' * 200}x").text, "amount")


def test_a_very_long_sum_leaves_rows_out_in_the_middle(ask):
    page = ask(amount="3650", unit="working_hours", date="02/01/2024").text

    assert "dòng ở giữa không hiện" in page
    assert len(rows(page)) == 400
    assert rows(page)[-1][1] == "Hẹn trả kết quả"


def test_offices_of_different_calendars_must_be_told_apart(ask, world):
    with world.database.write() as session:
        session.execute(update(Agency).where(Agency.code == CENTRE).values(calendar_key="vn-0730"))

    asked = {"date": "02/03/2026", "time": "07:00", "amount": "1"}
    unclear = ask(**asked)
    here, elsewhere = ask(**asked, agency=CENTRE).text, ask(**asked, agency="H91.01").text

    assert unclear.status_code == 422
    assert "Hãy chọn nơi nộp" in problem(unclear.text, "agency")
    assert rows(here)[2] == (
        "07:30–17:00, thứ Hai 02/03/2026",
        "Tính vào thời hạn: 1 ngày làm việc",
    )
    assert rows(elsewhere)[1][0] == "07:00–17:00, thứ Hai 02/03/2026"


@pytest.mark.empty
def test_without_offices_it_says_so(client):
    answer = client.get("/calculator", query_string=ASKED)

    assert answer.status_code == 422
    assert "chưa khai báo nơi tiếp nhận nào" in answer.text


def test_what_agencies_do_among_themselves_is_not_offered(ask, world):
    own = procedure("1.001193", code="9.000001", name="Việc nội bộ", audience=Audience.INTERNAL)
    with world.database.write() as session:
        import_procedures(session, [own], at=local("2026-01-05 08:00"))

    answer = ask(procedure="9.000001")

    assert answer.status_code == 422
    assert "Việc nội bộ" not in answer.text


def test_a_later_edition_names_the_procedure_and_counts(ask, world):
    later = procedure(
        "1.001193",
        edition="sau",
        name="Khai sinh, bản mới",
        valid_from=local("2026-02-01 08:00").date(),
    )
    with world.database.write() as session:
        import_procedures(session, [later], at=local("2026-01-05 08:00"))

    page = ask(procedure="1.001193").text

    assert page.count('<option value="1.001193"') == 1
    assert "Khai sinh, bản mới" in page


def test_it_writes_nothing_and_its_cost_does_not_grow(ask, world, count_queries):
    world.receive(RECEIVED_AT)
    counts = []
    for _ in range(2):
        with count_queries() as statements:
            assert ask(procedure=BUNDLE, agency=CENTRE).status_code == 200
        counts.append(len(statements))
        assert all(text.lstrip().upper().startswith("SELECT") for text in statements)
        for minutes in range(1, 6):
            world.receive(RECEIVED_AT + timedelta(minutes=minutes))

    assert counts[1] <= counts[0] <= 20
    with world.database.read() as session:
        assert len(session.scalars(select(DossierEvent.version)).all()) == 6


LIKELY = (
    *("", "3", "-1", "0", "9" * 60, "1.5", "0,25", "3650", "10000"),
    *("same_day", "months", "calendar_days", "working_hours", BUNDLE, CENTRE),
    *("31/12/2028", "29/02/2028", "2026-02-30", "01/01/1990", "00:00", "23:59"),
    *("10:00 24/02/2026", "24/02/2026 10:00", "23:59 31/12/2200", "00:00 01/01/1990"),
)
texts = st.text(max_size=60) | st.sampled_from(LIKELY)


@given(fields=st.dictionaries(st.sampled_from(FIELDS), texts))
def test_whatever_is_typed_is_answered(ask, fields):
    answer = ask(**fields)

    nul = any("\x00" in text for text in fields.values())
    assert answer.status_code in ((400,) if nul else (200, 422))
