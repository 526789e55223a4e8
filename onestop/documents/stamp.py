"""The reprint of an issued document: its stored bytes untouched, a stamp drawn on top."""

import re
from datetime import datetime
from typing import Final

from onestop.documents.fonts import register_fonts
from onestop.documents.pdf_file import REPRINT_MARK
from onestop.documents.printed_text import printed_text
from onestop.documents.static_font import raw_stream
from onestop.documents.wording import short_moment
from onestop.domain.errors import DomainError

_SIZE: Final = 8.0
_PLACEHOLDER = re.compile(
    rb"(\d+) 0 obj\n<< " + REPRINT_MARK.encode() + rb" \[([\d. ]+)\][^>]*/BBox \[([\d. ]+)\]"
)
_TAIL = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


class NotOurDocument(DomainError):
    """The bytes are not a document that onestop made, so there is nowhere to stamp."""


def stamp_reprint(pdf: bytes, n: int, when: datetime, *, zone: str) -> bytes:
    """Return the stored page(s) with the stamp "Bản in lần n" and the local time of the reprint.

    The stored bytes are the beginning of the answer, unchanged: the stamp is appended as an
    incremental update that fills the empty drawing each page carries for it. Always stamp the
    stored document, not an earlier reprint. Raises NotOurDocument.
    Source: docs/rules.md, rule P6.
    """
    places = _PLACEHOLDER.findall(pdf)
    tail = _TAIL.search(pdf)
    trailer = pdf[pdf.rfind(b"trailer") :]
    size = re.search(rb"/Size (\d+)", trailer)
    if not (places and tail and size):
        raise NotOurDocument
    text, _ = printed_text(f"Bản in lần {n} – {short_moment(when, zone)}")
    first = int(size[1])
    objects = _font_objects(first, text)
    font = max(objects)
    for number, spots, box in places:
        objects[int(number)] = _drawing(text, spots, box, font)
    return pdf + _update(pdf, objects, int(tail[1]), trailer)


def _font_objects(first: int, text: str) -> dict[int, bytes]:
    """Return file, ToUnicode, descriptor and font as new objects numbered from `first`."""
    face = register_fonts().bold
    plane = face.strings(text)[0][0]
    file, unicode_map, descriptor, font = face.object_bodies(plane)
    return {
        first: file,
        first + 1: unicode_map,
        first + 2: descriptor % first,
        first + 3: font % (first + 2, first + 1),
    }


def _drawing(text: str, spots: bytes, box: bytes, font: int) -> bytes:
    face = register_fonts().bold
    strings = "".join(string for _, string in face.strings(text))
    width = face.width(text, _SIZE)
    numbers = [float(number) for number in spots.split()]
    marks = [
        f"{x - 3:.2f} {y - 3:.2f} {width + 6:.2f} {_SIZE + 3:.2f} re S"
        f" BT /S {_SIZE:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm ({strings}) Tj ET"
        for x, y in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    entries = b"/Type /XObject /Subtype /Form /BBox [%s] /Resources << /Font << /S %d 0 R >> >>"
    return raw_stream(entries % (box, font), f"0.6 w {' '.join(marks)}".encode("latin-1"))


def _update(pdf: bytes, objects: dict[int, bytes], before: int, trailer: bytes) -> bytes:
    out = bytearray()
    table = bytearray(b"xref\n")
    for number, body in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(pdf) + len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(pdf) + len(out)
    kept = b"".join(
        found[0] + b"\n"
        for key in (rb"/Info \d+ 0 R", rb"/Root \d+ 0 R", rb"/ID\s*\[[^\]]*\]")
        if (found := re.search(key, trailer))
    )
    table += b"trailer\n<<\n%s/Size %d\n/Prev %d\n>>\n" % (kept, max(objects) + 1, before)
    return bytes(out + table + b"startxref\n%d\n%%%%EOF\n" % start)
