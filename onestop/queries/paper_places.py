"""Where the paper original of a dossier is: in whose hands, at which agency, since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.rights import Actor, Right
from onestop.domain.statuses import Status
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Party
from onestop.models.piles import PaperHolding, Pile
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.parties import APPLICANT

MOST_SHOWN: Final = 200
MOST_AT_ONCE: Final = 500
"""Papers that are taken over by one press: each is an event."""


@dataclass(frozen=True, slots=True)
class KeeperRow:
    """Somebody who holds originals at an agency of the reader, and how many."""

    user_id: int
    name: str
    papers: int


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An original that somebody holds; `pile_id` while it is on its way."""

    code: str
    applicant: str
    procedure: Named
    status: Status
    finished: bool
    at_desk: bool
    since: datetime
    pile_id: int | None


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """Who holds the original of one dossier, where, since when; `to` while it is on its way.

    pile_number, pile_year      what the list of that pile is numbered.
    """

    holder: str
    holder_id: int
    agency: Named
    agency_id: int
    since: datetime
    pile_id: int | None
    to: Named | None
    given_at: datetime | None
    pile_number: int | None
    pile_year: int | None


def keepers(session: Session, actor: Actor) -> tuple[KeeperRow, ...]:
    """Return who holds originals at the agencies where the actor works, the actor always first."""
    rows = session.execute(
        select(User.id, User.display_name, func.count())
        .join(PaperHolding, PaperHolding.user_id == User.id)
        .where(PaperHolding.agency_id.in_(actor.agencies_with(Right.WORK)))
        .group_by(User.id, User.display_name)
        .order_by(User.display_name, User.id)
    )
    found = [KeeperRow(*row) for row in rows]
    own = [row for row in found if row.user_id == actor.user_id]
    others = [row for row in found if row.user_id != actor.user_id]
    return (*(own or [KeeperRow(actor.user_id, "", 0)]), *others)


def codes_held(session: Session, actor: Actor, holder: int) -> tuple[str, ...]:
    """Return the dossiers whose originals somebody holds there and has not given, oldest first.

    At most five hundred.
    """
    stmt = (
        select(Dossier.code)
        .join(PaperHolding, PaperHolding.dossier_id == Dossier.id)
        .where(_held_by(actor, holder), PaperHolding.offered_pile.is_(None))
        .order_by(PaperHolding.since, Dossier.id)
        .limit(MOST_AT_ONCE)
    )
    return tuple(session.scalars(stmt))


def papers_held(session: Session, actor: Actor, holder: int) -> tuple[HeldRow, ...]:
    """Return the originals that somebody holds where the actor works, the longest held first.

    At most two hundred.
    """
    stmt = (
        select(
            Dossier.code,
            Dossier.status,
            Dossier.finished_at,
            Dossier.receiving_agency_id,
            Party.name.label("applicant"),
            ProcedureEdition.name.label("procedure"),
            ProcedureEdition.name_en.label("procedure_en"),
            PaperHolding.agency_id,
            PaperHolding.since,
            PaperHolding.offered_pile,
        )
        .join(Dossier, Dossier.id == PaperHolding.dossier_id)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .where(_held_by(actor, holder))
        .order_by(PaperHolding.since, Dossier.id)
        .limit(MOST_SHOWN)
    )
    return tuple(
        HeldRow(
            code=row.code,
            applicant=row.applicant or "",
            procedure=Named(row.procedure, row.procedure_en),
            status=row.status,
            finished=row.finished_at is not None,
            at_desk=row.agency_id == row.receiving_agency_id,
            since=row.since,
            pile_id=row.offered_pile,
        )
        for row in session.execute(stmt)
    )


def _held_by(actor: Actor, holder: int) -> ColumnElement[bool]:
    here = PaperHolding.agency_id.in_(actor.agencies_with(Right.WORK))
    return and_(here, PaperHolding.user_id == holder)


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
            Pile.number,
            Pile.year,
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
        agency=Named.of(row.short_name, row.name_en),
        agency_id=row.agency_id,
        since=row.since,
        pile_id=row.offered_pile,
        to=Named.of(row.to, row.to_en) if row.to else None,
        given_at=row.given_at,
        pile_number=row.number,
        pile_year=row.year,
    )


def person_called(session: Session, user_id: int | None) -> str:
    """Return what a member of staff is called, "" for nobody."""
    return session.scalar(select(User.display_name).where(User.id == user_id)) or ""


def person_at(session: Session, user_id: int, agency_id: int) -> tuple[str, Named]:
    """Return what a person and an agency are called, for telling who holds something."""
    return person_called(session, user_id), agency_called(session, agency_id)


def agency_called(session: Session, agency_id: int) -> Named:
    """Return what an agency is called in a sentence."""
    row = session.execute(
        select(Agency.short_name, Agency.name_en).where(Agency.id == agency_id)
    ).one()
    return Named.of(row.short_name, row.name_en)
