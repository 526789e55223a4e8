"""The slip that travels with a dossier: "Phiếu kiểm soát quá trình giải quyết hồ sơ"."""

from datetime import datetime

from onestop.documents.blocks import form_title, is_narrow, letterhead
from onestop.documents.forms import render_form
from onestop.documents.headings import Headings
from onestop.documents.layout import Cell, Density, Item, Story, Text
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import local, long_date, long_moment, short_moment
from onestop.queries.papers import ControlSlipRow, HandOverRow

_BLANK_TIME = "…… giờ …… phút, ngày …../…../…….."
_SIDE = 62.0


def render_control_slip(row: ControlSlipRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the control slip as PDF: one block per hand-over, then `row.blank_blocks` empty ones.

    Beside the heading stands a QR of the dossier code, for scanning a pile.
    Source: docs/rules.md, rules P2 and P5.
    """
    said = Headings(row.form)

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        letterhead(story, row.form, row.letterhead)
        story.gap(4)
        _book(story, said, row)
        form_title(story, row.form.title)
        story.gap(3)
        _particulars(story, said, row)
        story.gap(4)
        _table(story, said, row)
        return story

    running = f"– {said('code')} {row.code} {said('continued')}"
    return render_form(compose, row, running=running, paper=paper)


def _book(story: Story, said: Headings, row: ControlSlipRow) -> None:
    line = said("book", book=row.book_no or "………", number=row.book_seq or "………")
    story.para(line, size=9, align="centre" if is_narrow(story) else "left")


def _particulars(story: Story, said: Headings, row: ControlSlipRow) -> None:
    zone = row.letterhead.zone
    narrow = is_narrow(story)
    left = Story(story.width if narrow else story.width - _SIDE - 4, story.density)
    left.field(said("applicant"), row.applicant_name, bold=True)
    left.field(said("code"), row.code, bold=True)
    left.field(said("received"), long_date(local(row.received_at, zone).date()))
    left.field(said("due"), long_moment(row.due_at, zone))
    left.field(said("lead"), row.lead_agency)
    left.field(said("cooperating"), "; ".join(row.cooperating))
    symbol = symbol_of(row.code)
    right = Story(_SIDE, story.density)
    right.items.append(Item(_SIDE, symbols=[(0, 0, _SIDE, symbol)]))
    if narrow:
        story.items += left.items
        story.replaced += left.replaced
        story.beside(((story.width - _SIDE) / 2, right))
    else:
        story.beside((0, left), (story.width - _SIDE + 4, right))


def _table(story: Story, said: Headings, row: ControlSlipRow) -> None:
    width = story.width
    zone = row.letterhead.zone
    blocks = [_block(said, hand_over, zone) for hand_over in row.hand_overs]
    blocks += [_blank_block(said)] * row.blank_blocks
    widths = (0.26 * width, 0.44 * width, 0.17 * width, 0.13 * width)
    wanted = "narrow" if is_narrow(story) else "column"
    header = [said(f"{wanted}_{column}") for column in ("agency", "time", "result")]
    header.append(said("column_note"))
    size = 7.6 if is_narrow(story) else 8.3
    story.table(widths, header, blocks, size=size, centred=frozenset({2}))


def _block(said: Headings, row: HandOverRow, zone: str) -> list[Cell]:
    giver = _signer(said, row.from_person, row.from_stand_in)
    taker = _signer(said, row.to_person, row.to_stand_in)
    return [
        [[f"{said('from')} {row.from_agency}"], [f"{said('to')} {row.to_agency}"]],
        [
            *_moment(said("given"), said("giver"), row.given_at, giver, zone),
            *_moment(said("taken"), said("taker"), row.taken_at, taker, zone),
        ],
        [[said(row.punctuality) if row.punctuality else ""]],
        [[row.note]],
    ]


def _signer(said: Headings, person: str, stand_in: str) -> str:
    return said("stand_in", person=stand_in, absent=person) if stand_in else person


def _moment(what: str, signer: str, at: datetime | None, person: str, zone: str) -> Cell:
    when = short_moment(at, zone) if at else _BLANK_TIME
    name: Text = ("bold", person) if person else "…………………"
    return [[what, when], [("italic", signer), name]]


def _blank_block(said: Headings) -> list[Cell]:
    blank = "………………………"
    return [
        [[f"{said('from')} {blank}"], [f"{said('to')} {blank}"]],
        [
            *_moment(said("given"), said("giver"), None, "", ""),
            *_moment(said("taken"), said("taker"), None, "", ""),
        ],
        [[""]],
        [[""]],
    ]
