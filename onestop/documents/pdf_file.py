"""The PDF file itself: forms drawn once and shown on every sheet, the same bytes every time."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import PDFDocument

from onestop.documents.fonts import register_fonts
from onestop.documents.layout import Item
from onestop.documents.pages import Frame, Page
from onestop.documents.static_font import RawObject, StaticFont, raw_stream

LABEL_SIZE: Final = 9.0
"""Size in points of the copy label, "(Liên 1: Lưu)"."""
REPRINT_MARK: Final = "/OnestopReprint"
_PRODUCER = "onestop"


class PdfFile:
    """One document: page forms in, sheets of paper out. Holds no state beyond its own file."""

    def __init__(self, title: str, labels: Sequence[str]) -> None:
        self._labels = labels
        self._fonts = register_fonts()
        self._doc = _document(title)
        self._drawings: dict[str, int] = {}
        self._resources = RawObject(b"")
        self._marked: list[int] = []

    def write(
        self,
        pages: Sequence[Page],
        frame: Frame,
        *,
        per_sheet: int,
        scale: float,
        sheet_size: tuple[float, float] | None = None,
    ) -> int:
        """Write every copy, `per_sheet` pages side by side; return the number of sheets.

        Two sheets of A5 are a millimetre narrower than one of A4: `sheet_size` (points) is the
        paper that lies in the printer.
        """
        for n, page in enumerate(pages):
            self._draw(f"p{n}", page_operators(page, frame, self._doc), frame.width, page.height)
        halves = [(n, label) for label in self._labels for n in range(len(pages))]
        if per_sheet == len(self._labels) == 2:
            # Citizen's half beside the file's half on every sheet, to be cut apart.
            halves = [(n, label) for n in range(len(pages)) for label in self._labels]
        sheets = [halves[at : at + per_sheet] for at in range(0, len(halves), per_sheet)]
        for sheet in sheets:
            height = max(pages[n].height for n, _ in sheet)
            size = sheet_size or (frame.width * per_sheet * scale, height * scale)
            self._sheet(sheet, pages, frame, size, scale)
        return len(sheets)

    def write_long(
        self, pages: Iterable[Page], frame: Frame, foot: Callable[[int, int], Item]
    ) -> int:
        """Write pages as they come, each on a sheet of its own; return how many there were.

        `foot(n, total)` is what stands at the lower edge of page n, counted from 0: how many there
        are is known last.
        """
        heights = []
        for n, page in enumerate(pages):
            self._draw(f"p{n}", page_operators(page, frame, self._doc), frame.width, page.height)
            heights.append(page.height)
        for n, height in enumerate(heights):
            size = (frame.width, height)
            foot_page = Page(height, [(height - 14, foot(n, len(heights)))])
            self._show(
                size,
                [f"/P <</MCID 0>> BDC /p{n} Do EMC"],
                page_operators(foot_page, frame, self._doc) + self._reprint(1, frame, size, 1.0),
            )
        return len(heights)

    def _sheet(
        self,
        halves: Sequence[tuple[int, str]],
        pages: Sequence[Page],
        frame: Frame,
        size: tuple[float, float],
        scale: float,
    ) -> None:
        shown = [
            f"/P <</MCID {place}>> BDC q {scale:.5f} 0 0 {scale:.5f} {frame.width * place:.2f} 0 cm"
            f" /p{n} Do\n{self._label(label, pages[n], frame)}Q EMC"
            for place, (n, label) in enumerate(halves)
        ]
        x, high = frame.width, size[1]
        cut = f"q 0.4 w 0.5 G [3 3] 0 d {x:.2f} 0 m {x:.2f} {high:.2f} l S Q\n"
        marks = cut if len(halves) > 1 else ""
        self._show(size, shown, marks + self._reprint(len(halves), frame, size, scale))

    def _show(self, size: tuple[float, float], copies: Sequence[str], artifacts: str) -> None:
        """Add a sheet: its copies, each a piece of marked content, and what is no content."""
        content = "\n".join([*copies, f"/Artifact BMC {artifacts} EMC\n"]).encode("latin-1")
        self._doc.updateSignature(content)
        tree = self._doc.Pages
        entries = (
            f"<< /Type /Page /Parent {self._number(tree)} 0 R"
            f" /MediaBox [0 0 {size[0]:.7g} {size[1]:.7g}]"
            f" /Resources {self._number(self._resources)} 0 R"
            f" /Contents {self._number(RawObject(raw_stream(b'', content)))} 0 R"
            f" /StructParents {len(self._marked)} >>\n"
        )
        tree.addPage(RawObject(entries.encode("ascii")))
        self._marked.append(len(copies))

    def _label(self, label: str, page: Page, frame: Frame) -> str:
        found = next(((top, item.slot) for top, item in page.placed if item.slot), None)
        if not label or found is None or found[1] is None:
            return ""
        top, (centre, base) = found
        face = self._fonts.italic
        x = centre - face.width(label, LABEL_SIZE) / 2
        marks = [(x, base, face, LABEL_SIZE, label)]
        return page_operators(Page(page.height, [(top, Item(0, texts=marks))]), frame, self._doc)

    def _reprint(self, halves: int, frame: Frame, size: tuple[float, float], scale: float) -> str:
        """Show an empty drawing: a reprint replaces it by its stamp (stamp.py)."""
        name = f"reprint{round(size[1])}"
        if name not in self._drawings:
            places = " ".join(
                f"{(frame.left + frame.width * n) * scale:.2f} {size[1] - 15 * scale:.2f}"
                for n in range(halves)
            )
            entries = (
                f"{REPRINT_MARK} [{places}] /Type /XObject /Subtype /Form"
                f" /BBox [0 0 {size[0]:.2f} {size[1]:.2f}] /Length 1"
            )
            body = f"<< {entries} >>\nstream\n\n\nendstream\n".encode("ascii")
            self._drawings[name] = self._number(RawObject(body))
        return f"/{name} Do"

    def _draw(self, name: str, operators: str, width: float, height: float) -> None:
        """Add a drawing that sheets may show, as often as they like."""
        fonts = self._doc.idToObjectNumberAndVersion["BasicFonts"][0]
        entries = (
            f"/Type /XObject /Subtype /Form /BBox [0 0 {width:.2f} {height:.2f}]"
            f" /Resources << /Font {fonts} 0 R >>"
        )
        content = operators.encode("latin-1")
        self._doc.updateSignature(content)
        drawing = RawObject(raw_stream(entries.encode("ascii"), content))
        self._drawings[name] = self._number(drawing)

    def data(self) -> bytes:
        """Return the finished file."""
        fonts = self._doc.idToObjectNumberAndVersion["BasicFonts"][0]
        drawings = " ".join(f"/{name} {number} 0 R" for name, number in self._drawings.items())
        entries = f"<< /Font {fonts} 0 R /XObject << {drawings} >> >>\n"
        self._resources.content = entries.encode("ascii")
        self._add_structure()
        return bytes(self._doc.GetPDFData(None))

    def _add_structure(self) -> None:
        """Tell readers that the page is marked: one paragraph per copy, in reading order.

        Not one per line: copies share one drawing, and a drawing shown twice may hold no marks
        (docs/decisions/0019-one-mark-per-copy.md).
        """
        root, whole = RawObject(b""), RawObject(b"")
        root_number, whole_number = self._number(root), self._number(whole)
        kids = ""
        by_page = ""
        for n, (page, marks) in enumerate(zip(self._doc.Pages.pages, self._marked, strict=True)):
            shown = self._number(page)
            own = ""
            for mark in range(marks):
                body = f"<< /S /P /P {whole_number} 0 R /Pg {shown} 0 R /K {mark} >>\n".encode()
                own += f"{self._number(RawObject(body))} 0 R "
            kids += own
            by_page += f"{n} [{own}] "
        whole.content = f"<< /S /Document /P {root_number} 0 R /K [{kids}] >>\n".encode()
        root.content = (
            f"<< /Type /StructTreeRoot /K {whole_number} 0 R /ParentTree << /Nums [{by_page}] >>"
            f" /ParentTreeNextKey {len(self._marked)} >>\n"
        ).encode()
        self._doc.Catalog.StructTreeRoot = root
        self._doc.Catalog.MarkInfo = RawObject(b"<< /Marked true >>\n")

    def _number(self, body: Any) -> int:
        """Add an object to the file if it is not there yet, and return its number."""
        name = self._doc.Reference(body).name
        return int(self._doc.idToObjectNumberAndVersion[name][0])


def _document(title: str) -> Any:
    document: Any = PDFDocument(compression=0, invariant=1, pdfVersion=(1, 6), lang="vi-VN")
    document.setTitle(title)
    document.setAuthor("")
    document.setSubject("")
    document.setCreator(_PRODUCER)
    document.setProducer(_PRODUCER)
    shown = RawObject(b"<< /DisplayDocTitle true /PrintScaling /None >>\n")
    document.Catalog.ViewerPreferences = shown
    return document


def page_operators(page: Page, frame: Frame, doc: Any) -> str:
    """Return the PDF operators that draw `page` with the fonts of `doc`."""
    texts: list[str] = []
    others: list[str] = []
    names: dict[tuple[StaticFont, int], str] = {}
    current = ""
    left = frame.left
    for top, item in page.placed:
        y0 = page.height - top
        for x, y, face, size, text in item.texts:
            start = f"1 0 0 1 {x + left:.2f} {y0 - y:.2f} Tm"
            for plane, string in face.strings(text):
                if (face, plane) not in names:
                    names[face, plane] = face.name_in(doc, plane)
                font = f"{names[face, plane]} {size:g} Tf"
                texts.append(f"{'' if font == current else font} {start} ({string}) Tj")
                current, start = font, ""
            if plane == 0:
                # A space after each piece: who reads the text aloud must not join two lines.
                texts[-1] = f"{texts[-1][:-4]} ) Tj"
        others += [_rule(rule, left, y0) for rule in item.rules]
        others += [
            symbol.path(x + left, y0 - y - side, side) for x, y, side, symbol in item.symbols
        ]
    return "BT " + "\n".join(texts) + "\nET\n" + "\n".join(others) + "\n"


def _rule(rule: tuple[float, float, float, float, float, bool], left: float, y0: float) -> str:
    x1, y1, x2, y2, width, dotted = rule
    # Dots: round caps on dashes of no length.
    style = "1 J [0 2] 0 d" if dotted else "0 J [] 0 d"
    return f"{width:g} w {style} {x1 + left:.2f} {y0 - y1:.2f} m {x2 + left:.2f} {y0 - y2:.2f} l S"
