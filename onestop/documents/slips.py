"""Slips at the desk: request to complete a dossier, its guidance variant, refusal to receive."""

from onestop.documents.blocks import is_narrow, qr_block, signatures
from onestop.documents.forms import form_story, render_form
from onestop.documents.headings import Headings
from onestop.documents.layout import Density, Item, Story
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered
from onestop.documents.wording import local, long_moment
from onestop.queries.papers import PersonRow, RejectionRow, SupplementRow

_SYMBOL = 58.0
"""Side in points of the code's QR, modules of half a millimetre and more."""


def render_supplement_request(row: SupplementRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the request to complete a dossier as PDF.

    Source: docs/rules.md, rule P2.
    """
    return _supplement(row, paper)


def render_guidance(row: SupplementRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the slip of a visit where nothing was received: the same form and a QR.

    The QR holds `row.link`, which reopens the visit until `row.kept_until`.
    Source: docs/rules.md, rule P2.
    """
    return _supplement(row, paper)


def render_rejection(row: RejectionRow, *, paper: PaperSize = PaperSize.A5) -> Rendered:
    """Return the refusal to receive a dossier, or to handle one that was received, as PDF.

    Source: docs/rules.md, rule P2.
    """
    said = Headings(row.form)
    refuse = said("refuse_handled", agency=row.refused) if row.refused else said("refuse")
    reason = said.reason(row.because, row.reason) if row.because else row.reason

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        _code(story, said, row.code)
        story.field(said("unit"), row.reception_unit)
        story.field(said("applicant"), row.applicant.name, bold=True)
        _address(story, said, row.applicant)
        story.field(said("request"), row.request)
        story.para(refuse, before=4, keep=True)
        _paragraphs(story, reason)
        _result(story, said, row)
        story.para(said("inform"), before=4)
        signers = (
            (said("sign_submitter"), (row.submitter or row.applicant).name),
            (said("sign_receiver"), row.refused_by),
        )
        signatures(story, said("sign_here"), *signers, room=40)
        if row.code:
            _for_the_desk(story, said, row.code)
        return story

    return render_form(compose, row, running=said("continued"), paper=paper)


def _supplement(row: SupplementRow, paper: PaperSize) -> Rendered:
    said = Headings(row.form)

    def compose(density: Density, width: float) -> Story:
        story = form_story(row, density, width)
        _code(story, said, row.code)
        story.field(said("unit"), row.reception_unit)
        story.field(said("applicant"), row.applicant.name, bold=True)
        story.field(said("request"), row.request)
        _address(story, said, row.applicant)
        story.para(said("ask"), before=4, keep=True)
        for n, item in enumerate(row.items, 1):
            story.para(f"{n}. {item}", indent=12, hang=12)
        story.para(said("reason"), row.reason, before=4, leader=not row.reason)
        _term(story, said, row)
        _contact(story, said, row)
        signatures(story, said("sign_here"), (said("sign_guide"), row.guided_by), room=40)
        if row.link:
            _reopening(story, said, row)
        elif row.code:
            _for_the_desk(story, said, row.code)
        return story

    return render_form(compose, row, running=said("continued"), paper=paper)


def _code(story: Story, said: Headings, code: str) -> None:
    if code:
        story.para(said("code"), ("bold", code), align="centre", before=1)
    story.gap(4)


def _address(story: Story, said: Headings, person: PersonRow) -> None:
    story.field(said("address"), person.address)
    story.fields((said("phone"), person.phone), (said("email"), person.email))


def _paragraphs(story: Story, text: str) -> None:
    for line in text.splitlines() or [""]:
        story.para(line or " ", indent=12, leader=not line.strip())


def _result(story: Story, said: Headings, row: RejectionRow) -> None:
    """Add which paper of the agency that decided goes with this one."""
    if row.result and row.result_on is not None:
        what = said("result_on", number=row.result, day=f"{row.result_on:%d/%m/%Y}")
        story.field(said("result"), what)


def _term(story: Story, said: Headings, row: SupplementRow) -> None:
    """Add until when to bring the papers, and what bringing them at once leads to."""
    zone = row.letterhead.zone
    if row.bring_by is not None:
        until = f"{local(row.bring_by, zone):%d/%m/%Y}"
        story.para(said("bring_by"), ("bold", said("bring_by_day", day=until)), before=4)
    if row.if_brought is not None:
        brought_at, due_at = row.if_brought
        day = f"{local(brought_at, zone):%d/%m/%Y}"
        story.para(
            said("due_if_brought", day=day),
            ("bold", long_moment(due_at, zone)),
            before=2,
        )


def _contact(story: Story, said: Headings, row: SupplementRow) -> None:
    who = ", ".join(filter(None, (row.contact_name, row.contact_phone)))
    story.para(
        said("contact"),
        ("bold", who or "……………………………"),
        said("contact_end"),
        before=4,
    )


def _for_the_desk(story: Story, said: Headings, code: str) -> None:
    """Add a QR of the dossier code: whoever brings the papers is found by a scan."""
    symbol = Story(_SYMBOL, story.density)
    symbol.items.append(Item(_SYMBOL, symbols=[(0, 0, _SYMBOL, symbol_of(code))]))
    text = Story(story.width - _SYMBOL - 6, story.density)
    text.para(("italic", said("bring_slip")), size=8.2, before=_SYMBOL / 2 - 6)
    piece = Story(story.width, story.density)
    piece.beside((0, symbol), (_SYMBOL + 6, text))
    story.gap(6)
    for item in piece.items:
        item.at_bottom = True
    story.items += piece.items
    story.replaced += piece.replaced


def _reopening(story: Story, said: Headings, row: SupplementRow) -> None:
    text = Story(story.width if is_narrow(story) else story.width - 92, story.density)
    text.para(("bold", said("return")), size=9.5)
    text.para(said("return_typed"), size=8.2, before=2)
    if row.kept_until:
        until = f"{row.kept_until:%d/%m/%Y}"
        text.para(said("return_until", day=until), size=8.2)
    piece = qr_block(story, symbol_of(row.link), text, [(row.link, 6.8)])
    piece.at_bottom = True
    story.gap(6)
    story.items.append(piece)
