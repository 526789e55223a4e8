"""What every row of a printed paper begins with: the edge's part, letterhead, people, names."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.form_editions import FormEdition, FormKind, form_edition_of, titled_form
from onestop.domain.office_time import OFFICE_ZONE
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.procedures import ProcedureSpec
from onestop.models.accounts import User
from onestop.models.agencies import Agency, Desk
from onestop.models.dossiers import Dossier, Party
from onestop.models.procedures import ProcedureEdition
from onestop.models.reception import Visit
from onestop.queries.papers import FormRow, LetterheadRow, PersonRow

ZONE = OFFICE_ZONE.key
NOBODY = PersonRow("")


@dataclass(frozen=True, slots=True)
class Printing:
    """What the edge knows of a paper to be made.

    number     its number in the agency's series, None for a paper without one.
    forms      the editions of the statutory forms (data/form-editions).
    base_url   what links on the paper begin with, without a slash at the end.
    reasons    words of reason codes, in Vietnamese as every paper is.
    """

    at: datetime
    forms: Sequence[FormEdition]
    base_url: str
    number: int | None = None
    reasons: Mapping[str, str] | None = None
    is_sample: bool = False

    def reason(self, code: str) -> str:
        """The words of a reason code; a code nobody named is printed as it is."""
        return (self.reasons or {}).get(code, code)


@dataclass(frozen=True, slots=True)
class Head:
    """Form, letterhead and agency of a paper, together because they come from one agency."""

    form: FormRow
    letterhead: LetterheadRow
    agency: Agency


def head_of(
    session: Session,
    agency_id: int,
    kind: FormKind,
    printing: Printing,
    on: date,
    *,
    edition: str = "",
) -> tuple[FormRow, LetterheadRow]:
    """Form and letterhead of a paper of `kind` that an agency issues, in the edition of `on`.

    `edition` is the key of the edition that a dossier was received under: it goes before `on`.
    """
    head = paper_head(session, agency_id, kind, printing, on, edition=edition)
    return head.form, head.letterhead


def paper_head(
    session: Session,
    agency_id: int,
    kind: FormKind,
    printing: Printing,
    on: date,
    *,
    edition: str = "",
) -> Head:
    """The same with the agency beside it. A form its edition lacks has no number and no circular.

    Source: docs/rules.md, rules F4, P2.
    """
    agency = session.get_one(Agency, agency_id)
    forms = form_edition_of(printing.forms, edition, on)
    serial = ""
    if printing.number is not None:
        suffix = titled_form(printing.forms, forms, kind).serial_suffix
        serial = "/".join(filter(None, (f"{printing.number:04}", suffix)))
    return Head(
        form_row(printing.forms, forms, kind),
        LetterheadRow(
            parent=agency.header_parent,
            unit=agency.header_name,
            place=agency.place,
            issued_at=printing.at,
            zone=ZONE,
            serial=serial,
        ),
        agency,
    )


def form_row(editions: Sequence[FormEdition], edition: FormEdition, kind: FormKind) -> FormRow:
    """The heading of a form in an edition; without a number where the edition has no such form.

    Source: docs/rules.md, rules F4, P2.
    """
    form = titled_form(editions, edition, kind)
    nation, motto = edition.motto
    return FormRow(
        kind=kind.value,
        title=form.title,
        number=form.number,
        legal_basis=edition.name if edition.form(kind) else "",
        headings={"nation": nation, "motto": motto, **(form.headings or {})},
        edition=edition.key,
    )


def dossier_head(
    session: Session, d: Dossier, kind: FormKind, printing: Printing, *, agency_id: int = 0
) -> Head:
    """The head of a paper of a dossier, by default of the agency that received it.

    The edition is the one the dossier was received under.
    """
    agency = agency_id or d.receiving_agency_id
    return paper_head(session, agency, kind, printing, d.number_day, edition=d.form_edition)


def desk_paper(session: Session, dossier_id: int) -> str:
    """The paper of the desk that received a dossier, "A5" when it came in at none."""
    size = session.scalar(
        select(Desk.paper_size)
        .join(Dossier, Dossier.desk_id == Desk.id)
        .where(Dossier.id == dossier_id)
    )
    return size or "A5"


def dossier_of(session: Session, dossier_id: int) -> Dossier:
    """The row of a dossier. Raises LookupError."""
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise LookupError(f"no dossier {dossier_id}")
    return found


def visit_of(session: Session, visit_id: int) -> tuple[Visit, dict[str, Any]]:
    """A visit and the form it left, empty once erased. Raises LookupError."""
    found = session.get(Visit, visit_id)
    if found is None:
        raise LookupError(f"no visit {visit_id}")
    return found, json.loads(found.form) if found.form else {}


def spec_of(session: Session, edition_id: int) -> ProcedureSpec:
    """The edition of a procedure."""
    return procedure_from_body(session.get_one(ProcedureEdition, edition_id).body)


def name_of(session: Session, user_id: int) -> str:
    """What a member of staff is called; "" for nobody known."""
    return session.scalar(select(User.display_name).where(User.id == user_id)) or ""


def people_of(session: Session, dossier_id: int) -> dict[str, PersonRow]:
    """The people of a dossier as printed, by their role in it."""
    parties = session.scalars(select(Party).where(Party.dossier_id == dossier_id))
    return {party.role: person_of(party) for party in parties}


def person_of(party: Party) -> PersonRow:
    """One person as printed."""
    return PersonRow(
        name=party.name,
        address=party.address or "",
        phone=party.phone or "",
        email=party.email or "",
        id_number=party.id_number or "",
    )


def typed_person(form: Mapping[str, Any]) -> PersonRow:
    """The applicant of a visit's form."""
    typed = form.get("applicant", {})
    return PersonRow(
        name=typed.get("name", ""),
        address=typed.get("address", ""),
        phone=typed.get("phone", ""),
        email=typed.get("email", ""),
        id_number=typed.get("id_number", ""),
    )


def paper_names(spec: ProcedureSpec, codes: Sequence[str]) -> tuple[str, ...]:
    """What the papers of these codes are called."""
    names = {paper.code: paper.name for paper in spec.papers}
    return tuple(names.get(code, code) for code in codes if code)


def sentences(*texts: str) -> str:
    """The texts as sentences one after the other, each with one full stop."""
    return ". ".join(text.rstrip(".") for text in texts if text) + ("." if any(texts) else "")
