"""Numbers without gaps: one counter row per series, taken inside the transaction that uses it."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import Executable, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onestop.models.base import Base, table_of
from onestop.models.reception import CodeCounter, SeriesCounter, VoidedNumber


def next_dossier_number(session: Session, agency_id: int, day: date) -> int:
    """Return the next number of an agency on a local day, from 1.

    A rolled-back transaction gives its number back; on PostgreSQL the row stays locked until the
    end, so take it as late as possible. Source: docs/rules.md, rule R18.
    """
    return _next(session, CodeCounter, agency_id=agency_id, day=day)


def next_in_series(session: Session, agency_id: int, series: str, year: int) -> int:
    """Return the next number of a yearly series of an agency, from 1."""
    return _next(session, SeriesCounter, agency_id=agency_id, series=series, year=year)


def void_number(
    session: Session,
    agency_id: int,
    day: date,
    number: int,
    *,
    reason: str,
    dossier_id: int | None,
    at: datetime,
    by: int,
) -> None:
    """List a number as void: it stays used and is never given again. Source: rule R18."""
    session.execute(
        insert(VoidedNumber).values(
            agency_id=agency_id,
            day=day,
            number=number,
            reason=reason,
            dossier_id=dossier_id,
            voided_at=at,
            voided_by=by,
        )
    )


def _next(session: Session, model: type[Base], **key: object) -> int:
    statement = _upsert(model, session.get_bind().dialect.name)
    return int(session.execute(statement, key | {"last": 1}).scalar_one())


@cache
def _upsert(model: type[Base], dialect: str) -> Executable:
    """The statement that counts one on, or begins at 1, and says where it stands."""
    table = table_of(model)
    insert_here = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        insert_here(table)
        .on_conflict_do_update(
            index_elements=list(table.primary_key), set_={"last": table.c.last + 1}
        )
        .returning(table.c.last)
    )
