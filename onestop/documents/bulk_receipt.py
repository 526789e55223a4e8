"""One receipt for several dossiers that one person handed in together, each with its own QR."""

from collections.abc import Sequence

from onestop.documents.blocks import form_title, is_narrow, letterhead, signatures
from onestop.documents.forms import render_form
from onestop.documents.headings import Headings
from onestop.documents.layout import Density, Item, Story, Text
from onestop.documents.pdf_file import LABEL_SIZE
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import check_code_groups, long_moment, short_moment
from onestop.queries.papers import BulkEntryRow, BulkReceiptRow


def render_bulk_receipt(
    row: BulkReceiptRow,
    *,
    paper: PaperSize = PaperSize.A5,
    copies: Sequence[str] | None = None,
) -> Rendered:
    """Return the receipt of several dossiers as PDF, by default both copies.

    Source: docs/rules.md, rules P2 and P4.
    """
    said = Headings(row.form)

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        _top(story, row, said)
        for n, entry in enumerate(row.entries, 1):
            _entry(story, said, n, entry, row.letterhead.zone)
        story.rule(story.width, before=2)
        signers = ((said("sign_submitter"), row.submitter.name),)
        signatures(story, said("sign_here"), *signers, (said("sign_receiver"), row.received_by))
        _notes(story, row, said)
        return story

    running = f"– {row.letterhead.serial} {said('continued')}"
    copies = (said("copy_kept"), said("copy_given")) if copies is None else copies
    return render_form(compose, row, running=running, paper=paper, copies=copies)


def _top(story: Story, row: BulkReceiptRow, said: Headings) -> None:
    letterhead(story, row.form, row.letterhead)
    form_title(story, row.form.title)
    story.para(("italic", said("several", count=f"{len(row.entries):02}")), align="centre")
    story.slot(LABEL_SIZE)
    story.gap(2)
    story.field(said("unit"), row.reception_unit)
    story.field(said("submitter"), row.submitter.name, bold=True)
    story.field(said("address"), row.submitter.address)
    story.fields((said("phone"), row.submitter.phone), (said("email"), row.submitter.email))
    story.para(said("several_sets"), f"{len(row.entries):02}")


def _entry(story: Story, said: Headings, n: int, entry: BulkEntryRow, zone: str) -> None:
    """Add one dossier: what it is, whose, until when; its QR at the left, or below on a roll."""
    symbol = symbol_of(entry.link)
    side = max(62.0, symbol.smallest_side())
    narrow = is_narrow(story)
    text = Story(story.width if narrow else story.width - side - 2, story.density)
    _text(text, said, n, entry, zone)
    picture = Story(side, story.density)
    picture.items.append(Item(side, symbols=[(0, 0, side, symbol)]))
    story.rule(story.width, before=2)
    if narrow:
        story.items += text.items
        story.replaced += text.replaced
        story.beside(((story.width - side) / 2, picture))
    else:
        story.beside((-6, picture), (side, text))


def _text(text: Story, said: Headings, n: int, entry: BulkEntryRow, zone: str) -> None:
    text.gap(3)
    text.para(f"{n}.", said("code"), ("bold", entry.code), size=9.4)
    text.para(said("several_owner"), ("bold", entry.applicant_name), size=9, squeeze=0.97)
    text.para(said("request"), entry.request, size=8.6, squeeze=0.97)
    received = short_moment(entry.received_at, zone)
    text.para(said("several_received"), received, size=8.6, squeeze=0.97)
    due: Text = ("bold", long_moment(entry.due_at, zone))
    text.para(said("several_due"), due, size=9, squeeze=0.97)
    if entry.check_code:
        text.para(said("check_code"), check_code_groups(entry.check_code), size=8.6, squeeze=0.97)


def _notes(story: Story, row: BulkReceiptRow, said: Headings) -> None:
    story.gap(4)
    story.para(("bold", said("note_label")), said("several_note"), size=8, squeeze=0.93)
    story.gap(3, keep=True)
    phone = f"{said('eye_phone')} {row.desk_phone}" if row.desk_phone else ""
    shown = [line for line in (row.desk, phone) if line]
    for line in shown if is_narrow(story) else [" – ".join(shown)]:
        story.para(("bold", line), size=16, squeeze=0.95)
    story.para(("bold", said("scan")), size=9)
