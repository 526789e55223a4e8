"""The day of a one-stop unit, and the results that other units bring to its desk."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from onestop.domain.codes import DossierCode
from onestop.domain.dossier import LIVE, StepStatus
from onestop.domain.events import Delivery, ReceptionVoided, ResultReturned
from onestop.domain.office_time import office_date
from onestop.domain.payments import day_span
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.routes import StepKind
from onestop.models.agencies import Agency, Desk
from onestop.models.dossiers import Dossier, Party, Step
from onestop.models.events import DossierEvent
from onestop.models.procedures import ProcedureEdition
from onestop.models.reception import CodeCounter, Visit, VoidedNumber
from onestop.queries.anchors import latest_anchor
from onestop.queries.desk_papers import (
    ClerkTakingsRow,
    DaySheetRow,
    DeskFiguresRow,
    ResultLineRow,
    ResultListRow,
    VoidedRow,
)
from onestop.queries.fees import (
    clerk_names,
    owed_amounts,
    payments_on,
    sheets_of_day,
)
from onestop.queries.money_papers import desk_head, result_numbers
from onestop.queries.paper_rows.printing import Printing, name_of
from onestop.queries.parties import APPLICANT


@dataclass(frozen=True, slots=True)
class GivingUnitRow:
    """A unit from which results lie at the desk that nobody there has accepted."""

    id: int
    name: str
    name_en: str
    count: int


def day_sheet_row(
    session: Session, agency_id: int, day: date, printing: Printing, *, actor_id: int
) -> DaySheetRow:
    """The figures of a local day as the tables have them at `printing.at`.

    Dossiers, visits and void numbers count where they were made, money for who had it in hand.
    Source: docs/rules.md, rules R18, R22, P8, P9.
    """
    form, letterhead, agency = desk_head(session, agency_id, "day_sheet", printing)
    highest = session.scalar(
        select(CodeCounter.last).where(CodeCounter.agency_id == agency_id, CodeCounter.day == day)
    )
    returned, by_post = _returned(session, agency_id, day)
    anchor = latest_anchor(session)
    return DaySheetRow(
        form=form,
        letterhead=letterhead,
        reception_unit=agency.name,
        day=day,
        until=printing.at,
        desks=_desks(session, agency_id, day),
        returned=returned,
        by_post=by_post,
        highest=highest or 0,
        voided=_voided(session, agency, day, printing),
        takings=_takings(session, agency_id, day),
        made_by=name_of(session, actor_id),
        anchor=anchor.hash if anchor else "",
        anchored_at=anchor.at if anchor else None,
        is_sample=printing.is_sample,
    )


def first_day(session: Session, agency_id: int) -> date | None:
    """The local day of an agency's first dossier or visit, or None while there was none."""
    dossier = session.scalar(
        select(func.min(Dossier.number_day)).where(Dossier.receiving_agency_id == agency_id)
    )
    visit = session.scalar(select(func.min(Visit.at)).where(Visit.agency_id == agency_id))
    days = [day for day in (dossier, office_date(visit) if visit else None) if day]
    return min(days, default=None)


def giving_units(session: Session, agency_id: int) -> tuple[GivingUnitRow, ...]:
    """Units whose results wait for the desk to accept them, by name."""
    from_unit = _giver(agency_id)
    rows = session.execute(
        select(Agency.id, Agency.name, Agency.name_en, func.count())
        .join(from_unit, from_unit.c.unit == Agency.id)
        .group_by(Agency.id, Agency.name, Agency.name_en)
        .order_by(Agency.name)
    )
    return tuple(GivingUnitRow(*row) for row in rows)


def waiting_since(session: Session, agency_id: int, unit_id: int) -> datetime | None:
    """Since when the oldest of a unit's results waits for the desk, or None for none."""
    from_unit = _giver(agency_id)
    return session.scalar(
        select(func.min(Step.offered_at))
        .join(from_unit, from_unit.c.dossier == Step.dossier_id)
        .where(from_unit.c.unit == unit_id, Step.kind == StepKind.RETURN, Step.status.in_(LIVE))
    )


def result_list_row(
    session: Session, agency_id: int, unit_id: int, printing: Printing, *, actor_id: int
) -> ResultListRow | None:
    """The results of a unit that wait for the desk, by code, or None when there are none."""
    from_unit = _giver(agency_id)
    rows = session.execute(
        select(Dossier, ProcedureEdition.body, Party.name, Party.address)
        .join(from_unit, from_unit.c.dossier == Dossier.id)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(Party, APPLICANT)
        .where(from_unit.c.unit == unit_id)
        .order_by(Dossier.code)
    ).all()
    if not rows:
        return None
    form, letterhead, agency = desk_head(session, agency_id, "result_list", printing)
    ids = [d.id for d, *_ in rows]
    owed, numbers = owed_amounts(session, ids), result_numbers(session, ids)
    lines = []
    for d, body, name, address in rows:
        spec = procedure_from_body(body)
        result = " số ".join(filter(None, (spec.result_name or spec.name, numbers.get(d.id, ""))))
        lines.append(
            ResultLineRow(
                code=d.code,
                request=spec.name,
                result=result,
                applicant=name,
                address=address or "",
                fee=d.fee,
                owed=max(0, owed[d.id]),
                by_post=d.delivery is Delivery.POSTAL,
            )
        )
    return ResultListRow(
        form=form,
        letterhead=letterhead,
        from_unit=session.get_one(Agency, unit_id).name,
        to_desk=agency.name,
        taken_by=name_of(session, actor_id),
        lines=tuple(lines),
        is_sample=printing.is_sample,
    )


