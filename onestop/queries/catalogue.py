"""Procedures in force, found as clerks type, and one procedure with what of it is confirmed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from onestop.domain.names import fold, prefix_range
from onestop.domain.procedure_body import procedure_from_body
from onestop.domain.procedures import Audience, Mark, ProcedureSpec, markable_paths
from onestop.models.accounts import User
from onestop.models.procedures import ProcedureEdition, ProcedureTerm, ValueConfirmation
from onestop.queries.agencies import levels_and_functions

MOST_WORDS = 8
"""Words of a search that are looked at; more would only make the statement longer."""


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One edition in a list; `spec` is the whole edition."""

    edition_id: int
    code: str
    edition: str
    name: str
    name_en: str
    sector_name: str
    valid_from: date
    valid_to: date | None
    spec: ProcedureSpec


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """Who (the name colleagues see) confirmed a value, with which document."""

    path: str
    document_number: str
    document_on: date
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class MarkedValue:
    """One value of an edition and whether it holds; `confirmation` when a person said so."""

    path: str
    mark: Mark
    confirmation: ConfirmationRow | None = None


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """One edition with the standing of each of its values, and the other editions of its code."""

    row: ProcedureRow
    values: tuple[MarkedValue, ...]
    editions: tuple[ProcedureRow, ...]

    @property
    def open_values(self) -> int:
        """How many values are still defaults."""
        return sum(1 for value in self.values if value.mark is Mark.DEFAULT)


@dataclass(frozen=True, slots=True)
class ProcedureCountRow:
    """An edition in the admin list with the number of its values that are still defaults."""

    row: ProcedureRow
    open_values: int


def find_procedures(
    session: Session,
    text: str,
    *,
    on: date,
    agency: int | None = None,
    audience: Audience = Audience.PUBLIC,
    limit: int = 12,
) -> tuple[ProcedureRow, ...]:
    """Procedures a desk may receive on that day, those nearest to `text` first.

    Names that begin with it come first, then those that hold its words in a row.
    Every word of `text` must begin the code, a word of the name in either language, or initials
    ("ks" finds khai sinh); no text finds all. With `agency`, only those for which a competent
    agency exists in its province.
    """
    words = fold(text).split()[:MOST_WORDS]
    statement = _in_force(on).where(
        ProcedureEdition.audience == audience, *(_found_by(word) for word in words)
    )
    rows = _latest(session, statement)
    if agency is not None:
        there = levels_and_functions(session, agency, on=on)
        rows = [row for row in rows if _has_competent(row.spec, there)]
    first = " ".join(words)
    rows.sort(key=lambda row: (*_farther(fold(row.name), first), row.code))
    return tuple(rows[:limit])


def _farther(name: str, text: str) -> tuple[bool, bool, str]:
    """A key that sorts names nearer to what was typed first."""
    return not name.startswith(text), f" {text}" not in f" {name}", name


def procedure_by_code(session: Session, code: str, *, on: date) -> ProcedureRow | None:
    """The edition of `code` in force on that day, or None."""
    rows = _latest(session, _in_force(on).where(ProcedureEdition.code == code))
    return rows[0] if rows else None


def procedure_page(
    session: Session, code: str, *, on: date, edition: str | None = None
) -> ProcedurePage | None:
    """One procedure for the admin page: the named edition, else the one in force, else the last."""
    everything = session.scalars(
        select(ProcedureEdition)
        .where(ProcedureEdition.code == code)
        .order_by(ProcedureEdition.valid_from.desc(), ProcedureEdition.id.desc())
    )
    editions = tuple(_row(row) for row in everything)
    if edition is not None:
        shown = next((row for row in editions if row.edition == edition), None)
    else:
        in_force = (row for row in editions if row.spec.in_force(on))
        shown = next(in_force, editions[0] if editions else None)
    if shown is None:
        return None
    return ProcedurePage(shown, _values(session, shown), editions)


def procedure_list(session: Session, *, on: date) -> tuple[ProcedureCountRow, ...]:
    """Procedures in force on that day of every audience, by sector and name, with open values."""
    rows = sorted(_latest(session, _in_force(on)), key=lambda r: (r.sector_name, fold(r.name)))
    confirmed: dict[int, set[str]] = {}
    pairs = select(ValueConfirmation.edition_id, ValueConfirmation.path)
    for edition_id, path in session.execute(pairs):
        confirmed.setdefault(edition_id, set()).add(path)
    return tuple(
        ProcedureCountRow(row, _open_values(row.spec, confirmed.get(row.edition_id, set())))
        for row in rows
    )


def _open_values(spec: ProcedureSpec, confirmed: set[str]) -> int:
    return sum(
        1
        for path in markable_paths(spec)
        if spec.mark(path) is Mark.DEFAULT and path not in confirmed
    )


def _values(session: Session, row: ProcedureRow) -> tuple[MarkedValue, ...]:
    stored = session.execute(
        select(ValueConfirmation, User.display_name)
        .join(User, User.id == ValueConfirmation.confirmed_by)
        .where(ValueConfirmation.edition_id == row.edition_id)
    )
    confirmations = {
        found.path: ConfirmationRow(
            found.path,
            found.document_number,
            found.document_on,
            name,
            found.confirmed_at,
        )
        for found, name in stored
    }
    return tuple(
        MarkedValue(
            path,
            Mark.CONFIRMED if path in confirmations else row.spec.mark(path),
            confirmations.get(path),
        )
        for path in markable_paths(row.spec)
    )


def _in_force(on: date) -> Select[ProcedureEdition]:
    return select(ProcedureEdition).where(
        ProcedureEdition.valid_from <= on,
        or_(ProcedureEdition.valid_to.is_(None), ProcedureEdition.valid_to >= on),
    )


def _latest(session: Session, statement: Select[ProcedureEdition]) -> list[ProcedureRow]:
    """One row for each code: where editions overlap, the one that began last."""
    ordered = statement.order_by(ProcedureEdition.valid_from, ProcedureEdition.id)
    return [_row(row) for row in {row.code: row for row in session.scalars(ordered)}.values()]


def _found_by(word: str) -> ColumnElement[bool]:
    first, last = prefix_range(word)
    return exists().where(
        and_(
            ProcedureTerm.edition_id == ProcedureEdition.id,
            ProcedureTerm.term >= first,
            ProcedureTerm.term <= last,
        )
    )


def _has_competent(spec: ProcedureSpec, there: frozenset[tuple[str, str]]) -> bool:
    return any((level, spec.competent_function) in there for level in spec.competent_levels)


def _row(row: ProcedureEdition) -> ProcedureRow:
    return ProcedureRow(
        edition_id=row.id,
        code=row.code,
        edition=row.edition,
        name=row.name,
        name_en=row.name_en,
        sector_name=row.sector_name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        spec=procedure_from_body(row.body),
    )
