"""The catalogue of procedures: editions taken in, found for a day, and their values confirmed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Table, bindparam, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from onestop.domain.errors import DomainError
from onestop.domain.names import fold, nfc, search_terms
from onestop.domain.procedure_body import procedure_from_body, procedure_to_body
from onestop.domain.procedures import Edition, Mark, ProcedureSpec, markable_paths, value_at
from onestop.models.base import Base, table_of
from onestop.models.procedures import ProcedureEdition, ProcedureTerm, ValueConfirmation
from onestop.services.kept import Kept

_EDITIONS = table_of(ProcedureEdition)
_IN_FORCE = (
    select(_EDITIONS.c.id, _EDITIONS.c.body_sha256)
    .where(
        _EDITIONS.c.code == bindparam("code"),
        _EDITIONS.c.valid_from <= bindparam("on"),
        or_(_EDITIONS.c.valid_to.is_(None), _EDITIONS.c.valid_to >= bindparam("on")),
    )
    .order_by(_EDITIONS.c.valid_from.desc(), _EDITIONS.c.id.desc())
    .limit(1)
)
_specs: Kept[str, ProcedureSpec] = Kept(512)


class ProcedureNotFound(DomainError):
    """No procedure has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no procedure {code!r}")
        self.code = code


class ProcedureClosed(DomainError):
    """The procedure exists, but no edition of it is in force on that day."""

    def __init__(self, code: str, on: date) -> None:
        super().__init__(f"procedure {code!r} is not in force on {on}")
        self.code = code
        self.on = on


class EditionInUse(DomainError):
    """An edition that dossiers were received under was to be changed; it needs a new edition."""

    def __init__(self, code: str, edition: str) -> None:
        super().__init__(f"dossiers use edition {edition!r} of {code!r}")
        self.code = code
        self.edition = edition


class UnknownValue(DomainError):
    """A value was to be confirmed that the edition does not have."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no value {path!r}")
        self.path = path


class AlreadyConfirmed(DomainError):
    """A value was to be confirmed that is confirmed."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} is confirmed")
        self.path = path


class DocumentNumberMissing(DomainError):
    """A value was to be confirmed without the number of the document that says so."""


