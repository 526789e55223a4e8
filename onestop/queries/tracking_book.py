"""The tracking book of an agency: its lines, read in a stream, and which books there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.events import Delivery, ReceptionVoided
from onestop.domain.form_editions import FormKind, form_edition_on
from onestop.domain.office_time import OFFICE_ZONE
from onestop.domain.rights import Actor, Right
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Party
from onestop.models.procedures import ProcedureEdition
from onestop.models.reception import BOOK, SeriesCounter, VoidedNumber
from onestop.queries.paper_rows import Printing, head_of
from onestop.queries.papers import FilledForm
from onestop.queries.parties import APPLICANT
from onestop.queries.scope import reachable_agencies

CHUNK = 500
Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class BookRow:
    """One line: a dossier as it stands. A void number keeps its line, without a person.

    `due_at` is the first promise, the one on the receipt; `last_due_at` the last date told.
    Instants are aware. `outcome` is the event that ended it otherwise than by its result.
    """

    book: int
    number: int
    code: str
    procedure: str
    copies: int
    applicant: str
    address: str
    phone: str
    lead_agency: str
    received_at: datetime
    due_at: datetime
    last_due_at: datetime
    returned_at: datetime | None
    delivery: Delivery
    outcome: str = ""
    void_reason: str = ""
    voided_at: datetime | None = None
    refiling_of: str = ""

    @property
    def is_void(self) -> bool:
        """Whether the number bears no dossier any more."""
        return self.outcome == ReceptionVoided.TYPE


@dataclass(frozen=True, slots=True)
class BookPeriod:
    """Which part of which book: from the local day `first` to `last`, both included."""

    agency_id: int
    year: int
    first: date
    last: date

    @property
    def is_whole(self) -> bool:
        """Whether it is the book of the whole year."""
        return (self.first, self.last) == (date(self.year, 1, 1), date(self.year, 12, 31))

    def is_issued(self, today: date) -> bool:
        """Whether a print of it is an issued document: a whole year, and no line can come."""
        return self.is_whole and self.last < today


@dataclass(frozen=True, slots=True)
class BookHead(FilledForm):
    """What stands on the cover and above the table; `edition` is the key of its form's edition."""

    agency: str
    period: BookPeriod
    books: tuple[int, ...]
    count: int
    edition: str = ""


@dataclass(frozen=True, slots=True)
class BookFigures:
    """How many lines a period has, how many of them are void, and the first and last number."""

    count: int
    void: int
    lowest: int | None
    highest: int | None


@dataclass(frozen=True, slots=True)
class BookAgency:
    """An agency that keeps books, with the years of which there is one, the newest first."""

    id: int
    code: str
    name: str
    name_en: str
    years: tuple[int, ...]


def book_agencies(session: Session, actor: Actor) -> tuple[BookAgency, ...]:
    """Return the agencies within reach that have received anything, by code.

    Source: docs/rules.md, rules R16, R17.
    """
    # From the counters: a province has millions of dossiers and some hundred books a year.
    pairs = session.execute(
        select(SeriesCounter.agency_id, SeriesCounter.year)
        .where(
            SeriesCounter.series == BOOK,
            SeriesCounter.agency_id.in_(reachable_agencies(actor, Right.SEE_BOOK)),
        )
        .order_by(SeriesCounter.year.desc())
    )
    years: dict[int, list[int]] = {}
    for agency, year in pairs:
        years.setdefault(agency, []).append(year)
    rows = session.execute(
        select(Agency.id, Agency.code, Agency.name, Agency.name_en)
        .where(Agency.id.in_(years))
        .order_by(Agency.code, Agency.id)
    )
    return tuple(
        BookAgency(row.id, row.code, row.name, row.name_en or row.name, tuple(years[row.id]))
        for row in rows
    )


def may_see_book(session: Session, actor: Actor, agency_id: int) -> bool:
    """Return whether the book of this agency is within the actor's reach."""
    reach = reachable_agencies(actor, Right.SEE_BOOK).where(Agency.id == agency_id)
    return session.scalar(reach) is not None


