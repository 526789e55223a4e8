"""Where the paper original of a dossier is: in whose hands, at which agency, since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.rights import Actor, Right
from onestop.domain.statuses import Status
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Party
from onestop.models.piles import PaperHolding, Pile
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named

MOST: Final = 200
"""Rows of one list."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A paper that somebody holds at an agency, and the number of the pile it is on its way in."""

    code: str
    applicant: str
    procedure: Named
    status: Status
    finished: bool
    at_desk: bool
    holder: str
    holder_id: int
    agency: Named
    since: datetime
    pile_id: int | None


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """Who holds the original of one dossier, where, since when; `to` while it is on its way."""

    holder: str
    holder_id: int
    agency: Named
    agency_id: int
    since: datetime
    pile_id: int | None
    to: Named | None
    given_at: datetime | None


def papers_held(session: Session, actor: Actor) -> tuple[HeldRow, ...]:
    """Return the originals held at the agencies where the actor works: own ones first, oldest on.

    At most two hundred.
    """
    agency, applicant = aliased(Agency), aliased(Party)
    stmt = (
        select(
            Dossier.code,
            Dossier.status,
            Dossier.finished_at,
            Dossier.receiving_agency_id,
            applicant.name.label("applicant"),
            ProcedureEdition.name.label("procedure"),
            ProcedureEdition.name_en.label("procedure_en"),
            User.display_name.label("holder"),
            PaperHolding.user_id,
            PaperHolding.agency_id,
            PaperHolding.since,
            PaperHolding.offered_pile,
            agency.short_name.label("agency"),
            agency.name_en.label("agency_en"),
        )
        .join(Dossier, Dossier.id == PaperHolding.dossier_id)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(User, User.id == PaperHolding.user_id)
        .join(agency, agency.id == PaperHolding.agency_id)
        .outerjoin(
            applicant, and_(applicant.dossier_id == Dossier.id, applicant.role == "applicant")
        )
        .where(PaperHolding.agency_id.in_(actor.agencies_with(Right.WORK)))
        .order_by(
            PaperHolding.user_id != actor.user_id,
            User.display_name,
            PaperHolding.user_id,
            PaperHolding.since,
            Dossier.id,
        )
        .limit(MOST)
    )
    return tuple(
        HeldRow(
            code=row.code,
            applicant=row.applicant or "",
            procedure=Named(row.procedure, row.procedure_en),
            status=row.status,
            finished=row.finished_at is not None,
            at_desk=row.agency_id == row.receiving_agency_id,
            holder=row.holder,
            holder_id=row.user_id,
            agency=Named(row.agency, row.agency_en or row.agency),
            since=row.since,
            pile_id=row.offered_pile,
        )
        for row in session.execute(stmt)
    )


def paper_place(session: Session, dossier_id: int) -> PaperPlace | None:
    """Return where the original of a dossier is; None when nobody holds one.

    The caller checked who may see the dossier.
    """
    here, there = aliased(Agency), aliased(Agency)
    row = session.execute(
        select(
            PaperHolding.user_id,
            PaperHolding.agency_id,
            PaperHolding.since,
            PaperHolding.offered_pile,
            User.display_name,
            here.short_name,
            here.name_en,
            there.short_name.label("to"),
            there.name_en.label("to_en"),
            Pile.given_at,
        )
        .join(User, User.id == PaperHolding.user_id)
        .join(here, here.id == PaperHolding.agency_id)
        .outerjoin(Pile, Pile.id == PaperHolding.offered_pile)
        .outerjoin(there, there.id == Pile.to_agency_id)
        .where(PaperHolding.dossier_id == dossier_id)
    ).one_or_none()
    if row is None:
        return None
    return PaperPlace(
        holder=row.display_name,
        holder_id=row.user_id,
        agency=Named(row.short_name, row.name_en or row.short_name),
        agency_id=row.agency_id,
        since=row.since,
        pile_id=row.offered_pile,
        to=Named(row.to, row.to_en or row.to) if row.to else None,
        given_at=row.given_at,
    )


def person_called(session: Session, user_id: int | None) -> str:
    """Return what a member of staff is called, "" for nobody."""
    return session.scalar(select(User.display_name).where(User.id == user_id)) or ""


def person_at(session: Session, user_id: int, agency_id: int) -> tuple[str, Named]:
    """Return what a person and an agency are called, for telling who holds something."""
    row = session.execute(
        select(Agency.short_name, Agency.name_en).where(Agency.id == agency_id)
    ).one()
    return person_called(session, user_id), Named(row.short_name, row.name_en or row.short_name)
