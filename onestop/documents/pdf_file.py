"""The PDF file itself: forms drawn once and shown on every sheet, the same bytes every time."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFPage
from reportlab.pdfgen.canvas import Canvas

from onestop.documents.fonts import register_fonts
from onestop.documents.layout import Frame, Item, Page
from onestop.documents.static_font import RawObject, raw_stream

LABEL_SIZE: Final = 9.0
"""Size in points of the copy label, "(Liên 1: Lưu)"."""
REPRINT_MARK: Final = "/OnestopReprint"
_PRODUCER = "onestop"


class PdfFile:
    """One document: page forms in, sheets of paper out. Holds no state beyond its own file."""

    def __init__(self, title: str, labels: Sequence[str]) -> None:
        self._labels = labels
        self._fonts = register_fonts()
        self._out = BytesIO()
        self._canvas = _canvas(self._out, self._fonts.regular.fontName, title)
        self._doc = self._canvas._doc
        self._marked: list[int] = []

    def write(self, pages: Sequence[Page], frame: Frame, *, per_sheet: int, scale: float) -> int:
        """Write every copy, `per_sheet` pages side by side; return the number of sheets."""
        for n, page in enumerate(pages):
            self._add_form(
                f"p{n}", page_operators(page, frame, self._doc), frame.width, page.height
            )
        halves = [(n, label) for label in self._labels for n in range(len(pages))]
        if per_sheet == len(self._labels) == 2:
            # Citizen's half beside the file's half on every sheet, to be cut apart.
            halves = [(n, label) for n in range(len(pages)) for label in self._labels]
        sheets = [halves[at : at + per_sheet] for at in range(0, len(halves), per_sheet)]
        for sheet in sheets:
            height = max(pages[n].height for n, _ in sheet)
            self._sheet(
                sheet, pages, frame, (frame.width * per_sheet * scale, height * scale), scale
            )
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
            self._add_form(
                f"p{n}", page_operators(page, frame, self._doc), frame.width, page.height
            )
            heights.append(page.height)
        for n, height in enumerate(heights):
            size = (frame.width, height)
            foot_page = Page(height, [(height - 14, foot(n, len(heights)))])
            self._canvas.setPageSize(size)
            self._canvas.addLiteral("/P <</MCID 0>> BDC")
            self._canvas.doForm(f"p{n}")
            self._canvas.addLiteral("EMC /Artifact BMC")
            self._canvas.addLiteral(page_operators(foot_page, frame, self._doc))
            self._reprint_form(1, frame, size, 1.0)
            self._canvas.doForm(self._reprint_name(size))
            self._canvas.addLiteral("EMC")
            self._canvas.showPage()
            self._marked.append(1)
        return len(heights)

    def _sheet(
        self,
        halves: Sequence[tuple[int, str]],
        pages: Sequence[Page],
        frame: Frame,
        size: tuple[float, float],
        scale: float,
    ) -> None:
        canvas = self._canvas
        canvas.setPageSize(size)
        for place, (n, label) in enumerate(halves):
            left = frame.width * place
            canvas.addLiteral(
                f"/P <</MCID {place}>> BDC q {scale:.5f} 0 0 {scale:.5f} {left:.2f} 0 cm"
            )
            canvas.doForm(f"p{n}")
            canvas.addLiteral(self._label(label, pages[n], frame) + "Q EMC")
        canvas.addLiteral("/Artifact BMC")
        if len(halves) > 1:
            x = frame.width
            canvas.addLiteral(f"q 0.4 w 0.5 G [3 3] 0 d {x:.2f} 0 m {x:.2f} {size[1]:.2f} l S Q")
        self._reprint_form(len(halves), frame, size, scale)
        canvas.doForm(self._reprint_name(size))
        canvas.addLiteral("EMC")
        canvas.showPage()
        self._marked.append(len(halves))

    def _label(self, label: str, page: Page, frame: Frame) -> str:
        found = next(((top, item.slot) for top, item in page.placed if item.slot), None)
        if not label or found is None or found[1] is None:
            return ""
        top, (centre, base) = found
        face = self._fonts.italic
        x = centre - face.width(label, LABEL_SIZE) / 2
        marks = [(x, base, face, LABEL_SIZE, label)]
        return page_operators(Page(page.height, [(top, Item(0, texts=marks))]), frame, self._doc)

    def _reprint_name(self, size: tuple[float, float]) -> str:
        return f"reprint{round(size[1])}"

    def _reprint_form(
        self, halves: int, frame: Frame, size: tuple[float, float], scale: float
    ) -> None:
        """Leave an empty drawing on every page: a reprint replaces it by its stamp (stamp.py)."""
        name = self._reprint_name(size)
        if self._canvas.hasForm(name):
            return
        places = " ".join(
            f"{(frame.left + frame.width * n) * scale:.2f} {size[1] - 15 * scale:.2f}"
            for n in range(halves)
        )
        entries = (
            f"{REPRINT_MARK} [{places}] /Type /XObject /Subtype /Form"
            f" /BBox [0 0 {size[0]:.2f} {size[1]:.2f}] /Length 1"
        )
        body = f"<< {entries} >>\nstream\n\n\nendstream\n".encode("ascii")
        self._doc.addForm(name, RawObject(body))

    def _add_form(self, name: str, operators: str, width: float, height: float) -> None:
        fonts = self._doc.idToObjectNumberAndVersion["BasicFonts"][0]
        entries = (
            f"/Type /XObject /Subtype /Form /BBox [0 0 {width:.2f} {height:.2f}]"
            f" /Resources << /Font {fonts} 0 R >>"
        )
        content = operators.encode("ascii")
        self._doc.updateSignature(content)
        self._doc.addForm(name, RawObject(raw_stream(entries.encode("ascii"), content)))

    def data(self) -> bytes:
        """Return the finished file."""
        self._add_structure()
        self._canvas.save()
        return self._out.getvalue()

    def _add_structure(self) -> None:
        """Tell readers that the page is marked: one paragraph per copy, in reading order.

        Not one per line: copies share one drawing, and a drawing shown twice may hold no marks
        (docs/decisions/0019-one-mark-per-copy.md).
        """
        doc = self._doc
        root, whole = PDFDictionary({"Type": PDFName("StructTreeRoot")}), PDFDictionary({})
        root_ref, whole_ref = doc.Reference(root, "StructRoot"), doc.Reference(whole, "StructWhole")
        kids: list[Any] = []
        by_page: list[Any] = []
        for n, (page, marks) in enumerate(zip(doc.Pages.pages, self._marked, strict=True)):
            page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents"]
            page.StructParents = n
            entries = {"S": PDFName("P"), "P": whole_ref, "Pg": doc.Reference(page)}
            marked = [
                doc.Reference(PDFDictionary(entries | {"K": mark}), f"Struct{n}.{mark}")
                for mark in range(marks)
            ]
            kids += marked
            by_page += [n, PDFArray(marked)]
        whole.dict.update({"S": PDFName("Document"), "P": root_ref, "K": PDFArray(kids)})
        tree = PDFDictionary({"Nums": PDFArray(by_page)})
        root.dict.update({"K": whole_ref, "ParentTree": tree, "ParentTreeNextKey": len(kids)})
        doc.Catalog.StructTreeRoot = root_ref
        doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})


def _canvas(out: BytesIO, font: str, title: str) -> Any:
    # The first face as initial font keeps reportlab from adding Helvetica to every file.
    options: dict[str, Any] = {"initialFontName": font}
    canvas = Canvas(out, pageCompression=0, invariant=1, pdfVersion=(1, 6), lang="vi-VN", **options)
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator(_PRODUCER)
    canvas.setProducer(_PRODUCER)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas


def page_operators(page: Page, frame: Frame, doc: Any) -> str:
    """Return the PDF operators that draw `page` with the fonts of `doc`."""
    texts: list[str] = []
    others: list[str] = []
    current = ""
    left = frame.left
    for top, item in page.placed:
        y0 = page.height - top
        for x, y, face, size, text in item.texts:
            start = f"1 0 0 1 {x + left:.2f} {y0 - y:.2f} Tm"
            for plane, string in face.strings(text):
                font = f"{face.getSubsetInternalName(plane, doc)} {size:g} Tf"
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
