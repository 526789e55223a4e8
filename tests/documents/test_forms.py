"""Every statutory form in both editions, field by field; other headings; bad input; every size."""

from collections.abc import Iterator
from dataclasses import fields, replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from onestop.documents.headings import EVERY, HEADINGS, Headings, filled, unknown_headings
from onestop.documents.renderers import RENDERERS
from onestop.documents.sheets import PaperSize
from onestop.documents.stamp import stamp_reprint
from onestop.domain.events import Channel, Delivery
from onestop.domain.form_editions import FormKind
from onestop.domain.reasons import OTHER, REASONS
from onestop.domain.statuses import Action
from onestop.inputs.form_editions import form_editions
from onestop.queries.papers import FeeRow, FormRow, PaperRow, PersonRow, PhaseRow
from tests.conftest import NOW
from tests.documents.form_fields import EDITIONS, KINDS, ROWS, checked, heading_of, paper_of
from tests.documents.paper_rows import (
    apology_row,
    bulk_receipt_row,
    guidance_row,
    receipt_row,
    refused_row,
    stop_notice_row,
)
from tests.documents.reading import boxes_of, overlaps, squeezed, text_of, touched_marks

HOSTILE = (
    "<b>An <img src=/etc/passwd>",
    "An\x00\x07\x1b[31m Bình",
    "An \u202egnoD\u202c \u200fBình",
    "Ế" * 5000,
    "Tra\u0302\u0300n Thi\u0323 A\u0301nh",
    "Đào 🎉👩‍👩‍👧 Hoa",
    "=HYPERLINK(1)",
)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_form_stands_in_its_order(kind: FormKind, edition: str) -> None:
    found = list(checked(kind, edition))

    assert len(found) > 12
    assert [one.field for one in found if not one.present] == []
    assert [one.field for one in found if not one.in_order] == []


def test_only_the_forms_of_an_edition_name_its_circular() -> None:
    assert "Mẫu số" not in text_of(paper_of(FormKind.STOP_NOTICE, "2018"))
    assert "Thông tư" not in text_of(paper_of(FormKind.STOP_NOTICE, "2018"))
    assert heading_of(FormKind.CONTROL_SLIP, "2018").number == "05"
    assert heading_of(FormKind.CONTROL_SLIP, "2025").number == "06"


@pytest.mark.parametrize("kind", HEADINGS)
def test_every_heading_of_a_form_can_be_another(kind: FormKind) -> None:
    """Each text is replaced by a word of its own: all of them are printed, and none of ours."""
    headings = {key: f"@{n:03}@" for n, key in enumerate(HEADINGS[kind])}
    form = FormRow(kind.value, "@TITLE@", "@NO@", "@LAW@", headings)
    printed = squeezed("".join(text_of(pdf) for pdf in variants(kind, form)))

    unprinted = {key for key, word in headings.items() if word not in printed}

    # Not every form has an e-mail address; the column of "TT" is too narrow for such a word.
    assert unprinted <= {*EVERY, "column_number"}
    for ours in ("Mãhồsơ:", "Sốđiệnthoại", "CỘNGHÒA", "(Kývà", "Hẹntrả", "Lýdo"):
        assert ours not in printed


