"""A TrueType face cut into fixed planes of 255 letters, each compressed once and used as it is."""

import struct
import zlib
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any
from zlib import crc32

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFError, TTFont

_SPARE_CODES = (*range(127, 256), *range(1, 9), 11, 12, *range(14, 32), 9, 10, 13)
_ESCAPED = frozenset(b"()\\\r\n")
_HINT_TABLES = ("fpgm", "prep", "cvt ", "name", "hdmx", "VDMX", "LTSH")


class RawObject(pdfdoc.PDFObject):
    """Finished bytes as an object of a reportlab document. One instance serves one document."""

    __RefOnly__ = 1

    def __init__(self, content: bytes) -> None:
        self.content = content

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        return self.content


def raw_stream(entries: bytes, content: bytes, *, effort: int = 6) -> bytes:
    """Return a PDF stream object body: dictionary `entries` plus Flate-compressed `content`.

    `effort` is 1 to 9; what is compressed once for all documents may take 9.
    """
    packed = zlib.compress(content, effort)
    head = b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n" % (entries, len(packed))
    return head + packed + b"\nendstream\n"


class StaticFont(TTFont):
    """One face with fixed code planes: same letters, same codes, same bytes in every document.

    reportlab's own TTFont subsets and compresses per document, which costs more than the rest
    of a receipt. Unlike TTFont this one has no state per document, and no canvas knows it.
    """

    def __init__(self, name: str, path: Path, planes: Sequence[str]) -> None:
        """Load the face. Raises OSError or TTFError when the file is not a usable TrueType."""
        super().__init__(name, str(path), shapable=False)
        self.planes = [_coded(letters) for letters in _once_each(planes, self.face.charToGlyph)]
        self.glyphs = frozenset(char for plane in self.planes for char in plane)
        self.widths: dict[str, float] = {
            c: self.face.charWidths[ord(c)] / 1000 for c in self.glyphs
        }
        self._plane_of = {
            c: n for n, plane in reversed(list(enumerate(self.planes))) for c in plane
        }
        self._first_plane = frozenset(self.planes[0])
        self._cutting = Lock()
        self._bodies: list[tuple[bytes, bytes, bytes, bytes]] = []
        self._escapes = [{ord(c): _escape(code) for c, code in p.items()} for p in self.planes]

    def width(self, text: str, size: float) -> float:
        """Return the width of `text` in points; every character must be in `glyphs`."""
        widths = self.widths
        return size * sum([widths[char] for char in text])

    def strings(self, text: str) -> tuple[tuple[int, str], ...]:
        """Return (plane, content of a PDF literal string) for the pieces of `text`, in order."""
        return _strings(self, text)

    def cut(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield what `strings` returns, made anew."""
        if self._first_plane.issuperset(text):
            yield 0, text.translate(self._escapes[0])
            return
        start = 0
        for at in range(1, len(text) + 1):
            plane = self._plane_of[text[start]]
            if at == len(text) or self._plane_of[text[at]] != plane:
                yield plane, text[start:at].translate(self._escapes[plane])
                start = at

    def name_in(self, doc: Any, plane: int) -> str:
        """Return what operators call this plane in a reportlab document; add it at first use."""
        name = f"{self.fontName}+{plane}"
        fonts = doc.idToObject["BasicFonts"].dict
        if name not in fonts:
            fonts[name] = self._add_plane(doc, plane, name)
        return f"/{name}"

    def _add_plane(self, doc: Any, plane: int, name: str) -> object:
        bodies = self.object_bodies(plane)
        numbers: list[int] = []
        for part, body in zip(("file", "unicode", "descriptor"), bodies[:3], strict=True):
            body = body % tuple(numbers[:1]) if part == "descriptor" else body
            # Faces with the same letters share the table that tells their Unicode.
            shared = part == "unicode"
            label = f"unicode {crc32(body)}" if shared else f"{name}.{part}"
            if label not in doc.idToObject:
                doc.Reference(RawObject(body), label)
            numbers.append(doc.idToObjectNumberAndVersion[label][0])
        return doc.Reference(RawObject(bodies[3] % (numbers[2], numbers[1])), name)

    def object_bodies(self, plane: int) -> tuple[bytes, bytes, bytes, bytes]:
        """Return the bodies of four PDF objects: font file, ToUnicode, descriptor, font.

        The descriptor has one `%d` for the number of the font file, the font has two, for the
        numbers of descriptor and ToUnicode.
        """
        # Cutting the face changes it: two threads at their first receipt must not do it at once.
        with self._cutting:
            if not self._bodies:
                _strip_hints(self.face)
                self._bodies = [self._bodies_of(n, p) for n, p in enumerate(self.planes)]
        return self._bodies[plane]

    def _bodies_of(self, n: int, plane: dict[str, int]) -> tuple[bytes, bytes, bytes, bytes]:
        by_code = [0] * 256
        for char, code in plane.items():
            by_code[code] = ord(char)
        face = self.face
        # Six capitals, as a subset tag must be: the plane decides the last one.
        post_script = b"ONESTO"[:5] + bytes([65 + n]) + b"+" + bytes(face.name)
        program = face.makeSubset(by_code)
        file = raw_stream(b"/Length1 %d" % len(program), program, effort=9)
        unicode_map = raw_stream(b"", _unicode_map(plane))
        descriptor = (
            b"<< /Type /FontDescriptor /FontName /%s /Flags %d /FontBBox [%s] /ItalicAngle %s"
            b" /Ascent %s /Descent %s /CapHeight %s /StemV %s /MissingWidth %s"
            b" /FontFile2 %%d 0 R >>"
        ) % (
            post_script,
            (face.flags & ~32) | 4,
            b" ".join(map(_number, face.bbox)),
            *map(
                _number,
                (
                    face.italicAngle,
                    face.ascent,
                    face.descent,
                    face.capHeight,
                    face.stemV,
                    face.defaultWidth,
                ),
            ),
        )
        # Whole thousandths of the size, as the format allows: a third fewer bytes.
        widths = b" ".join(b"%d" % round(face.charWidths.get(code, 0)) for code in by_code)
        font = (
            b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 0 /LastChar 255"
            b" /Widths [%s] /FontDescriptor %%d 0 R /ToUnicode %%d 0 R >>"
        ) % (post_script, widths)
        return file, unicode_map, descriptor, font


@lru_cache(maxsize=1_024)
def _strings(face: StaticFont, text: str) -> tuple[tuple[int, str], ...]:
    # Most words of a form stand on the next one too.
    return tuple(face.cut(text))


def _once_each(planes: Sequence[str], known: Container[int]) -> list[list[str]]:
    """Return the letters of each plane that the face has and no earlier plane holds, sorted."""
    seen: set[str] = set()
    kept: list[list[str]] = []
    for plane in planes:
        letters = sorted({char for char in plane if ord(char) in known} - seen)
        seen.update(letters)
        kept.append(letters)
    return kept


def _coded(letters: list[str]) -> dict[str, int]:
    """Give every letter of a plane its code: ASCII its own, the others the spare ones in order."""
    codes = {char: ord(char) for char in letters if char <= "~"}
    others = [char for char in letters if char > "~"]
    return codes | dict(zip(others, _SPARE_CODES[: len(others)], strict=True))


def _escape(code: int) -> str:
    """Return the code as it stands in a literal string of a content stream in Latin-1."""
    return f"\\{code:03o}" if code in _ESCAPED else chr(code)


def _number(value: float) -> bytes:
    return f"{value:.2f}".rstrip("0").rstrip(".").encode()


def _unicode_map(plane: dict[str, int]) -> bytes:
    ranges = [f"<{low:02X}> <{high:02X}> <{start:04X}>" for low, high, start in _ranges(plane)]
    # A section may hold at most 100 ranges; some readers ignore the rest.
    sections = [ranges[at : at + 100] for at in range(0, len(ranges), 100)]
    lines = [f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange" for part in sections]
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        + "\n".join(lines)
        + "\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")


def _ranges(plane: dict[str, int]) -> list[tuple[int, int, int]]:
    """Join neighbouring codes of neighbouring characters: (first code, last code, character)."""
    ranges: list[tuple[int, int, int]] = []
    for code, char in sorted((code, ord(char)) for char, code in plane.items()):
        if ranges:
            low, high, start = ranges[-1]
            follows = code == high + 1 and char == start + code - low
            if follows and char & 0xFF:
                ranges[-1] = (low, code, start)
                continue
        ranges.append((code, code, char))
    return ranges


def _strip_hints(face: Any) -> None:
    """Drop the screen instructions and the names of the face: on paper they are dead weight.

    A third of the embedded bytes; the outlines stay as they are.
    """
    start, _ = face.get_table_pos("glyf")
    ends = face.glyphPos
    data = face._ttf_data
    glyphs = [_without_instructions(data[start + a : start + b]) for a, b in pairwise(ends)]
    positions = [0]
    for glyph in glyphs:
        positions.append(positions[-1] + len(glyph))
    face.glyphPos = positions
    face.table["glyf"] = {"offset": len(data), "length": positions[-1]}
    face._ttf_data = data + b"".join(glyphs)
    for tag in _HINT_TABLES:
        face.table.pop(tag, None)


def _without_instructions(glyph: bytes) -> bytes:
    if not glyph:
        return glyph
    contours = struct.unpack_from(">h", glyph)[0]
    if contours < 0:
        return _composite_without_instructions(glyph)
    at = 10 + 2 * contours
    length = struct.unpack_from(">H", glyph, at)[0]
    return _even(glyph[:at] + b"\0\0" + glyph[at + 2 + length :])


def _composite_without_instructions(glyph: bytes) -> bytes:
    out = bytearray(glyph)
    at = 10
    more = True
    while more:
        flags = struct.unpack_from(">H", out, at)[0]
        struct.pack_into(">H", out, at, flags & ~0x0100)
        more = bool(flags & 0x0020)
        at += 8 if flags & 0x0001 else 6
        at += 2 if flags & 0x0008 else 4 if flags & 0x0040 else 8 if flags & 0x0080 else 0
    return _even(bytes(out[:at]))


def _even(glyph: bytes) -> bytes:
    return glyph + b"\0" * (len(glyph) % 2)


__all__ = ["RawObject", "StaticFont", "TTFError", "raw_stream"]
