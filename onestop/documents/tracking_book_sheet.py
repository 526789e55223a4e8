"""The same book for Excel: one row per number, under the same headings."""

from collections.abc import Iterable
from typing import Final

from onestop.documents.excel import Column, Sheet, Value
from onestop.documents.tracking_book import (
    DELIVERIES,
    GROUP,
    GROUPED,
    book_numbers,
    headings_of,
    note_of,
    number_of,
    period_words,
)
from onestop.documents.wording import short_moment
from onestop.queries.tracking_book import BookHead, BookRow

WIDTHS: Final = (7, 24, 42, 9, 26, 40, 28, 17, 17, 17, 14, 12, 28)
"""Of the columns, in characters."""


def book_sheet(head: BookHead, rows: Iterable[BookRow]) -> Sheet:
    """Return the book as a sheet for Excel: the same columns, dates and numbers as such."""
    zone = head.letterhead.zone
    made = short_moment(head.letterhead.issued_at, zone)
    mark = "DỮ LIỆU MINH HỌA, KHÔNG CÓ GIÁ TRỊ SỬ DỤNG"
    return Sheet(
        title=f"{head.form.title} – {head.agency}",
        lines=[
            *([mark] if head.is_sample else []),
            f"Quyển số: {book_numbers(head)}; {period_words(head)}; {head.count} số",
            f"Trích từ hệ thống lúc {made}",
        ],
        columns=[
            Column(text, width) for text, width in zip(headings_of(head), WIDTHS, strict=True)
        ],
        rows=(_values(row, head) for row in rows),
        groups=[(*GROUPED, head.form.heading(*GROUP))],
    )


def _values(row: BookRow, head: BookHead) -> list[Value]:
    note = note_of(row, head.letterhead.zone)
    number: Value = row.number if len(head.books) < 2 else number_of(row, head)
    if row.is_void:
        blank: list[Value] = [None] * 4
        return [number, row.code, row.procedure, *blank, row.received_at, *blank, note]
    return [
        number,
        row.code,
        row.procedure,
        row.copies,
        row.applicant,
        ", ".join(filter(None, (row.address, row.phone))),
        row.lead_agency,
        row.received_at,
        row.due_at,
        row.returned_at,
        DELIVERIES[row.delivery],
        None,
        note,
    ]
