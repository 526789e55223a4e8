"""The commands of the catalogue: all or nothing, every problem with its line or cell."""

import csv
import zipfile

import pytest
import xlsxwriter
from click.testing import CliRunner
from openpyxl import Workbook

from onestop import clock
from onestop.cli import make_group
from onestop.inputs.agencies import THREE_LEVEL, TWO_LEVEL
from onestop.inputs.calendars import shipped_calendars
from onestop.inputs.procedures import SHIPPED
from onestop.queries.agencies import agency_tree
from onestop.queries.catalogue import procedure_by_code, procedure_page
from onestop.services import catalogue as catalogue_service
from onestop.services.calendars import install_calendars
from tests.catalogue_files import PROCEDURES, TODAY

BIRTH = SHIPPED / "1.001193.yaml"
HEADINGS = [
    "STT",
    "Mã TTHC",
    "Phiên bản",
    "Ngày áp dụng",
    "Thời hạn",
    "Bước",
    "Nội dung công việc",
    "Loại bước",
    "Đơn vị",
    "Người thực hiện",
    "Thời gian",
    "Sau bước",
    "Tùy chọn",
]
ROWS = [
    ["1", "1.001193", "2026-04", "01/04/2026", "1 ngày", "nhan", "Tiếp nhận", "Tiếp nhận",
     "Nơi tiếp nhận", "Cán bộ tiếp nhận", "1 giờ", "", ""],
    ["2", "", "", "", "", "tham_tra", "Thẩm tra", "Xử lý", "Tư pháp", "Chuyên viên",
     "0,5 ngày", "nhan", ""],
    ["3", "", "", "", "", "hoi", "Hỏi xã khác", "Lấy ý kiến", "chosen:justice", "Chuyên viên",
     "2 giờ", "tham_tra", "x"],
    ["4", "", "", "", "", "ky", "Ký", "Ký", "Cơ quan có thẩm quyền", "Lãnh đạo", "1 giờ",
     "tham_tra; hoi", ""],
    ["5", "", "", "", "", "tra", "Trả", "Trả kết quả", "receiving", "clerk", "", "ky", ""],
]  # fmt: skip


@pytest.fixture
def run(settings, database):
    def run(*args: object):
        return CliRunner().invoke(make_group(), [str(arg) for arg in args], obj=settings)

    return run


def workbook(path, rows):
    book = Workbook()
    sheet = book.active
    sheet.append(["QUY TRÌNH NỘI BỘ"])
    sheet.append([])
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def changed(number: int, column: str, value: str):
    rows = [list(row) for row in ROWS]
    rows[number][HEADINGS.index(column)] = value
    return rows


def test_agencies_are_taken_in_and_twice_changes_nothing(run, database):
    with database.write() as session:
        install_calendars(session, shipped_calendars(), source="a file", at=clock.now())

    assert run("agencies", "import", THREE_LEVEL).output == "57 added, 0 changed, 0 unchanged.\n"
    assert run("agencies", "import", THREE_LEVEL).output == "0 added, 0 changed, 57 unchanged.\n"
    assert run("agencies", "import", TWO_LEVEL).exit_code == 0


def test_a_calendar_that_is_not_there_yet_is_warned_of(run):
    result = run("agencies", "import", THREE_LEVEL)

    assert result.exit_code == 0
    assert "Warning: there is no calendar 'vn-0700' yet." in result.output


def test_a_bad_agency_file_stores_nothing(run, database, tmp_path):
    path = tmp_path / "agencies.yaml"
    text = THREE_LEVEL.read_text(encoding="utf-8")
    path.write_text(text.replace("code: H90.32.23.03", "code: H90.32.23.02"), encoding="utf-8")

    result = run("agencies", "import", path)

    assert result.exit_code == 1
    assert "agencies.yaml line" in result.output
    assert "the code H90.32.23.02 stands twice in the file" in result.output
    with database.read() as session:
        assert agency_tree(session) == ()


def test_an_agency_under_another_parent_is_refused_with_its_line(run, tmp_path):
    run("agencies", "import", TWO_LEVEL)
    path = tmp_path / "moved.yaml"
    path.write_text(
        "agencies:\n  - code: H91.51\n    name: X\n    level: commune\n    function: committee\n"
        "    calendar: vn-0700\n    valid_from: 2025-07-01\n",
        encoding="utf-8",
    )

    result = run("agencies", "import", path)

    assert result.exit_code == 1
    assert "moved.yaml line 2: agency H91.51 hangs under another parent" in result.output