def variants(kind: FormKind, form: FormRow) -> Iterator[bytes]:
    """Papers of a kind that print every text it has."""
    row = ROWS[kind](form=form)
    rows: list[Any] = [row]
    size = PaperSize.A5
    if kind is FormKind.RECEIPT:
        person = replace(row.applicant, id_number="001300123456")
        full = replace(
            row,
            applicant=person,
            submitter=person,
            first_phase=NOW,
            second_phase=PhaseRow(NOW, NOW),
            fees=(FeeRow("1", 1), FeeRow("2", 2)),
            replaced_at=NOW,
            first_due_at=NOW,
            uncounted=("3",),
            request="4 " * 2000,
        )
        rows = [replace(full, channel=channel) for channel in Channel]
        rows += [replace(row, papers_in_table=True, delivery=delivery) for delivery in Delivery]
        yield RENDERERS["bulk_receipt"](bulk_receipt_row(form=form)).pdf
    elif kind is FormKind.SUPPLEMENT_REQUEST:
        rows += [replace(row, bring_by=NOW, if_brought=(NOW, NOW)), guidance_row(form=form)]
    elif kind is FormKind.REJECTION:
        rows += [refused_row(form=form, because=code) for code in reasons_of(kind)]
    elif kind in (FormKind.APOLOGY_EXTENSION, FormKind.STOP_NOTICE):
        codes = reasons_of(kind)
        rows += [replace(row, reason=code) for code in codes]
        for for_head in (False, True):
            rows.append(replace(row, signer=replace(row.signer, title="", for_head=for_head)))
        if kind is FormKind.STOP_NOTICE:
            asked = (FeeRow("", 5),)
            rows += [replace(row, asked_by="", paid=()), replace(row, paid=asked, fee_kept=True)]
    elif kind is FormKind.CONTROL_SLIP:
        hand_overs = [replace(one, from_stand_in="6") for one in row.hand_overs]
        rows.append(replace(row, hand_overs=tuple(hand_overs)))
        yield RENDERERS[kind.value](row, paper=PaperSize.ROLL_80).pdf
    for one in rows:
        yield RENDERERS[kind.value](one, paper=size).pdf


def reasons_of(kind: FormKind) -> list[str]:
    return [key.removeprefix("reason_") for key in HEADINGS[kind] if "reason_" in key]


def test_the_shipped_editions_override_only_what_is_printed() -> None:
    assert unknown_headings(form_editions()) == []


def test_a_misspelt_key_is_named() -> None:
    first = form_editions()[0]
    receipt = replace(first.forms[FormKind.RECEIPT], headings={"recieved": "4."})
    bad = replace(first, forms={**first.forms, FormKind.RECEIPT: receipt})

    assert unknown_headings([bad]) == ["2018: receipt.recieved"]


def test_a_text_in_braces_is_filled_once_and_runs_nothing() -> None:
    assert filled("{a} {b} {a.__class__}", a="{b}", b="x") == "{b} x {a.__class__}"


def test_every_reason_of_a_letter_has_words() -> None:
    apology, stop, refusal = (
        HEADINGS[kind]
        for kind in (FormKind.APOLOGY_EXTENSION, FormKind.STOP_NOTICE, FormKind.REJECTION)
    )

    assert {f"reason_{code}" for code in REASONS[Action.EXTEND]} <= apology.keys()
    assert {f"reason_{code}" for code in REASONS[Action.STOP]} <= stop.keys()
    assert {f"reason_{code}" for code in REASONS[Action.ACCEPT_RESULT]} <= refusal.keys()
    letter = Headings(FormRow("stop_notice", ""))
    assert letter.reason(OTHER, "Theo đơn.") == "Theo đơn."
    assert letter.reason("older_code", "") == "older_code"


@pytest.mark.parametrize("kind", ROWS)
def test_whatever_is_typed_every_form_is_made(kind: FormKind) -> None:
    for n, value in enumerate(HOSTILE):
        row = _with_everywhere(ROWS[kind](form=heading_of(kind, "2025")), value)
        paper = (PaperSize.A5, PaperSize.ROLL_80)[n % 2]
        made = RENDERERS[kind.value](row, paper=paper)
        shown = squeezed(text_of(made.pdf))
        # How long ones flow is looked at below.
        assert len(value) > 1000 or overlaps(boxes_of(made.pdf)) == []
        assert not set(shown) & set("\x00\x07\x1b\u202e\u202c\u200f")
        assert squeezed("Trần Thị Ánh") in shown or "A\u0301" not in value
        assert "<img" in shown or "<img" not in value


