"""One receipt as data, so that every way of making it prints the same words."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from onestop.documents import receipt
from onestop.documents.layout import Face, Story, Text
from onestop.documents.printed_text import printed_text
from onestop.documents.receipt import COPIES, render_receipt
from onestop.queries.papers import PaperRow, ReceiptRow
from tests.documents.paper_rows import receipt_row

_PAPERS = (
    "Tờ khai đăng ký khai sinh theo mẫu quy định",
    "Giấy chứng sinh do cơ sở y tế cấp",
    "Giấy chứng nhận kết hôn của cha, mẹ",
    "Văn bản đồng ý của chủ hộ cho đăng ký thường trú",
    "Ảnh chân dung cỡ 3 x 4 nền trắng",
    "Bản sao căn cước công dân của người nộp",
    "Giấy ủy quyền có chứng thực chữ ký",
    "Xác nhận thông tin về nơi cư trú",
    "Sổ hộ khẩu điện tử hoặc giấy tờ thay thế",
    "Đơn đề nghị miễn, giảm lệ phí hộ tịch",
)
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Vũ", "Bùi", "Đỗ", "Ngô")
_GIVEN = ("Thị Đào", "Văn Giỏi", "Quốc Ưng", "Thị Ánh", "Hữu Ước", "Minh Tuấn", "Ngọc Hằng")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs of text in faces, set in `size` points."""

    runs: tuple[tuple[Face, str], ...]
    size: float
    align: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table with a heading; every cell is a text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Content:
    """Everything on one receipt in the order of reading, and what its QR says."""

    title: str
    blocks: tuple[Paragraph | Grid, ...]
    link: str

    def words(self) -> str:
        """Return all letters without blanks, to compare with what was extracted from a PDF."""
        parts: list[str] = []
        for block in self.blocks:
            if isinstance(block, Grid):
                parts += [cell for row in (block.header, *block.rows) for cell in row]
            else:
                parts += [text for _, text in block.runs]
        return "".join("".join(parts).split())


def rows(count: int, *, table: bool = False, seed: int = 7) -> Iterator[ReceiptRow]:
    """Yield receipts of different people with ten papers each, the same every time.

    As a list they fill one A5 page; as a ruled `table` they need a second one.
    """
    chance = random.Random(seed)
    for n in range(count):
        name = f"{chance.choice(_SURNAMES)} {chance.choice(_GIVEN)}"
        row = receipt_row(legs=(), code=f"H88.12.03-261123-{n % 9999 + 1:04}")
        token = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26))
        phone = f"09{chance.randrange(10**8):08}"
        yield replace(
            row,
            papers_in_table=table,
            request="Đăng ký khai sinh",
            applicant=replace(row.applicant, name=name, phone=phone),
            papers=tuple(PaperRow(paper, originals=1, copies=n % 2) for paper in _PAPERS),
            link=f"https://motcua.thaison.gov.vn/s/{token}",
            first_event_hash=f"{chance.getrandbits(256):064x}",
            book_seq=f"{n % 9999 + 1:04}",
        )


def onestop(row: ReceiptRow) -> bytes:
    """Return the citizen's copy as onestop makes it."""
    return render_receipt(row, copies=COPIES[1:]).pdf


def content_of(row: ReceiptRow) -> Content:
    """Return what `onestop(row)` prints, noted while it is laid out."""
    blocks: list[Paragraph | Grid] = []
    para, table, letterhead = Story.para, Story.table, receipt.letterhead

    def noted_letterhead(*arguments: Any, **options: Any) -> None:
        # A receipt begins with it: a second one means that the page is laid out once more.
        blocks.clear()
        letterhead(*arguments, **options)

    def noted_para(story: Story, *texts: Text, size: float | None = None, **options: Any) -> None:
        runs = tuple(_run(text) for text in texts)
        blocks.append(Paragraph(runs, size or story.density.size, options.get("align", "left")))
        para(story, *texts, size=size, **options)

    def noted_table(
        story: Story, widths: Any, header: Any, rows: Any, *, size: float, **options: Any
    ) -> None:
        cells = tuple(tuple(_run(cell[0][0])[1] for cell in line) for line in rows)
        blocks.append(Grid(tuple(header), cells, tuple(widths), size))
        table(story, widths, header, rows, size=size, **options)

    with (
        patch.object(receipt, "letterhead", noted_letterhead),
        patch.object(Story, "para", noted_para),
        patch.object(Story, "table", noted_table),
    ):
        onestop(row)
    return Content("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", tuple(blocks), row.link)


def _run(text: Text) -> tuple[Face, str]:
    face, said = ("regular", text) if isinstance(text, str) else text
    return face, printed_text(said)[0]
