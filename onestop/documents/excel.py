"""A list as an Excel file: real dates and numbers, no formula, the filters it has on top."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from onestop.domain.office_time import OFFICE_ZONE

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LENGTH = 32_767
TIME_FORMAT = "hh:mm dd/mm/yyyy"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn"})

Value = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and its width in characters."""

    heading: str
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file to be: its title, lines on filters and origin, columns and rows.

    A group is one heading over the columns from its first to before its second number.
    """

    title: str
    lines: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    groups: Sequence[tuple[int, int, str]] = ()


def excel_file(sheet: Sheet) -> bytes:
    """Return the file; text never becomes a formula or a link, whatever it begins with.

    Instants are written as the office's clock shows them. The heading stays in view and filters.
    """
    file = BytesIO()
    write_excel(file, sheet)
    return file.getvalue()


def write_excel(file: BinaryIO, sheet: Sheet, *, folder: Path | None = None) -> None:
    """Write the same into `file`, row after row: rows may come from a stream.

    What does not fit into memory stands meanwhile in `folder`, by default the system's.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(folder) if folder else None,
    }
    from xlsxwriter import Workbook  # not before a list is wanted: it slows the start

    with Workbook(file, options) as book:
        _write(book, sheet)


def cell_text(text: str) -> str:
    """Return the text as a cell may hold it: NFC, no control characters, not too long."""
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text[:CELL_LENGTH]
    kept = (
        " " if char in "\t\n\r" else char
        for char in text
        if char in "\t\n\r" or unicodedata.category(char) not in _UNSEEN
    )
    return "".join(kept)[:CELL_LENGTH]


def _write(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet("onestop")
    bold = book.add_format({"bold": True, "font_size": 14})
    heading = book.add_format(
        {"bold": True, "bg_color": "#E3EEF0", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    formats = {
        datetime: book.add_format({"num_format": TIME_FORMAT, "valign": "top", "align": "left"}),
        str: book.add_format({"text_wrap": True, "valign": "top"}),
        int: book.add_format({"num_format": "0", "valign": "top"}),
    }
    page.write_string(0, 0, cell_text(sheet.title), bold)
    for number, line in enumerate(sheet.lines, start=1):
        page.write_string(number, 0, cell_text(line))
    first = _heading_row(sheet)
    for left, right, text in sheet.groups:
        page.merge_range(first - 1, left, first - 1, right - 1, cell_text(text), heading)
    for number, column in enumerate(sheet.columns):
        page.write_string(first, number, cell_text(column.heading), heading)
    last = first
    for last, values in enumerate(sheet.rows, start=first + 1):
        for number, value in enumerate(values):
            _cell(page, last, number, value, formats)
    _lay_out(page, sheet, max(last, first + 1))


def _heading_row(sheet: Sheet) -> int:
    return len(sheet.lines) + (2 if sheet.groups else 1)


def _lay_out(page: Any, sheet: Sheet, last: int) -> None:
    first = _heading_row(sheet)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    page.freeze_panes(first + 1, 0)
    page.autofilter(first, 0, last, len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.repeat_rows(first - bool(sheet.groups), first)
    page.fit_to_pages(1, 0)


def _cell(page: Any, row: int, column: int, value: Value, formats: dict[type, Any]) -> None:
    match value:
        case datetime():
            page.write_datetime(
                row, column, value.astimezone(OFFICE_ZONE).replace(tzinfo=None), formats[datetime]
            )
        case int():
            page.write_number(row, column, value, formats[int])
        case str() if value:
            # Not `write`: it guesses, and a name may begin with "=".
            page.write_string(row, column, cell_text(value), formats[str])
