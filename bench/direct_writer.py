"""The floor: a receipt written as bytes, everything that is not this citizen's made before."""

import hashlib
import zlib
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from bench.receipt_content import onestop
from onestop.documents.pages import Frame, Page
from onestop.documents.pdf_file import PdfFile
from onestop.documents.qr import symbol_of
from onestop.documents.static_font import StaticFont
from onestop.queries.papers import ReceiptRow

Piece = tuple[float, float, StaticFont, float, str]
"""x, y from the lower edge, face, size, text: as onestop has laid it out."""


class DirectWriter:
    """Fonts and the words of the form are finished objects; a receipt adds its own words.

    What it leaves out is all that takes thought: nothing is measured, wrapped or cleaned.
    """

    def __init__(self, rows: Sequence[ReceiptRow]) -> None:
        """Learn from several receipts which pieces are the same on all of them."""
        laid = [_pieces(row) for row in rows]
        pages = [{_key(piece): piece for piece in pieces} for pieces, _, _ in laid]
        same = set(pages[0]).intersection(*pages[1:])
        self._page: Page = laid[0][1]
        self._frame: Frame = laid[0][2]
        self._same = same
        (self._square,) = [
            (x + self._frame.left, self._page.height - top - y - side, side)
            for top, item in self._page.placed
            for x, y, side, _ in item.symbols
        ]
        faces = list(dict.fromkeys(piece[2] for piece in laid[0][0]))
        self._names = {face: f"/F{n}" for n, face in enumerate(faces)}
        template = self._operators([pages[0][key] for key in same]) + self._rules()
        size = f"0 0 {self._frame.width:.2f} {self._page.height:.2f}"
        self._objects = [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN) >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 5 0 R /Resources"
            f" << /Font 6 0 R /XObject << /T 4 0 R >> >> >>".encode(),
            _stream(
                f"/Type /XObject /Subtype /Form /BBox [{size}] /Resources << /Font 6 0 R >> ",
                template,
            ),
            b"",
            b"",
        ]
        fonts = []
        for face in faces:
            file, unicode_map, descriptor, font = face.object_bodies(0)
            at = len(self._objects) + 1
            self._objects += [file, unicode_map, descriptor % at, font % (at + 2, at + 1)]
            fonts.append(f"{self._names[face]} {at + 3} 0 R")
        self._objects[5] = f"<< {' '.join(fonts)} >>".encode()

    def own_pieces(self, row: ReceiptRow) -> list[Piece]:
        """Return what only this receipt says, with its places; not part of what is timed."""
        return [piece for piece in _pieces(row)[0] if _key(piece) not in self._same]

    def write(self, own: Sequence[Piece], link: str) -> bytes:
        """Return the finished file."""
        content = f"/T Do {self._operators(own)}{symbol_of(link).path(*self._square)}"
        out = bytearray(b"%PDF-1.6\n")
        places = []
        for n, body in enumerate(self._objects, start=1):
            places.append(len(out))
            if n == 5:
                body = _stream("", content)
            out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        digest = hashlib.md5(content.encode("latin-1"), usedforsecurity=False).hexdigest()
        trailer = f"/Root 1 0 R /Size {len(places) + 1} /ID [<{digest}> <{digest}>]"
        out += f"trailer\n<< {trailer} >>\n".encode()
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)

    def _operators(self, pieces: Sequence[Piece]) -> str:
        texts = [
            f"{self._names[face]} {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm ({string} ) Tj"
            for x, y, face, size, text in pieces
            for _, string in face.strings(text)
        ]
        return "BT " + "\n".join(texts) + " ET\n"

    def _rules(self) -> str:
        lines = [
            f"{width:g} w {x1 + self._frame.left:.2f} {self._page.height - top - y1:.2f} m"
            f" {x2 + self._frame.left:.2f} {self._page.height - top - y2:.2f} l S"
            for top, item in self._page.placed
            for x1, y1, x2, y2, width, _ in item.rules
        ]
        return "\n".join(lines)


def _pieces(row: ReceiptRow) -> tuple[list[Piece], Page, Frame]:
    """Return what onestop prints and where, noted while it does."""
    seen: list[tuple[Sequence[Page], Frame]] = []
    write = PdfFile.write

    def noted(file: PdfFile, pages: Sequence[Page], frame: Frame, **options: Any) -> int:
        seen.append((pages, frame))
        return write(file, pages, frame, **options)

    with patch.object(PdfFile, "write", noted):
        onestop(row)
    (page,), frame = seen[0]
    pieces = [
        (x + frame.left, page.height - top - y, face, size, text)
        for top, item in page.placed
        for x, y, face, size, text in item.texts
    ]
    return pieces, page, frame


def _key(piece: Piece) -> tuple[float, float, str]:
    return round(piece[0], 2), round(piece[1], 2), piece[4]


def _stream(entries: str, content: str) -> bytes:
    packed = zlib.compress(content.encode("latin-1"), 6)
    head = f"<< {entries}/Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode()
    return head + packed + b"\nendstream"
