"""The receipt a citizen takes home: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from onestop.documents.blocks import (
    form_title,
    is_narrow,
    is_tight,
    letterhead,
    qr_block,
    signatures,
)
from onestop.documents.forms import render_form
from onestop.documents.headings import HEADINGS, Headings
from onestop.documents.layout import Cell, Density, Item, Story, stack
from onestop.documents.pdf_file import LABEL_SIZE
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import (
    check_code_groups,
    code_groups,
    eye_moment,
    limit_text,
    local,
    long_moment,
    money,
    short_moment,
)
from onestop.domain.events import Channel, Delivery
from onestop.domain.form_editions import FormKind
from onestop.queries.papers import PaperRow, ReceiptRow

_OURS = HEADINGS[FormKind.RECEIPT]
COPIES: Final = (_OURS["copy_kept"], _OURS["copy_given"])
"""The two copies of the statute: one is kept with the dossier, one goes home."""

ONLINE: Final = frozenset({Channel.PORTAL, Channel.VNEID})
_KINDS = ("originals", "certified", "copies", "electronic")


def render_receipt(
    row: ReceiptRow,
    *,
    paper: PaperSize = PaperSize.A5,
    copies: Sequence[str] | None = None,
    papers_as: Literal["list", "table"] | None = None,
) -> Rendered:
    """Return the receipt as PDF: both copies, or the one of a filing that came online.

    Papers stand in a list or in a ruled table, as the row says unless `papers_as` does.
    Source: docs/rules.md, rules P2 and P4.
    """
    said = Headings(row.form)
    shape = papers_as or ("table" if row.papers_in_table else "list")

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        _statutory(story, row, shape)
        _for_the_eye(story, row)
        return story

    running = f"– {said('code').rstrip(':')} {row.code} {said('continued')}"
    copies = _copies(row, said) if copies is None else copies
    return render_form(compose, row, running=running, paper=paper, copies=copies)


def _copies(row: ReceiptRow, said: Headings) -> tuple[str, ...]:
    if row.channel in ONLINE:
        return (said("copy_online"),)
    return (said("copy_kept"), said("copy_given"))


def _statutory(story: Story, row: ReceiptRow, papers_as: str) -> None:
    zone = row.letterhead.zone
    said = Headings(row.form)
    letterhead(story, row.form, row.letterhead, digital=row.channel in ONLINE)
    form_title(story, row.form.title)
    story.para(said("code"), ("bold", row.code), align="centre", before=1)
    story.slot(LABEL_SIZE)
    story.gap(2)
    story.field(said("unit"), row.reception_unit)
    _person(story, row, said)
    story.field(said("request"), row.request)
    story.para(said("papers"), keep=True)
    (_papers_table if papers_as == "table" else _papers_list)(story, row.papers, said)
    story.para(said("sets"), f"{row.dossier_sets:02} {said('sets_unit')}")
    story.para(said("limit"), limit_text(row.limit_amount, row.limit_unit))
    story.para(said("received"), long_moment(row.received_at, zone))
    story.para(said("due"), ("bold", long_moment(row.due_at, zone)), hang=12)
    _second_phase(story, row, said)
    story.para(said("delivery"), _place(row, said), leader=not row.delivery_place)
    _fees(story, row, said)
    story.fields((said("book"), row.book_no), (said("book_number"), row.book_seq))
    signers = [(said("sign_receiver"), row.received_by)]
    if row.channel not in ONLINE:
        signers.insert(0, (said("sign_submitter"), (row.submitter or row.applicant).name))
    signatures(story, said("sign_here"), *signers)
    _notes(story, row, said)


def _place(row: ReceiptRow, said: Headings) -> str:
    if row.delivery is Delivery.DESK:
        return row.delivery_place
    return said(f"delivery_{row.delivery}", place=row.delivery_place)


def _person(story: Story, row: ReceiptRow, said: Headings) -> None:
    person = row.applicant
    story.field(said("applicant"), person.name, bold=True)
    if person.id_number:
        story.field(said("id_number"), person.id_number)
    if row.submitter:
        by = " – ".join(filter(None, (row.submitter.name, row.submitter.phone)))
        story.field(said("submitter"), by)
    story.field(said("address"), person.address)
    story.fields((said("phone"), person.phone), (said("email"), person.email))


def _papers_list(story: Story, papers: Sequence[PaperRow], said: Headings) -> None:
    for n, paper in enumerate(papers, 1):
        kinds = _pieces(paper, said)
        story.para(f"{n}) {paper.name}" + (f" ({kinds})" if kinds else ""), indent=12, hang=12)


def _pieces(paper: PaperRow, said: Headings) -> str:
    counts = [(getattr(paper, kind), kind) for kind in _KINDS]
    return ", ".join(f"{count:02} {said(kind)}" for count, kind in counts if count)


def _papers_table(story: Story, papers: Sequence[PaperRow], said: Headings) -> None:
    story.gap(1.5, keep=True)
    # Where room is short, columns of numbers are as narrow as their longest word allows.
    close = is_narrow(story) or is_tight(story)
    number, piece = (20.0, 38.0) if close else (22.0, 54.0)
    widths = (number, story.width - number - 3 * piece, piece, piece, piece)
    rows = [_papers_row(n, paper, said) for n, paper in enumerate(papers, 1)]
    columns = ("number", "paper", "originals", "certified", "copies")
    header = [said(f"column_{column}") for column in columns]
    size = 7.6 if close else 8.6
    story.table(widths, header, rows, size=size, centred=frozenset({0, 2, 3, 4}))
    story.gap(3)


def _papers_row(n: int, paper: PaperRow, said: Headings) -> list[Cell]:
    name = paper.name + (f" ({said('electronic')})" if paper.electronic else "")
    counts = (paper.originals, paper.certified, paper.copies)
    return [[[text]] for text in (str(n), name, *(str(count or "") for count in counts))]


def _second_phase(story: Story, row: ReceiptRow, said: Headings) -> None:
    if row.second_phase is None:
        return
    if row.first_phase is not None:
        first = long_moment(row.first_phase, row.letterhead.zone)
        story.para(said("first_phase"), first, indent=12, hang=12)
    for label, at in (
        (said("phase_received"), row.second_phase.received_at),
        (said("phase_due"), row.second_phase.due_at),
    ):
        shown = long_moment(at, row.letterhead.zone) if at else ""
        story.para(label, shown, indent=12, hang=12, leader=not shown)


def _fees(story: Story, row: ReceiptRow, said: Headings) -> None:
    if not row.fees:
        return
    each = "; ".join(f"{fee.name}: {money(fee.amount)}" for fee in row.fees)
    total = money(sum(fee.amount for fee in row.fees))
    several = len(row.fees) > 1
    shown = f"{each}; {said('fees_total', total=total)}" if several else each
    story.para(said("fees"), shown, hang=12)


def _notes(story: Story, row: ReceiptRow, said: Headings) -> None:
    zone = row.letterhead.zone
    story.gap(2 if is_tight(story) else 4)
    online = row.channel in ONLINE
    note = said("note_online" if online else "note")
    story.para(("bold", said("note_label")), note, size=8, squeeze=0.93)
    filed = [] if row.channel is Channel.DIRECT else [said(f"filed_{row.channel}")]
    legs = [said("leg", agency=leg.agency, due=short_moment(leg.due_at, zone)) for leg in row.legs]
    for line in (*filed, *_corrected(row, said), *legs, *_standstills(row, said), *row.notes):
        story.para(f"– {line}", size=8, squeeze=0.93, indent=6, hang=8)


def _corrected(row: ReceiptRow, said: Headings) -> list[str]:
    """What a receipt says that takes the place of another one."""
    zone, notes = row.letterhead.zone, []
    if row.replaced_at is not None:
        notes.append(said("replaces", day=f"{local(row.replaced_at, zone):%d/%m/%Y}"))
    if row.first_due_at is not None:
        notes.append(said("first_due", due=short_moment(row.first_due_at, zone)))
    return notes


def _standstills(row: ReceiptRow, said: Headings) -> list[str]:
    """Which steps put the date off, because their time does not count."""
    if not row.uncounted:
        return []
    # What a name says in brackets is said here for all of them.
    steps = "; ".join(name.partition(" (")[0] for name in row.uncounted)
    return [said("uncounted", steps=steps)]


def _for_the_eye(story: Story, row: ReceiptRow) -> None:
    """Add what stands outside the statutory text: promise, desk and phone in 16 pt; QR; proof."""
    story.gap(4)
    strip = Story(story.width - 12, story.density)
    align: Literal["left", "centre"] = "centre" if is_narrow(story) else "left"
    strip.gap(3)
    said = Headings(row.form)
    for line in _calls(row, said, is_narrow(story)):
        strip.para(("bold", line), size=16, squeeze=0.95, align=align)
    strip.gap(3)
    story.replaced += strip.replaced
    box = stack(strip.items)
    if box.height < 160:
        story.items.append(_framed(box, story.width))
    else:
        story.items += strip.items
    story.gap(4, keep=True)
    symbol = symbol_of(row.link)
    story.items.append(
        qr_block(
            story,
            symbol,
            _beside_symbol(story, row, said),
            _below_symbol(row, said, is_narrow(story)),
        )
    )


def _framed(box: Item, width: float) -> Item:
    """Return `box` in a frame, kept together with the QR below it, at the foot of the page."""
    framed = Item(box.height, keep=True, at_bottom=True)
    framed.take(box, 6, 0)
    corners = ((0, 0), (width, 0), (width, box.height), (0, box.height), (0, 0))
    framed.rules += [(*start, *end, 0.9, False) for start, end in pairwise(corners)]
    return framed


def _calls(row: ReceiptRow, said: Headings, narrow: bool) -> list[str]:
    """Return the lines of the strip; on a roll each stands alone, so that no number is broken."""
    hour, day = eye_moment(row.due_at, row.letterhead.zone)
    phone = f"{said('eye_phone')} {row.desk_phone}" if row.desk_phone else ""
    if narrow:
        return [line for line in (f"{said('eye_due')} {hour}", day, row.desk, phone) if line]
    return [f"{said('eye_due')} {hour}, {day}", " – ".join(filter(None, (row.desk, phone)))]


def _beside_symbol(story: Story, row: ReceiptRow, said: Headings) -> Story:
    text = Story(story.width if is_narrow(story) else story.width - 92, story.density)
    host = row.link.split("/s/")[0].removeprefix("https://").removeprefix("http://")
    text.para(("bold", said("scan")), size=9.5)
    text.para(said("scan_instead", host=host), size=8.2, before=2, squeeze=0.95)
    proof = f"{said('first_event')} {row.first_event_hash[:16] or '–'}"
    anchor = f"{said('anchor')} {row.anchor[:16] or '–'}"
    text.para(f"{proof}. {anchor}", size=7, before=3, squeeze=0.95)
    return text


def _below_symbol(row: ReceiptRow, said: Headings, narrow: bool) -> list[tuple[str, float]]:
    codes = (
        f"{said('code')} {code_groups(row.code)}",
        f"{said('check_code')} {check_code_groups(row.check_code)}",
    )
    shown = codes if narrow else (" · ".join(codes),)
    return [*((line, 9.6) for line in shown), (row.link, 6.8)]