def book_figures(session: Session, period: BookPeriod) -> BookFigures:
    """Return what a period holds."""
    void = func.count().filter(Dossier.outcome == ReceptionVoided.TYPE)
    row = session.execute(
        _of(
            select(
                func.count(), void, func.min(Dossier.book_number), func.max(Dossier.book_number)
            ),
            period,
        )
    ).one()
    return BookFigures(row[0], row[1], row[2], row[3])


def book_head(session: Session, period: BookPeriod, printing: Printing) -> BookHead:
    """Return the cover of a period: the form is the one that holds at the period's end.

    Raises NoFormEdition. Source: docs/rules.md, rule F4.
    """
    kind = FormKind.TRACKING_BOOK
    form, letterhead = head_of(session, period.agency_id, kind, printing, period.last)
    books = session.scalars(_of(select(Dossier.book).distinct(), period).order_by(Dossier.book))
    return BookHead(
        form=form,
        letterhead=letterhead,
        agency=session.scalars(select(Agency.name).where(Agency.id == period.agency_id)).one(),
        period=period,
        books=tuple(books),
        count=session.scalars(_of(select(func.count()), period)).one(),
        edition=form_edition_on(printing.forms, period.last).key,
        is_sample=printing.is_sample,
    )


def book_rows(
    session: Session, period: BookPeriod, *, skip: int = 0, most: int | None = None
) -> Iterator[BookRow]:
    """Yield the lines of a period by book and number, read some hundred at a time."""
    lead = aliased(Agency)
    stmt = _of(
        select(
            Dossier.book,
            Dossier.book_number,
            Dossier.code,
            ProcedureEdition.name,
            Dossier.copies,
            Party.name.label("applicant"),
            Party.address,
            Party.phone,
            lead.name.label("lead"),
            Dossier.received_at,
            Dossier.first_due_at,
            Dossier.last_due_at,
            Dossier.returned_at,
            Dossier.delivery,
            Dossier.outcome,
            Dossier.refiling_of,
            VoidedNumber.reason,
            VoidedNumber.voided_at,
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(lead, lead.id == Dossier.competent_agency_id)
        .outerjoin(Party, APPLICANT)
        .outerjoin(
            VoidedNumber,
            and_(
                VoidedNumber.agency_id == Dossier.receiving_agency_id,
                VoidedNumber.day == Dossier.number_day,
                VoidedNumber.number == Dossier.number,
            ),
        ),
        period,
    ).order_by(Dossier.book, Dossier.book_number)
    if most is not None:
        stmt = stmt.offset(skip).limit(most)
    for row in session.execute(stmt.execution_options(yield_per=CHUNK)):
        yield _row(row)


def _row(row: Any) -> BookRow:
    void = row.outcome == ReceptionVoided.TYPE
    return BookRow(
        book=row.book,
        number=row.book_number,
        code=row.code,
        procedure=row.name,
        copies=row.copies,
        applicant="" if void else row.applicant or "",
        address="" if void else row.address or "",
        phone="" if void else row.phone or "",
        lead_agency=row.lead,
        received_at=row.received_at,
        due_at=row.first_due_at,
        last_due_at=row.last_due_at,
        returned_at=row.returned_at,
        delivery=row.delivery,
        outcome=row.outcome or "",
        void_reason=row.reason or "",
        voided_at=row.voided_at,
        refiling_of=row.refiling_of or "",
    )


def _of(stmt: Statement, period: BookPeriod) -> Statement:
    """Hold a statement on `Dossier` to the lines of a period."""
    begins, ends = _midnight(period.first), _midnight(period.last + timedelta(days=1))
    return stmt.where(
        Dossier.receiving_agency_id == period.agency_id,
        Dossier.book_year == period.year,
        Dossier.received_at >= begins,
        Dossier.received_at < ends,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, OFFICE_ZONE)