def test_an_agency_code_in_force_twice_is_refused_with_its_line(run, tmp_path):
    run("agencies", "import", TWO_LEVEL)
    path = tmp_path / "twice.yaml"
    path.write_text(
        "agencies:\n  - code: H91.51\n    name: X\n    level: commune\n    function: committee\n"
        "    calendar: vn-0700\n    valid_from: 2026-07-01\n",
        encoding="utf-8",
    )

    assert "code H91.51 is in force twice" in run("agencies", "import", path).output


def test_all_procedures_are_taken_in_at_once(run, database):
    result = run("procedures", "import", *PROCEDURES)

    assert result.exit_code == 0, result.output
    assert result.output.count("added.") == len(PROCEDURES)
    assert "unchanged." in run("procedures", "import", BIRTH).output


def test_one_bad_file_stores_none_of_them(run, database, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(BIRTH.read_text(encoding="utf-8").replace("3 working_hours", "7 working_hours"))

    result = run("procedures", "import", SHIPPED / "2.000815.yaml", bad)

    assert result.exit_code == 1
    assert "the limit same_day 15:00 holds 1 d" in result.output
    assert "bad.yaml line" in result.output
    with database.read() as session:
        assert procedure_by_code(session, "2.000815", on=TODAY) is None


def test_a_file_is_checked_without_a_database(run, tmp_path):
    assert "is in order" in run("procedures", "check", BIRTH).output
    broken = tmp_path / "broken.yaml"
    broken.write_text("code: [1\n", encoding="utf-8")

    result = run("procedures", "check", broken)

    assert result.exit_code == 1
    assert "broken.yaml line" in result.output


def test_a_file_in_another_encoding_is_refused(run, tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes("Mã TTHC,Bước".encode("utf-16"))

    assert run("procedures", "import", path).exit_code == 1


def test_an_exported_file_is_unchanged_when_imported(run, tmp_path):
    run("procedures", "import", BIRTH)
    out = tmp_path / "out.yaml"

    assert "Đăng ký khai sinh" in run("procedures", "export", "1.001193").output
    assert run("procedures", "export", "1.001193", "--out", out).exit_code == 0
    assert "unchanged." in run("procedures", "import", out).output
    missing = run("procedures", "export", "9.9", "--edition", "x")
    assert (missing.exit_code, "edition x" in missing.output) == (1, True)


def test_an_excel_table_of_processes_makes_a_new_edition(run, database, tmp_path):
    run("procedures", "import", BIRTH)

    result = run("procedures", "import", workbook(tmp_path / "p.xlsx", ROWS))

    assert result.output == "1.001193 edition 2026-04: added.\n"
    with database.read() as session:
        page = procedure_page(session, "1.001193", on=TODAY, edition="2026-04")
    spec = page.row.spec
    assert spec.valid_from.isoformat() == "2026-04-01"
    assert spec.limit.to_text() == "1 working_days"
    assert [p.code for p in spec.papers][:2] == ["declaration", "birth_slip"]
    ask = spec.route.step("hoi")
    assert (ask.optional, ask.agency, ask.limit.to_text()) == (
        True,
        "chosen:justice",
        "2 working_hours",
    )
    assert spec.route.step("tham_tra").limit.to_text() == "0.5 working_days"
    assert spec.route.predecessors("ky") == ("tham_tra", "hoi")
    assert spec.mark("limit") == "default"


def test_the_same_table_is_read_from_csv_with_either_separator(run, tmp_path):
    run("procedures", "import", BIRTH)
    for delimiter in ",;":
        path = tmp_path / f"p{ord(delimiter)}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([HEADINGS, *ROWS])
        assert "is in order" in run("procedures", "check", path).output


@pytest.mark.parametrize(
    ("number", "column", "value", "said"),
    [
        (1, "Thời gian", "9 ngày", "line 5 (K5): the steps"),
        (1, "Thời gian", "lâu", "line 5 (K5): lâu is no limit"),
        (3, "Sau bước", "khong_co", "line 7 (L7): there is no step khong_co"),
        (1, "Sau bước", "ky", "the steps run in a circle"),
        (2, "Loại bước", "Bay", "line 6 (H6): Bay is none of the words"),
        (2, "Người thực hiện", "Vua", "line 6 (J6): Vua is none of the words"),
        (2, "Tùy chọn", "đôi khi", "line 6 (M6): doi khi is none of the words"),
        (1, "Đơn vị", "Sao Hỏa", "line 5 (I5): Sao Hỏa names no agency"),
        (0, "Ngày áp dụng", "31/02/2026", "line 4 (D4): 31/02/2026 is no day"),
        (0, "Thời hạn", "2 ngày", "longer than the statutory"),
        (4, "Bước", "ky", "line 8 (F8): two steps have the same key"),
        (0, "Phiên bản", "", "line 4 (C4): this field must be filled"),
        (0, "Mã TTHC", "9.999999", "line 4 (B4): procedure 9.999999 is not in the catalogue"),
    ],
)
def test_a_bad_table_is_refused_at_its_cell(run, tmp_path, number, column, value, said):
    run("procedures", "import", BIRTH)

    result = run(
        "procedures", "import", workbook(tmp_path / "p.xlsx", changed(number, column, value))
    )

    assert result.exit_code == 1
    assert said in result.output


def test_a_table_without_its_headings_is_refused(run, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "no row has the headings" in run("procedures", "import", path).output
    path.write_text("Mã TTHC,Bước\n1,2\n", encoding="utf-8")
    assert "these columns are missing" in run("procedures", "import", path).output


def test_a_workbook_with_shared_texts_is_read_too(run, tmp_path):
    run("procedures", "import", BIRTH)
    path = tmp_path / "shared.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for number, row in enumerate([HEADINGS, *ROWS]):
            sheet.write_row(number, 0, row)
        sheet.write_rich_string(2, HEADINGS.index("Nội dung công việc"), "Thẩm ", bold, "tra")

    result = run("procedures", "check", path)

    assert "is in order" in result.output


def test_dossiers_keep_an_edition_from_being_changed(run, database, tmp_path, monkeypatch):
    run("procedures", "import", BIRTH)
    monkeypatch.setattr(catalogue_service, "_is_used", lambda session, edition_id: True)
    changed = tmp_path / "changed.yaml"
    text = BIRTH.read_text(encoding="utf-8").replace("amount: 8000", "amount: 9000")
    changed.write_text(text, encoding="utf-8")

    result = run("procedures", "import", changed)

    assert result.exit_code == 1
    assert "give the changed file a new edition and first day" in result.output


def test_excel_dates_are_understood(run, database, tmp_path):
    run("procedures", "import", BIRTH)
    rows = changed(0, "Ngày áp dụng", "46113")

    assert run("procedures", "import", workbook(tmp_path / "p.xlsx", rows)).exit_code == 0
    with database.read() as session:
        page = procedure_page(session, "1.001193", on=TODAY, edition="2026-04")
    assert page.row.valid_from.isoformat() == "2026-04-01"


def archive(path, **parts: str):
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name.replace("__", "/"), text)
    return path


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'
FAR = '<worksheet><c r="ZZZ9999999"><v>1</v></c></worksheet>'


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"a.txt": "x"}, "no_sheet"),
        ({"xl__worksheets__sheet1.xml": BOMB}, "not_a_workbook"),
        ({"xl__worksheets__sheet1.xml": FAR}, "not_a_workbook"),
        ({"xl__worksheets__sheet1.xml": "<c"}, "not_a_workbook"),
        ({"xl__worksheets__sheet1.xml": "x" * 8_000_001}, "too_large"),
    ],
    ids=["no sheet", "a document type", "a cell far out", "no xml", "an enormous part"],
)
def test_a_file_that_is_no_workbook_is_refused(run, tmp_path, parts, code):
    result = run("procedures", "import", archive(tmp_path / "p.xlsx", **parts))

    assert result.exit_code == 1
    assert code in result.output


def test_a_text_called_xlsx_is_refused(run, tmp_path):
    path = tmp_path / "p.xlsx"
    path.write_text("hello", encoding="utf-8")

    assert "not_a_workbook" in run("procedures", "import", path).output