def _desks(session: Session, agency_id: int, day: date) -> tuple[DeskFiguresRow, ...]:
    received = {
        row.desk_id: row
        for row in session.execute(
            select(
                Dossier.desk_id,
                func.count().label("received"),
                func.count().filter(Dossier.outcome == ReceptionVoided.TYPE).label("undone"),
                func.min(Dossier.number).label("first"),
                func.max(Dossier.number).label("last"),
            )
            .where(Dossier.receiving_agency_id == agency_id, Dossier.number_day == day)
            .group_by(Dossier.desk_id)
        )
    }
    visits: dict[int | None, dict[str, int]] = defaultdict(dict)
    since, until = day_span(day)
    for desk_id, outcome, count in session.execute(
        select(Visit.desk_id, Visit.outcome, func.count())
        .where(Visit.agency_id == agency_id, Visit.at >= since, Visit.at < until)
        .group_by(Visit.desk_id, Visit.outcome)
    ):
        visits[desk_id][outcome] = count
    names: dict[int | None, str] = {
        desk_id: name
        for desk_id, name in session.execute(
            select(Desk.id, Desk.name).where(Desk.agency_id == agency_id)
        )
    }
    codes = _codes_of(session, agency_id, day)
    rows = []
    for desk_id in sorted(received.keys() | visits.keys(), key=lambda id_: names.get(id_, "")):
        found = received.get(desk_id)
        rows.append(
            DeskFiguresRow(
                desk=names.get(desk_id, ""),
                received=found.received if found else 0,
                guided=visits[desk_id].get("guided", 0),
                refused=visits[desk_id].get("refused", 0),
                first_code=codes.get(found.first, "") if found else "",
                last_code=codes.get(found.last, "") if found else "",
                undone=found.undone if found else 0,
            )
        )
    return tuple(rows)


def _codes_of(session: Session, agency_id: int, day: date) -> dict[int, str]:
    rows = session.execute(
        select(Dossier.number, Dossier.code).where(
            Dossier.receiving_agency_id == agency_id, Dossier.number_day == day
        )
    )
    return {number: code for number, code in rows}


def _returned(session: Session, agency_id: int, day: date) -> tuple[int, int]:
    """How many results were handed over that day, and how many of them by post."""
    since, until = day_span(day)
    # By the index of the day first: a join would begin with all that the desk ever received.
    returned = session.scalars(
        select(DossierEvent.dossier_id).where(
            DossierEvent.recorded_at >= since,
            DossierEvent.recorded_at < until,
            DossierEvent.type == ResultReturned.TYPE,
        )
    )
    rows = session.execute(
        select(Dossier.delivery, func.count())
        .where(Dossier.receiving_agency_id == agency_id, Dossier.id.in_(set(returned)))
        .group_by(Dossier.delivery)
    )
    counts = {delivery: count for delivery, count in rows}
    return sum(counts.values()), counts.get(Delivery.POSTAL, 0)


def _voided(
    session: Session, agency: Agency, day: date, printing: Printing
) -> tuple[VoidedRow, ...]:
    rows = session.execute(
        select(VoidedNumber.number, VoidedNumber.reason)
        .where(VoidedNumber.agency_id == agency.id, VoidedNumber.day == day)
        .order_by(VoidedNumber.number)
    )
    return tuple(
        VoidedRow(str(DossierCode(agency.code, day, number)), printing.reason(reason))
        for number, reason in rows
    )


def _takings(session: Session, agency_id: int, day: date) -> tuple[ClerkTakingsRow, ...]:
    payments = payments_on(session, day, Dossier.receiving_agency_id == agency_id)
    sheets = sheets_of_day(session, agency_id, day)
    names = clerk_names(session, {row.clerk_id for row in payments})
    return tuple(
        ClerkTakingsRow(
            clerk=name,
            payments=sum(row.clerk_id == clerk_id for row in payments),
            taken=sum(row.amount for row in payments if row.clerk_id == clerk_id),
            open=sum(
                row.amount for row in payments if row.clerk_id == clerk_id and row.part is None
            ),
            difference=sum(sheet.difference for sheet in sheets if sheet.clerk_id == clerk_id),
            given_back=tuple(
                -row.amount for row in payments if row.clerk_id == clerk_id and row.amount < 0
            ),
        )
        for clerk_id, name in sorted(names.items(), key=lambda pair: (pair[1], pair[0]))
    )


def _giver(agency_id: int) -> Subquery:
    """(dossier, unit): results offered to the desk, and the unit that ended the step before."""
    offered = select(Step.dossier_id).where(
        Step.kind == StepKind.RETURN, Step.status.in_(LIVE), Step.agency_id == agency_id
    )
    place = func.row_number().over(
        partition_by=Step.dossier_id, order_by=(Step.ended_at.desc(), Step.position.desc())
    )
    done = (
        select(Step.dossier_id, Step.agency_id, place.label("place"))
        .join(Dossier, Dossier.id == Step.dossier_id)
        .where(
            Step.dossier_id.in_(offered),
            Dossier.finished_at.is_(None),
            Dossier.receiving_agency_id == agency_id,
            Step.status == StepStatus.DONE,
        )
        .subquery()
    )
    return (
        select(done.c.dossier_id.label("dossier"), done.c.agency_id.label("unit"))
        .where(done.c.place == 1)
        .subquery()
    )
