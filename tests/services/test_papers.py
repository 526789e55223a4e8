"""Issued papers: numbered, hashed, kept, printed again."""

from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Role
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.services.papers import (
    DocumentNotIssued,
    PaperNumber,
    PapersVoid,
    Reprinted,
    issue_document,
    lock_for_printing,
    next_paper_number,
    reprint,
    void_documents,
)
from onestop.services.reception import void_reception
from tests.conftest import NOW
from tests.factories import DESK, Province, make_province, make_staff, receive


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province: Province) -> Actor:
    return make_staff(session, Role.CLERK, province[DESK])


def issue(session: Session, clerk: Actor, content: bytes = b"%PDF first") -> int:
    desk = clerk.assignments[0].agency_id
    return issue_document(
        session,
        kind="receipt",
        dossier_id=receive(session, clerk).dossier_id,
        agency_id=desk,
        content=content,
        form_edition="tt-03-2025",
        actor=clerk.user_id,
        at=NOW,
        dossier_version=1,
        number=next_paper_number(session, desk, "receipt", at=NOW),
    )


def row(session: Session, document_id: int) -> IssuedDocument:
    return session.scalars(select(IssuedDocument).where(IssuedDocument.id == document_id)).one()


def stamped(content: bytes, n: int) -> bytes:
    return content + f" print {n}".encode()


def test_a_paper_keeps_its_bytes_their_hash_and_its_number(session: Session, clerk: Actor) -> None:
    document = row(session, issue(session, clerk))

    assert document.content == b"%PDF first"
    assert document.sha256 == sha256(b"%PDF first").hexdigest()
    assert (document.number, document.year, document.print_number) == (1, 2026, 1)


def test_numbers_of_one_kind_follow_each_other_without_a_gap(
    session: Session, province: Province
) -> None:
    desk = province[DESK]

    receipts = [next_paper_number(session, desk, "receipt", at=NOW).number for _ in range(3)]

    assert receipts == [1, 2, 3]
    assert next_paper_number(session, desk, "control_slip", at=NOW) == PaperNumber(1, 2026)


def test_requests_and_refusals_share_the_series_of_guidance_slips(
    session: Session, province: Province
) -> None:
    desk = province[DESK]

    kinds = ("supplement_request", "rejection", "supplement_request")
    taken = [next_paper_number(session, desk, kind, at=NOW).number for kind in kinds]

    assert taken == [1, 2, 3]


def test_a_reprint_is_a_row_of_its_own_without_a_new_number(session: Session, clerk: Actor) -> None:
    first = issue(session, clerk)

    again = reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)

    copy = row(session, again.document_id)
    assert again.print_number == copy.print_number == 2
    assert (copy.reprint_of, copy.number) == (first, None)
    assert copy.content == b"%PDF first print 2"
    assert row(session, first).content == b"%PDF first"


def test_every_reprint_stamps_the_stored_paper_and_counts_on(
    session: Session, clerk: Actor
) -> None:
    first = issue(session, clerk)
    reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)

    third = reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)

    assert third == Reprinted(third.document_id, 3)
    assert row(session, third.document_id).content == b"%PDF first print 3"


def test_a_reprint_cannot_be_reprinted(session: Session, clerk: Actor) -> None:
    first = issue(session, clerk)
    again = reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)

    with pytest.raises(DocumentNotIssued):
        reprint(session, again.document_id, stamp=stamped, actor=clerk.user_id, at=NOW)


def test_an_erased_paper_cannot_be_printed_again(session: Session, clerk: Actor) -> None:
    first = issue(session, clerk)
    row(session, first).content = None
    session.flush()

    with pytest.raises(DocumentNotIssued):
        reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)


def test_nothing_is_printed_for_an_undone_reception(session: Session, clerk: Actor) -> None:
    first = issue(session, clerk)
    code = session.scalars(select(Dossier.code)).one()
    lock_for_printing(session, code)
    void_reception(session, code, reason="entered_twice", note="", actor=clerk, at=NOW)

    assert row(session, first).voided_at == NOW
    with pytest.raises(PapersVoid):
        reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)
    with pytest.raises(PapersVoid):
        lock_for_printing(session, code)


def test_papers_of_an_undone_reception_are_void_and_stay(session: Session, clerk: Actor) -> None:
    document = row(session, issue(session, clerk))

    void_documents(session, int(document.dossier_id or 0), at=NOW)

    session.refresh(document)
    assert document.voided_at == NOW
    assert document.content == b"%PDF first"


def test_a_paper_never_belongs_to_a_dossier_and_a_visit(session: Session, clerk: Actor) -> None:
    with pytest.raises(ValueError, match="dossier or to a visit"):
        issue_document(
            session,
            kind="receipt",
            agency_id=clerk.assignments[0].agency_id,
            content=b"",
            form_edition="tt-03-2025",
            actor=clerk.user_id,
            at=NOW,
            dossier_id=1,
            visit_id=1,
        )


def test_a_paper_of_an_agency_says_what_it_is_about(session: Session, clerk: Actor) -> None:
    first = issue_document(
        session,
        kind="day_sheet",
        subject="2026-03-02",
        agency_id=clerk.assignments[0].agency_id,
        content=b"%PDF day",
        form_edition="2025",
        actor=clerk.user_id,
        at=NOW,
    )
    again = reprint(session, first, stamp=stamped, actor=clerk.user_id, at=NOW)

    assert row(session, first).subject == "2026-03-02"
    assert row(session, again.document_id).subject == "2026-03-02"
