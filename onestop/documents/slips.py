"""Slips at the desk: request to complete a dossier, its guidance variant, refusal to receive."""

from typing import Final

from onestop.documents.blocks import (
    form_title,
    is_narrow,
    letterhead,
    plain_title,
    qr_block,
    signatures,
)
from onestop.documents.layout import Density, Story
from onestop.documents.qr import symbol_of
from onestop.documents.sheets import PaperSize, Rendered, render
from onestop.documents.wording import local, long_moment
from onestop.queries.papers import PersonRow, RejectionRow, SupplementRow

_UNIT_LABEL = "Bộ phận tiếp nhận và trả kết quả:"
_ASK = "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:"
_REFUSE: Final = (
    "Qua xem xét, nơi tiếp nhận thông báo không tiếp nhận, giải quyết hồ sơ này"
    " với lý do cụ thể như sau:"
)
_INFORM = "Xin thông báo cho Ông/Bà được biết và thực hiện."


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
    """Return the refusal to receive a dossier as PDF.

    Source: docs/rules.md, rule P2.
    """

    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        letterhead(story, row.form, row.letterhead)
        form_title(story, row.form.title)
        _code(story, row.code)
        story.field(row.form.heading("unit", _UNIT_LABEL), row.reception_unit)
        _person(story, "Tiếp nhận hồ sơ của:", row.applicant)
        story.field("Nội dung yêu cầu giải quyết:", row.request)
        story.para(row.form.heading("refuse", _REFUSE), before=4, keep=True)
        _paragraphs(story, row.reason)
        story.para(row.form.heading("inform", _INFORM), before=4)
        signers = (
            ("NGƯỜI NỘP HỒ SƠ", row.applicant.name),
            ("NGƯỜI TIẾP NHẬN HỒ SƠ", row.refused_by),
        )
        signatures(story, *signers, room=40)
        return story

    return render(
        compose,
        title=plain_title(row.form),
        running_head=f"{plain_title(row.form)} (tiếp theo)",
        paper=paper,
        is_sample=row.is_sample,
    )


def _supplement(row: SupplementRow, paper: PaperSize) -> Rendered:
    def compose(density: Density, width: float) -> Story:
        story = Story(width, density)
        letterhead(story, row.form, row.letterhead)
        form_title(story, row.form.title)
        _code(story, row.code)
        story.field(row.form.heading("unit", _UNIT_LABEL), row.reception_unit)
        _person(story, "Hồ sơ của:", row.applicant, contact_last=True, request=row.request)
        story.para(row.form.heading("ask", _ASK), before=4, keep=True)
        for n, item in enumerate(row.items, 1):
            story.para(f"{n}. {item}", indent=12, hang=12)
        story.para("Lý do:", row.reason, before=4, leader=not row.reason)
        _term(story, row)
        _contact(story, row)
        signatures(story, ("NGƯỜI HƯỚNG DẪN", row.guided_by), room=40)
        if row.link:
            _reopening(story, row)
        return story

    return render(
        compose,
        title=plain_title(row.form),
        running_head=f"{plain_title(row.form)} (tiếp theo)",
        paper=paper,
        is_sample=row.is_sample,
    )


def _code(story: Story, code: str) -> None:
    if code:
        story.para("Mã hồ sơ:", ("bold", code), align="centre", before=1)
    story.gap(4)


def _person(
    story: Story,
    label: str,
    person: PersonRow,
    *,
    contact_last: bool = False,
    request: str = "",
) -> None:
    """Add who it is; the request stands before the address on the form that wants it so."""
    story.field(label, person.name, bold=True)
    if contact_last:
        story.field("Nội dung yêu cầu giải quyết:", request)
    story.field("Địa chỉ:", person.address)
    story.fields(("Số điện thoại:", person.phone), ("Email:", person.email))


def _paragraphs(story: Story, text: str) -> None:
    for line in text.splitlines() or [""]:
        story.para(line or " ", indent=12, leader=not line.strip())


def _term(story: Story, row: SupplementRow) -> None:
    """Add until when to bring the papers, and what bringing them today leads to."""
    zone = row.letterhead.zone
    if row.bring_by is not None:
        until = f"{local(row.bring_by, zone):%d/%m/%Y}"
        story.para("Bổ sung chậm nhất:", ("bold", f"hết ngày {until}"), before=4)
    if row.due_if_today is not None:
        today = f"{local(row.letterhead.issued_at, zone):%d/%m/%Y}"
        story.para(
            f"Nếu bổ sung đủ ngay trong hôm nay ({today}), dự kiến trả kết quả:",
            ("bold", long_moment(row.due_if_today, zone)),
            before=2,
        )


def _contact(story: Story, row: SupplementRow) -> None:
    who = ", ".join(filter(None, (row.contact_name, row.contact_phone)))
    story.para(
        "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, Ông/Bà liên hệ với",
        ("bold", who or "……………………………"),
        "để được hướng dẫn.",
        before=4,
    )


def _reopening(story: Story, row: SupplementRow) -> None:
    text = Story(story.width if is_narrow(story) else story.width - 92, story.density)
    text.para(("bold", "Khi trở lại, đưa mã này cho cán bộ tiếp nhận."), size=9.5)
    text.para("Không phải khai lại: phần đã kê khai được mở ra từ mã.", size=8.2, before=2)
    if row.kept_until:
        until = f"{row.kept_until:%d/%m/%Y}"
        text.para(f"Nơi tiếp nhận giữ thông tin này đến hết ngày {until}.", size=8.2)
    piece = qr_block(story, symbol_of(row.link), text, [(row.link, 6.8)])
    piece.at_bottom = True
    story.gap(6)
    story.items.append(piece)
