"""Letters of the agency that handles a dossier: the apology with a later date, the stop notice."""

from onestop.documents.blocks import fitting, form_title, is_narrow, letterhead
from onestop.documents.forms import render_form
from onestop.documents.headings import Headings
from onestop.documents.layout import Compose, Density, Item, Story
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import local, long_date, long_moment, money
from onestop.queries.papers import ApologyRow, LetterheadRow, PersonRow, SignerRow, StopNoticeRow

_SYMBOL = 58.0
_ROOM = 44.0
"""Points left for signature and seal."""


def render_apology(row: ApologyRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the apology with a later date as PDF. Source: docs/rules.md, rule P2."""
    said, zone = Headings(row.form), row.letterhead.zone
    day = long_date(local(row.received_at, zone).date())

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        _opening(story, said, row.letterhead, row.addressee)
        _paragraph(story, said("received", day=day, agency=row.agency, request=row.request))
        story.field(said("code"), row.code, bold=True)
        story.field(said("promised"), long_moment(row.promised_at, zone))
        _paragraph(story, said("cannot", agency=row.agency))
        why = said.reason(row.reason, row.note)
        story.para(said("reason"), why, leader=not why)
        _paragraph(story, said("sorry", agency=row.agency))
        story.para(said("new_due"), ("bold", long_moment(row.due_at, zone)), before=1)
        story.para(said("ordinal", n=row.n, most=row.most), size=8.6)
        _paragraph(story, said("hope"))
        _closing(story, said, row.signer, row.code, row.copy_to)
        return story

    return _rendered(compose, row, said, paper)


def render_stop_notice(row: StopNoticeRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the notice that a dossier is not worked on any more as PDF.

    Source: docs/rules.md, rule P2.
    """
    said, zone = Headings(row.form), row.letterhead.zone

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        _opening(story, said, row.letterhead, row.addressee)
        story.field(said("code"), row.code, bold=True)
        story.field(said("request"), row.request)
        story.field(said("received"), long_moment(row.received_at, zone))
        story.field(said("promised"), long_moment(row.promised_at, zone))
        story.field(said("asked_by"), row.asked_by or said("asked_by_term"))
        story.field(said("reason"), said.reason(row.reason, row.note))
        story.field(said("stage"), "; ".join(row.stages))
        moment = long_moment(row.stopped_at, zone)
        story.gap(2)
        story.para(("bold", said("decision", agency=row.agency, moment=moment)))
        story.para(said("effect", unit=row.desk_unit))
        story.para(said("fees"), _fees(row, said))
        _closing(story, said, row.signer, row.code, row.desk_unit)
        return story

    return _rendered(compose, row, said, paper)


def _rendered(
    compose: Compose, row: ApologyRow | StopNoticeRow, said: Headings, paper: PaperSize
) -> Rendered:
    running = f"– {said('code')} {row.code} {said('continued')}"
    return render_form(compose, row, running=running, paper=paper)


def _opening(story: Story, said: Headings, head: LetterheadRow, to: PersonRow) -> None:
    letterhead(story, said.form, head)
    form_title(story, said.form.title)
    story.gap(4)
    story.field(said("to"), to.name, bold=True)
    story.field(said("address"), to.address)
    story.field(said("phone"), to.phone)
    story.gap(3)


def _paragraph(story: Story, text: str) -> None:
    story.para(text, before=2)


def _fees(row: StopNoticeRow, said: Headings) -> str:
    if not row.paid:
        return said("fees_none")
    each = "; ".join(f"{fee.name or said('fees_asked')}: {money(fee.amount)}" for fee in row.paid)
    kept = said("fees_kept") if row.fee_kept else said("fees_returned", unit=row.desk_unit)
    return f"{each} – {kept}"


def _closing(story: Story, said: Headings, signer: SignerRow, code: str, unit: str) -> None:
    """Add "Nơi nhận" with a QR of the code at left, the signature at right."""
    story.gap(6, keep=True)
    narrow = is_narrow(story)
    left = Story(story.width if narrow else story.width * 0.46, story.density)
    _copies(left, said, code, unit)
    right = Story(story.width if narrow else story.width * 0.5, story.density)
    _signature(right, said, signer)
    if narrow:
        story.beside((0, right))
        story.beside((0, left))
    else:
        story.beside((0, left), (story.width * 0.5, right))


def _copies(cell: Story, said: Headings, code: str, unit: str) -> None:
    cell.para(("italic", said("copies")), size=8.4)
    cell.para(said("copy_addressee"), size=8, squeeze=0.95)
    if unit:
        cell.para(said("copy_desk", unit=unit), size=8, squeeze=0.95)
    cell.para(said("copy_file"), size=8, squeeze=0.95)
    cell.gap(4)
    cell.items.append(Item(_SYMBOL, symbols=[(-4, 0, _SYMBOL, symbol_of(code))]))


def _signature(cell: Story, said: Headings, signer: SignerRow) -> None:
    title = signer.title.upper() or said("signer")
    if signer.for_head:
        title = said("for_head", title=title)
    cell.para(("bold", title), size=fitting(cell, title, 9.4), align="centre")
    cell.para(("italic", said("sign_here")), size=8.4, align="centre", squeeze=0.95)
    cell.gap(_ROOM)
    cell.para(("bold", signer.name), size=9.6, align="centre")
