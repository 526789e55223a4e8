"""The same receipt as others make it; each keeps what its manual says may be kept."""

import atexit
import io
import json
import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import fpdf
import qrcode
import typst
import weasyprint
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate, Table
from reportlab.platypus import Paragraph as PlatypusParagraph
from weasyprint.text.fonts import FontConfiguration

from bench.receipt_content import Content, Grid, Paragraph
from onestop.documents.fonts import register_fonts
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import A5_FRAME

FACES = ("regular", "bold", "italic")
SIDE = 82.0
FRAME = A5_FRAME
WIDTH, HEIGHT = FRAME.width, FRAME.height or 0.0
_ALIGN = {"left": TA_LEFT, "centre": TA_CENTER, "right": TA_RIGHT}

Maker = Callable[[Content], bytes]


def font_files() -> dict[str, Path]:
    """Return the three files that onestop prints with, for the others to use too."""
    fonts = register_fonts()
    return {face: Path(getattr(fonts, face).face.filename) for face in FACES}


def qr_png(link: str) -> io.BytesIO:
    """Return the QR as most programs make it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=4)
    code.add_data(link)
    picture = io.BytesIO()
    code.make_image().save(picture, "PNG")
    picture.seek(0)
    return picture


def weasyprint_maker() -> Maker:
    """HTML and CSS; the font configuration and the style sheet are kept."""
    configuration = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: F; src: url('{path.as_uri()}');"
        f" font-weight: {'bold' if face == 'bold' else 'normal'};"
        f" font-style: {'italic' if face == 'italic' else 'normal'}; }}"
        for face, path in font_files().items()
    )
    page = (
        f"@page {{ size: {WIDTH}pt {HEIGHT}pt; margin: {FRAME.top}pt {FRAME.right}pt"
        f" {FRAME.bottom}pt {FRAME.left}pt }} body {{ font-family: F; margin: 0 }}"
        " p { margin: 0; line-height: 1.15 } table { border-collapse: collapse; width: 100% }"
        " td, th { border: 0.5pt solid black; padding: 1pt 3pt }"
    )
    sheet = weasyprint.CSS(string=faces + page, font_config=configuration)

    def make(content: Content) -> bytes:
        body = "".join(_html(block) for block in content.blocks)
        svg = _svg(content.link)
        html = f"<html lang=vi><head><title>{content.title}</title></head><body>{body}{svg}</body>"
        document = weasyprint.HTML(string=html)
        pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=configuration)
        return pdf

    return make


def _html(block: Paragraph | Grid) -> str:
    if isinstance(block, Grid):
        head = "".join(f"<th>{escape(text)}</th>" for text in block.header)
        lines = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in block.rows
        )
        return f'<table style="font-size:{block.size}pt"><tr>{head}</tr>{lines}</table>'
    tags = {"regular": "span", "bold": "b", "italic": "i"}
    runs = " ".join(f"<{tags[face]}>{escape(text)}</{tags[face]}>" for face, text in block.runs)
    align = {"centre": "center"}.get(block.align, block.align)
    return f'<p style="font-size:{block.size}pt;text-align:{align}">{runs}</p>'


def _svg(link: str) -> str:
    symbol = symbol_of(link)
    whole = symbol.modules + 8
    boxes = "".join(
        f"M{x + 4} {y + 4}h1v1h-1z"
        for y, row in enumerate(symbol.rows)
        for x in range(symbol.modules)
        if row >> (symbol.modules - 1 - x) & 1
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}pt" height="{SIDE}pt"'
        f' viewBox="0 0 {whole} {whole}"><path d="{boxes}"/></svg>'
    )


def fpdf2_maker() -> Maker:
    """Its document cannot be kept, so the fonts are added to every one."""
    files = font_files()
    styles = {"regular": "", "bold": "B", "italic": "I"}

    def make(content: Content) -> bytes:
        pdf = fpdf.FPDF(unit="pt", format=(WIDTH, HEIGHT))
        pdf.set_margins(FRAME.left, FRAME.top, FRAME.right)
        pdf.set_auto_page_break(True, FRAME.bottom)
        pdf.set_title(content.title)
        pdf.set_lang("vi-VN")
        for face, path in files.items():
            pdf.add_font("F", styles[face], str(path))
        pdf.add_page()
        for block in content.blocks:
            if isinstance(block, Grid):
                _fpdf2_table(pdf, block)
                continue
            pdf.set_font("F", styles[block.runs[0][0]], block.size)
            for face, text in block.runs:
                pdf.set_font("F", styles[face], block.size)
                pdf.write(block.size * 1.15, text + " ")
            pdf.ln(block.size * 1.15)
        pdf.image(qr_png(content.link), w=SIDE, h=SIDE)
        return bytes(pdf.output())

    return make


def _fpdf2_table(pdf: Any, block: Grid) -> None:
    pdf.set_font("F", "", block.size)
    style = fpdf.FontFace(emphasis="BOLD")
    with pdf.table(
        col_widths=block.widths, line_height=block.size * 1.2, headings_style=style
    ) as table:
        for line in (block.header, *block.rows):
            row = table.row()
            for cell in line:
                row.cell(cell)


def typst_maker() -> Maker:
    """The compiler and the compiled template are kept; the content comes in as data."""
    folder = next(iter(font_files().values())).parent
    template = Path(mkdtemp(prefix="onestop-bench-")) / "receipt.typ"
    atexit.register(shutil.rmtree, template.parent, ignore_errors=True)
    template.write_text(_TYPST, encoding="utf-8")
    compiler = typst.Compiler(str(template), font_paths=[str(folder)], ignore_system_fonts=True)

    def make(content: Content) -> bytes:
        blocks: list[dict[str, Any]] = []
        for block in content.blocks:
            if isinstance(block, Grid):
                cells = [cell for row in (block.header, *block.rows) for cell in row]
                blocks.append({"cells": cells, "widths": block.widths, "size": block.size})
            else:
                align = {"centre": "center"}.get(block.align, block.align)
                blocks.append({"runs": block.runs, "size": block.size, "align": align})
        data = {"blocks": blocks, "svg": _svg(content.link), "title": content.title}
        pdf = compiler.compile(sys_inputs={"data": json.dumps(data)})
        return bytes(pdf) if isinstance(pdf, (bytes, bytearray)) else bytes(pdf[0])

    return make


_TYPST = f"""
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(width: {WIDTH}pt, height: {HEIGHT}pt,
  margin: (left: {FRAME.left}pt, right: {FRAME.right}pt,
    top: {FRAME.top}pt, bottom: {FRAME.bottom}pt))