def _with_everywhere(row: Any, value: str) -> Any:
    """The row with `value` in every text that somebody types."""
    person = PersonRow(value, value, value, value, value)
    changes: dict[str, Any] = {
        "applicant": person,
        "submitter": person,
        "addressee": person,
        "applicant_name": value,
        "request": value,
        "note": value,
        "items": (value, "2"),
        "papers": (PaperRow(value, originals=1),),
    }
    known = {field.name for field in fields(row)}
    if "reason" in known and "note" not in known:
        changes["reason"] = value
    return replace(row, **{name: new for name, new in changes.items() if name in known})


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("paper", list(PaperSize))
def test_long_papers_flow_on_with_heading_and_page_numbers(
    kind: FormKind, paper: PaperSize
) -> None:
    title = "Thủ tục có tên rất dài của ngành và lĩnh vực quản lý " * 12  # 636 letters
    row = ROWS[kind](form=heading_of(kind, "2025"))
    known = {field.name for field in fields(row)}
    papers = tuple(
        PaperRow(f"Giấy tờ thứ {n} " + "có tên dài " * 12, originals=1) for n in range(40)
    )
    changes = {
        "request": title,
        "papers": papers,
        "items": tuple(paper.name for paper in papers),
        "reason": "Nội dung lý do dài. " * 400,
        "note": "Nội dung ghi chú dài. " * 200,
        "lead_agency": title * 6,
        "is_sample": True,
    }
    if "note" in known:
        del changes["reason"]
    made = RENDERERS[kind.value](
        replace(row, **{name: value for name, value in changes.items() if name in known}),
        paper=paper,
    )

    within_the_paper(made.pdf)
    assert touched_marks(stamp_reprint(made.pdf, 12, NOW, zone="Asia/Ho_Chi_Minh")) == []
    text = text_of(made.pdf)
    assert paper is PaperSize.ROLL_80 or ("Trang 2/" in text and "(tiếp theo)" in text)


def within_the_paper(pdf: bytes) -> None:
    """Nothing lies over something else or beyond the edge of its page."""
    boxes = boxes_of(pdf)
    pages = PdfReader(BytesIO(pdf)).pages
    assert overlaps(boxes) == []
    for box in boxes:
        page = pages[box.page].mediabox
        assert box.left > 5
        assert box.bottom > 2
        assert box.right < page.width - 5
        assert box.top < page.height - 2


@pytest.mark.parametrize("paper", [PaperSize.A5, PaperSize.ROLL_80])
def test_a_receipt_for_many_dossiers_flows_on(paper: PaperSize) -> None:
    entry = bulk_receipt_row().entries[0]
    long = replace(entry, request="Thủ tục có tên rất dài " * 27, applicant_name="Ế" * 900)
    made = RENDERERS["bulk_receipt"](bulk_receipt_row(entries=(entry, long) * 6), paper=paper)

    within_the_paper(made.pdf)
    text = squeezed(text_of(made.pdf))
    assert "12.Mãhồsơ:" in text
    assert paper is PaperSize.ROLL_80 or "Trang3/" in text


@pytest.mark.parametrize("kind", ROWS)
def test_a_reprint_is_the_stored_file_under_a_stamp(kind: FormKind) -> None:
    stored = paper_of(kind, "2025")
    again = stamp_reprint(stored, 2, NOW, zone="Asia/Ho_Chi_Minh")

    assert again.startswith(stored)
    assert "Bản in lần 2 – 8 giờ 30 phút, ngày 02/03/2026" in text_of(again)


def test_a_letter_signed_for_the_head_says_so() -> None:
    apology = apology_row()
    signer = replace(apology.signer, title="Chủ tịch", for_head=True)

    text = text_of(RENDERERS["apology_extension"](replace(apology, signer=signer)).pdf)

    assert "KT. CHỦ TỊCH" in text


def test_a_notice_without_fees_or_a_hand_leaves_room_for_it() -> None:
    row = stop_notice_row()
    row = replace(row, asked_by="", paid=(), signer=replace(row.signer, name="", title=""))

    text = text_of(RENDERERS["stop_notice"](row).pdf)

    assert "Phí, lệ phí đã nộp: chưa nộp khoản nào" in text
    assert "không có; dừng khi hết thời hạn" in text
    assert "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ" in text


def test_the_shipped_keys_are_words() -> None:
    for kind, texts in HEADINGS.items():
        assert set(EVERY) <= texts.keys(), kind
        assert all(key.replace("_", "").isalpha() for key in texts), kind


def test_forty_papers_in_a_table_flow_on_too() -> None:
    papers = tuple(PaperRow(f"Giấy tờ thứ {n}", originals=1, copies=2) for n in range(40))
    for paper in PaperSize:
        made = RENDERERS["receipt"](receipt_row(papers=papers, papers_in_table=True), paper=paper)

        assert overlaps(boxes_of(made.pdf)) == []
        assert "Giấy tờ thứ 39" in text_of(made.pdf)