class Outcome(StrEnum):
    """What taking in a file did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def import_procedures(
    session: Session, specs: Sequence[ProcedureSpec], *, at: datetime
) -> tuple[Outcome, ...]:
    """Take in several editions, one outcome for each; all or none, by the caller's transaction.

    The same edition twice changes nothing. A changed one replaces the stored one as long as no
    dossier uses it; its last day alone may change always. Raises EditionInUse.
    """
    return tuple(_import(session, spec, at) for spec in specs)


def procedure_in_force(session: Session, code: str, on: date) -> Edition:
    """The edition of `code` under which a dossier of that local day is received.

    The latest to begin wins where editions overlap. Raises ProcedureNotFound or ProcedureClosed.
    """
    row = session.execute(_IN_FORCE, {"code": code, "on": on}).first()
    if row is not None:
        return Edition(row.id, _spec(session, row.id, row.body_sha256))
    if session.scalar(select(exists().where(ProcedureEdition.code == code))):
        raise ProcedureClosed(code, on)
    raise ProcedureNotFound(code)


def _spec(session: Session, edition_id: int, body_sha256: str) -> ProcedureSpec:
    """The body is read only when nothing with this hash was read lately: it is the longest text."""
    if kept := _specs.find(body_sha256):
        return kept
    body = session.scalars(select(_EDITIONS.c.body).where(_EDITIONS.c.id == edition_id)).one()
    return _specs.keep(body_sha256, procedure_from_body(body))


def edition_by_id(session: Session, edition_id: int) -> Edition:
    """The edition a dossier refers to. Raises ProcedureNotFound."""
    row = session.get(ProcedureEdition, edition_id)
    if row is None:
        raise ProcedureNotFound(str(edition_id))
    return Edition(row.id, procedure_from_body(row.body))


def confirm_value(
    session: Session,
    edition_id: int,
    path: str,
    *,
    document_number: str,
    document_on: date,
    actor: int,
    at: datetime,
) -> None:
    """Note that a document says the value at `path` is right; the edition itself stays as it was.

    Raises ProcedureNotFound, UnknownValue, AlreadyConfirmed or DocumentNumberMissing.
    """
    spec = edition_by_id(session, edition_id).spec
    number = nfc(document_number)
    if not number:
        raise DocumentNumberMissing
    if path not in markable_paths(spec):
        raise UnknownValue(path)
    stored = select(ValueConfirmation.id).where(
        ValueConfirmation.edition_id == edition_id, ValueConfirmation.path == path
    )
    if spec.mark(path) is Mark.CONFIRMED or session.scalar(stored) is not None:
        raise AlreadyConfirmed(path)
    session.add(
        ValueConfirmation(
            edition_id=edition_id,
            path=path,
            document_number=number[:80],
            document_on=document_on,
            confirmed_by=actor,
            confirmed_at=at,
        )
    )
    session.flush()


def _import(session: Session, spec: ProcedureSpec, at: datetime) -> Outcome:
    body = procedure_to_body(spec)
    row = session.scalars(
        select(ProcedureEdition).where(
            ProcedureEdition.code == spec.code, ProcedureEdition.edition == spec.edition
        )
    ).one_or_none()
    if row is None:
        row = ProcedureEdition(code=spec.code, edition=spec.edition)
        _fill(row, spec, body, at)
        session.add(row)
        session.flush()
        _write_terms(session, row.id, spec)
        return Outcome.ADDED
    if row.body == body:
        return Outcome.UNCHANGED
    old = procedure_from_body(row.body)
    if replace(old, valid_to=spec.valid_to) != spec and _is_used(session, row.id):
        raise EditionInUse(spec.code, spec.edition)
    _fill(row, spec, body, at)
    _write_terms(session, row.id, spec)
    _drop_stale_confirmations(session, row.id, old, spec)
    return Outcome.CHANGED


def _fill(row: ProcedureEdition, spec: ProcedureSpec, body: str, at: datetime) -> None:
    row.name, row.name_en, row.name_folded = spec.name, spec.name_en, fold(spec.name)
    row.sector_code, row.sector_name = spec.sector.code, spec.sector.name
    row.level, row.audience = spec.level, spec.audience
    row.valid_from, row.valid_to = spec.valid_from, spec.valid_to
    row.body, row.body_sha256 = body, hashlib.sha256(body.encode()).hexdigest()
    row.imported_at = at


def terms_of(spec: ProcedureSpec) -> frozenset[str]:
    """Folded texts whose beginning finds an edition: code, words of both names, initials."""
    spoken = {term[:400] for name in (spec.name, spec.name_en) for term in search_terms(name)}
    initials = {"".join(word[0] for word in term.split()) for term in spoken}
    return frozenset({fold(spec.code), *spoken, *initials} - {""})


def _write_terms(session: Session, edition_id: int, spec: ProcedureSpec) -> None:
    session.execute(delete(ProcedureTerm).where(ProcedureTerm.edition_id == edition_id))
    terms = [{"edition_id": edition_id, "term": term} for term in sorted(terms_of(spec))]
    session.execute(insert(ProcedureTerm), terms)


def _drop_stale_confirmations(
    session: Session, edition_id: int, old: ProcedureSpec, new: ProcedureSpec
) -> None:
    """What was confirmed of a value holds no more when the value is another one now."""
    changed = [path for path in markable_paths(old) if value_at(old, path) != value_at(new, path)]
    session.execute(
        delete(ValueConfirmation).where(
            ValueConfirmation.edition_id == edition_id, ValueConfirmation.path.in_(changed)
        )
    )


def _is_used(session: Session, edition_id: int) -> bool:
    """Whether a row of any other table than the catalogue's own points to the edition."""
    return any(
        session.scalar(select(exists().where(column == edition_id)))
        for table in _referring_tables()
        for key in table.foreign_keys
        if key.column.table is ProcedureEdition.__table__
        for column in (key.parent,)
    )


def _referring_tables() -> Iterable[Table]:
    own = {ProcedureTerm.__tablename__, ValueConfirmation.__tablename__}
    return (table for table in Base.metadata.sorted_tables if table.name not in own)
