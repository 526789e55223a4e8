"""The rows of receipts of the counter: for a result collected, for a fee paid, for a cash box."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.events import Recorded, ResultReturned, StepFinished, from_body
from onestop.domain.names import nfc
from onestop.domain.payments import Payment, paid
from onestop.domain.procedures import ProcedureSpec
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier
from onestop.models.events import DossierEvent, PersonalValue
from onestop.models.procedures import ProcedureEdition
from onestop.queries.desk_papers import (
    FeeLineRow,
    FeeReceiptRow,
    FeeSheetPaperRow,
    ResultReceiptRow,
)
from onestop.queries.dossier_history import recorded_events
from onestop.queries.fees import latest_payment
from onestop.queries.paper_rows.printing import (
    NOBODY,
    ZONE,
    Printing,
    dossier_of,
    name_of,
    people_of,
    spec_of,
)
from onestop.queries.papers import FormRow, LetterheadRow

TITLES = {
    "result_receipt": "GIẤY BIÊN NHẬN TRẢ KẾT QUẢ",
    "fee_receipt": "BIÊN LAI THU PHÍ, LỆ PHÍ",
    "fee_sheet": "BẢNG KÊ THU PHÍ, LỆ PHÍ",
    "result_list": "PHIẾU BÀN GIAO KẾT QUẢ",
    "day_sheet": "BẢNG NGÀY CỦA BỘ PHẬN MỘT CỬA",
}
"""What the papers are called that no circular prescribes."""
_SUFFIXES = {
    "result_receipt": "BNTKQ",
    "fee_receipt": "BL",
    "fee_sheet": "BKTP",
    "result_list": "BGKQ",
    "day_sheet": "BN",
}
REFUSED = "Văn bản từ chối giải quyết"


def desk_head(
    session: Session, agency_id: int, kind: str, printing: Printing
) -> tuple[FormRow, LetterheadRow, Agency]:
    """Title, letterhead and agency of a paper of the counter that no circular prescribes."""
    agency = session.get_one(Agency, agency_id)
    serial = "" if printing.number is None else f"{printing.number:04}/{_SUFFIXES[kind]}"
    letterhead = LetterheadRow(
        parent=agency.header_parent,
        unit=agency.header_name,
        place=agency.place,
        issued_at=printing.at,
        zone=ZONE,
        serial=serial,
    )
    return FormRow(kind, TITLES[kind]), letterhead, agency


def result_receipt_row(
    session: Session, dossier_id: int, printing: Printing, *, others: Sequence[str] = ()
) -> ResultReceiptRow | None:
    """What the citizen signs who collected the result, or None while nobody has.

    `others` are codes of dossiers whose results the same person took with it.
    """
    recorded = recorded_events(session, dossier_id)
    returned = last_return(recorded)
    if returned is None or not isinstance(returned.event, ResultReturned):
        return None
    d = dossier_of(session, dossier_id)
    spec = spec_of(session, d.procedure_edition_id)
    form, letterhead, agency = desk_head(session, d.receiving_agency_id, "result_receipt", printing)
    said = _said(session, dossier_id, [ref.id for ref in returned.event.personal])
    return ResultReceiptRow(
        form=form,
        letterhead=letterhead,
        code=d.code,
        reception_unit=agency.name,
        applicant=people_of(session, dossier_id).get("applicant", NOBODY),
        request=spec.name,
        result=_result(d, spec),
        result_number=result_numbers(session, [dossier_id]).get(dossier_id, ""),
        taker=said.get("taker", ""),
        checked=said.get("note", ""),
        delivery=returned.event.delivery,
        paid=paid(one.event for one in recorded),
        returned_at=returned.occurred_at,
        returned_by=name_of(session, returned.actor),
        others=_others(session, others),
        is_sample=printing.is_sample,
    )


def _result(d: Dossier, spec: ProcedureSpec) -> str:
    return REFUSED if d.outcome == "refused" else spec.result_name or spec.name


def _others(session: Session, codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found = session.scalars(select(Dossier).where(Dossier.code.in_(codes)).order_by(Dossier.code))
    return tuple((d.code, _result(d, spec_of(session, d.procedure_edition_id))) for d in found)


def last_return(recorded: Sequence[Recorded]) -> Recorded | None:
    """The last time the result was handed over, or None."""
    found = [one for one in recorded if isinstance(one.event, ResultReturned)]
    return found[-1] if found else None


def fee_receipt_row(session: Session, dossier_id: int, printing: Printing) -> FeeReceiptRow | None:
    """What the receipt for the last sum taken says, or None when nothing was taken."""
    payment = latest_payment(session, dossier_id)
    if payment is None:
        return None
    d = dossier_of(session, dossier_id)
    spec = spec_of(session, d.procedure_edition_id)
    form, letterhead, agency = desk_head(session, d.receiving_agency_id, "fee_receipt", printing)
    people = people_of(session, dossier_id)
    return FeeReceiptRow(
        form=form,
        letterhead=letterhead,
        code=d.code,
        reception_unit=agency.name,
        payer=people.get("submitter") or people.get("applicant", NOBODY),
        request=spec.name,
        fees=fee_names(spec),
        amount=payment.amount,
        taken_at=payment.at,
        taken_by=name_of(session, payment.clerk_id),
        is_sample=printing.is_sample,
    )


def fee_names(spec: ProcedureSpec) -> str:
    """The fees of a procedure in one line: which part of a sum each made is not kept."""
    return nfc(", ".join(fee.name for fee in spec.fees))


def result_numbers(session: Session, dossiers: Collection[int]) -> dict[int, str]:
    """The number that the registrar gave each result last; those without one are not there."""
    bodies = session.execute(
        select(DossierEvent.dossier_id, DossierEvent.body)
        .where(DossierEvent.dossier_id.in_(dossiers), DossierEvent.type == StepFinished.TYPE)
        .order_by(DossierEvent.dossier_id, DossierEvent.version)
    )
    ids = {
        ref.id: dossier_id
        for dossier_id, body in bodies
        for ref in getattr(from_body(body).event, "personal", ())
        if ref.kind == "result_number"
    }
    rows = session.execute(
        select(PersonalValue.id, PersonalValue.value).where(PersonalValue.id.in_(ids))
    )
    values = {id_: value for id_, value in rows}
    return {dossier_id: values.get(id_) or "" for id_, dossier_id in ids.items()}


def fee_sheet_row(
    session: Session,
    payments: Iterable[tuple[int, Payment]],
    printing: Printing,
    *,
    agency_id: int,
    clerk_id: int,
    day: date,
    part: int,
    counted: int,
    reason: str,
) -> FeeSheetPaperRow:
    """The sheet of a cash box about to be locked, with its payments as (dossier id, payment)."""
    lines = list(payments)
    form, letterhead, agency = desk_head(session, agency_id, "fee_sheet", printing)
    ids = sorted({dossier_id for dossier_id, _ in lines})
    dossiers = {
        row.id: row
        for row in session.execute(
            select(Dossier.id, Dossier.code, ProcedureEdition.name)
            .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
            .where(Dossier.id.in_(ids))
        )
    }
    return FeeSheetPaperRow(
        form=form,
        letterhead=letterhead,
        reception_unit=agency.name,
        clerk=name_of(session, clerk_id),
        day=day,
        part=part,
        lines=tuple(
            FeeLineRow(
                at=payment.at,
                code=dossiers[dossier_id].code,
                procedure=dossiers[dossier_id].name,
                kind=payment.kind,
                amount=payment.amount,
            )
            for dossier_id, payment in lines
        ),
        counted=counted,
        reason=reason,
        is_sample=printing.is_sample,
    )


def _said(session: Session, dossier_id: int, ids: Sequence[str]) -> dict[str, str]:
    """Personal values of one event by kind; erased ones are not there."""
    rows = session.execute(
        select(PersonalValue.kind, PersonalValue.value).where(
            PersonalValue.dossier_id == dossier_id, PersonalValue.id.in_(ids)
        )
    )
    return {kind: value for kind, value in rows if value}
