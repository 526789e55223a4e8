"""The people of a dossier: as rows of its page, and the applicant's name for lists of dossiers."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from onestop.models.dossiers import Dossier, Party

APPLICANT: Final = and_(Party.dossier_id == Dossier.id, Party.role == "applicant")
"""Joins a dossier to its applicant."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """The applicant or the submitter as staff see it."""

    role: str
    kind: str
    name: str
    born: str
    sex: str
    id_number: str
    phone: str
    email: str
    address: str


def parties(session: Session, dossier_id: int) -> dict[str, PartyRow]:
    """Return the people of a dossier by what they are in it; "" for what was not said."""
    rows = session.execute(
        select(
            Party.role,
            Party.kind,
            Party.name,
            Party.born,
            Party.sex,
            Party.id_number,
            Party.phone,
            Party.email,
            Party.address,
        ).where(Party.dossier_id == dossier_id)
    )
    return {row.role: PartyRow(*(value or "" for value in row)) for row in rows}
