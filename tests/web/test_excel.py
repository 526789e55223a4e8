"""A file of rows opens whatever stands in its cells, and no cell does anything."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from onestop.documents.excel import CELL_LENGTH, Column, Sheet, cell_text, excel_file
from onestop.web.sparklines import sparkline

TRICKS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("x")',
    "{=1}",
    "http://x.example",
    "<b>&amp;</b>",
    "123",
)


@pytest.mark.parametrize("text", TRICKS)
def test_text_stays_the_text_it_is(text: str) -> None:
    cell = opened([text, 7, datetime(2026, 3, 2, 1, 30, tzinfo=UTC), None])

    assert [each.data_type for each in cell] == ["s", "n", "d", "n"]
    assert cell[0].value == text
    assert cell[0].hyperlink is None
    assert cell[2].value == datetime(2026, 3, 2, 8, 30)  # noqa: DTZ001 - as the office's clock
    assert cell[3].value is None


def test_what_no_cell_may_hold_is_left_out() -> None:
    assert cell_text("A\x00\x0b\ud800\u202eB\tC\nD") == "AB C D"
    assert cell_text("Đào") == "Đào"
    assert len(cell_text("x" * 50_000)) == CELL_LENGTH
    assert opened(["\x07\x1b\uffff"])[0].value in ("", None)


def opened(values: list[object]):
    sheet = Sheet("=1+1", ["=2"], [Column("=3", 9)] * len(values), [values])  # type: ignore[list-item]
    page = load_workbook(BytesIO(excel_file(sheet))).active
    assert page is not None
    assert page.freeze_panes == "A4"
    assert [page["A1"].value, page["A2"].value, page["A3"].value] == ["=1+1", "=2", "=3"]
    assert {page[name].data_type for name in ("A1", "A2", "A3")} == {"s"}
    return list(page.iter_rows())[3] if page.max_row > 3 else [page["A4"]]


def test_a_line_says_in_words_what_it_draws(app: Flask) -> None:
    with app.test_request_context("/sign-in"):
        line = sparkline([4, None, 9])
        assert line is not None
        assert line.words == "3 tuần qua: tăng từ 4 lên 9"
        assert len(line.points.split()) == 2
        flat = sparkline([50.5, 50.5], unit=" %")
        assert flat is not None
        assert flat.words == "2 tuần qua: vẫn 50,5 %"
        assert sparkline([None, 3]) is None
