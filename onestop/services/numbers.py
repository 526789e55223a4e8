"""Numbers without gaps: one counter row per series, taken inside the transaction that uses it."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onestop.models.base import Base
from onestop.models.reception import CodeCounter, SeriesCounter, VoidedNumber

BOOK = "book"
"""The series of the tracking book of an agency, one a year."""


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


def _next(session: Session, table: type[Base], **key: object) -> int:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(table).values(**key, last=1)
    last = table.__table__.c.last
    statement = upsert.on_conflict_do_update(
        index_elements=list(key), set_={"last": last + 1}
    ).returning(last)
    return int(session.execute(statement).scalar_one())
