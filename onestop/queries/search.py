"""Finding dossiers: by code, by scanned link, by ID number or telephone, by folded name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from onestop.domain.codes import DossierCode, StatusToken
from onestop.domain.names import fold, nfc, prefix_range
from onestop.domain.rights import Actor
from onestop.domain.standings import Punctuality
from onestop.domain.statuses import Status
from onestop.models.dossiers import Dossier, Party, SearchTerm, StatusLink
from onestop.models.procedures import ProcedureEdition
from onestop.models.sealing import HashOf, keyed_hash
from onestop.queries.parties import APPLICANT
from onestop.queries.scope import visible_dossiers

MOST: Final = 50
MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One dossier that fits; `due_at` is the counted promise."""

    code: str
    applicant: str
    born: str
    procedure: str
    procedure_en: str
    status: Status
    received_at: datetime
    due_at: datetime
    late_at: datetime | None
    finished_at: datetime | None
    punctuality: Punctuality | None

    def is_late(self, now: datetime) -> bool:
        """Whether the counted promise is missed and the work not finished (rules R3, R5)."""
        return self.finished_at is None and self.late_at is not None and self.late_at <= now


@dataclass(frozen=True, slots=True)
class ReplacedSlip:
    """A receipt that is void: the version of its link, and when another took its place, in UTC."""

    version: int
    replaced_at: datetime


def code_of(
    session: Session,
    actor: Actor,
    *,
    code: DossierCode | None = None,
    token: StatusToken | None = None,
) -> str | None:
    """Return the code of the one dossier that a code or a status link names, if visible."""
    conditions: list[ColumnElement[bool]] = []
    if code is not None:
        conditions.append(Dossier.code == str(code))
    if token is not None:
        conditions.append(
            exists().where(
                StatusLink.dossier_id == Dossier.id, StatusLink.token_sha256 == token.sha256
            )
        )
    named = or_(false(), *conditions)
    return session.scalar(select(Dossier.code).where(named, visible_dossiers(actor)))


def slip_replaced_at(session: Session, token: StatusToken | None) -> datetime | None:
    """Return when the receipt of a scanned link was replaced, in UTC; None for any other scan.

    The caller checked that the reader may see its dossier. Source: docs/rules.md, rules R20, R21.
    """
    slip = replaced_slip(session, token.sha256) if token else None
    return slip.replaced_at if slip else None


def replaced_slip(session: Session, token_sha256: str) -> ReplacedSlip | None:
    """Return what a void receipt's link says of it: when it was replaced; None for a valid one."""
    row = session.execute(
        select(StatusLink.version, StatusLink.ended_at).where(
            StatusLink.token_sha256 == token_sha256,
            StatusLink.state == "superseded",
            StatusLink.ended_at.is_not(None),
        )
    ).one_or_none()
    return ReplacedSlip(row.version, row.ended_at) if row else None


def dossiers_of_person(
    session: Session, actor: Actor, *, id_number: str = "", phone: str = "", limit: int = MOST
) -> tuple[FoundRow, ...]:
    """Return the dossiers whose applicant or submitter has this number, newest first.

    Compared by keyed hash; the numbers themselves are sealed. Source: docs/rules.md, rule R14.
    """
    wanted: list[ColumnElement[bool]] = []
    if id_number:
        wanted.append(Party.id_number_hash == keyed_hash(HashOf.ID_NUMBER, id_number))
    if phone:
        wanted.append(Party.phone_hash == keyed_hash(HashOf.PHONE, phone))
    person = exists().where(Party.dossier_id == Dossier.id, or_(false(), *wanted))
    person = person.correlate(Dossier)
    return _found(session, actor, [person], limit)


def dossiers_named(
    session: Session, actor: Actor, name: str, *, limit: int = MOST
) -> tuple[FoundRow, ...]:
    """Return the dossiers of people whose name holds these words in a row, else each of them.

    Marks and case do not matter; names typed with the same marks come first, then the newest.
    Source: docs/rules.md, rule D3.
    """
    words = fold(name).split()[:MOST_WORDS]
    if not words:
        return ()
    rows = _found(session, actor, [_has_phrase(" ".join(words))], limit)
    if not rows and len(words) > 1:
        rows = _found(session, actor, [_has_phrase(word) for word in words], limit)
    typed = nfc(name).casefold()
    return tuple(sorted(rows, key=lambda row: typed not in nfc(row.applicant).casefold()))


def _has_phrase(phrase: str) -> ColumnElement[bool]:
    first, last = prefix_range(phrase)
    return exists().where(
        SearchTerm.dossier_id == Dossier.id, SearchTerm.term >= first, SearchTerm.term <= last
    )


def _found(
    session: Session, actor: Actor, conditions: Sequence[ColumnElement[bool]], limit: int
) -> tuple[FoundRow, ...]:
    rows: Sequence[Any] = session.execute(
        select(
            Dossier.code,
            Party.name,
            Party.born,
            ProcedureEdition.name,
            ProcedureEdition.name_en,
            Dossier.status,
            Dossier.received_at,
            Dossier.due_at,
            Dossier.late_at,
            Dossier.finished_at,
            Dossier.punctuality,
        )
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .where(*conditions, visible_dossiers(actor))
        .order_by(Dossier.received_at.desc(), Dossier.id.desc())
        .limit(limit)
    ).all()
    return tuple(FoundRow(row[0], row[1] or "", row[2] or "", *row[3:]) for row in rows)