#set text(font: "Spectral", lang: "vi")
#set par(leading: 0.35em, spacing: 0.35em)
#for block in data.blocks {{
  if "cells" in block [
    #set text(size: block.size * 1pt)
    #table(columns: block.widths.map(w => w * 1pt), inset: (x: 3pt, y: 1.5pt), stroke: 0.5pt,
      ..block.cells)
  ] else {{
    let place = (left: left, center: center, right: right).at(block.align)
    align(place, text(size: block.size * 1pt, for (face, said) in block.runs {{
      let style = if face == "italic" {{ "italic" }} else {{ "normal" }}
      text(weight: if face == "bold" {{ "bold" }} else {{ "regular" }}, style: style, said + " ")
    }}))
  }}
}}
#image(bytes(data.svg), format: "svg", width: {SIDE}pt)
"""


class _Symbol(Flowable):
    """The same vector symbol that onestop draws."""

    def __init__(self, link: str) -> None:
        super().__init__()
        self.link = link

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return SIDE, SIDE

    def draw(self) -> None:
        self.canv.addLiteral(symbol_of(self.link).path(0, 0, SIDE))


def platypus_maker() -> Maker:
    """reportlab's own layout; fonts and styles are registered once, the QR is onestop's."""
    _register("Kept")
    styles: dict[tuple[float, str], ParagraphStyle] = {}

    def style(block: Paragraph) -> ParagraphStyle:
        key = block.size, block.align
        if key not in styles:
            styles[key] = ParagraphStyle(
                f"s{len(styles)}",
                fontName="Kept-regular",
                fontSize=block.size,
                leading=block.size * 1.15,
                alignment=_ALIGN[block.align],
            )
        return styles[key]

    def make(content: Content) -> bytes:
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out,
            pagesize=(WIDTH, HEIGHT),
            leftMargin=FRAME.left,
            rightMargin=FRAME.right,
            topMargin=FRAME.top,
            bottomMargin=FRAME.bottom,
            title=content.title,
            lang="vi-VN",
        )
        story: list[Any] = []
        for block in content.blocks:
            if isinstance(block, Grid):
                story.append(_platypus_table(block))
            else:
                runs = " ".join(
                    f'<font name="Kept-{face}">{escape(text)}</font>' for face, text in block.runs
                )
                story.append(PlatypusParagraph(runs, style(block)))
        document.build([*story, _Symbol(content.link)])
        return out.getvalue()

    return make


def _platypus_table(block: Grid) -> Table:
    grid = [
        ("FONT", (0, 0), (-1, -1), "Kept-regular", block.size, block.size * 1.2),
        ("FONT", (0, 0), (-1, 0), "Kept-bold", block.size, block.size * 1.2),
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    return Table([list(block.header), *map(list, block.rows)], list(block.widths), style=grid)


def _register(prefix: str) -> None:
    for face, path in font_files().items():
        pdfmetrics.registerFont(TTFont(f"{prefix}-{face}", str(path), shapable=False))


def usual_reportlab(content: Content) -> bytes:
    """A canvas as it is usually written: fonts registered for every document, the QR as a PNG."""
    for face, path in font_files().items():
        # A name that is known keeps its first font, so each document has to forget them.
        pdfmetrics._fonts.pop(f"Usual-{face}", None)
        pdfmetrics.registerFont(TTFont(f"Usual-{face}", str(path), shapable=False))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1, lang="vi-VN")
    canvas.setTitle(content.title)
    y = HEIGHT - FRAME.top
    for block in content.blocks:
        if isinstance(block, Grid):
            y = _usual_table(canvas, block, y)
        else:
            y = _usual_paragraph(canvas, block, y)
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(qr_png(content.link)), FRAME.left, 12, SIDE, SIDE)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _usual_paragraph(canvas: Any, block: Paragraph, y: float) -> float:
    x, leading = FRAME.left, block.size * 1.15
    y -= leading
    for face, text in block.runs:
        name = f"Usual-{face}"
        canvas.setFont(name, block.size)
        for word in text.split():
            width = pdfmetrics.stringWidth(word + " ", name, block.size)
            if x + width > WIDTH - FRAME.right and x > FRAME.left:
                x, y = FRAME.left, y - leading
            canvas.drawString(x, y, word + " ")
            x += width
    return y


def _usual_table(canvas: Any, block: Grid, y: float) -> float:
    for n, line in enumerate((block.header, *block.rows)):
        height, x = block.size * 1.4, FRAME.left
        y -= height
        canvas.setFont("Usual-bold" if n == 0 else "Usual-regular", block.size)
        for width, cell in zip(block.widths, line, strict=True):
            canvas.rect(x, y, width, height)
            canvas.drawString(x + 3, y + 3, cell)
            x += width
    return y
