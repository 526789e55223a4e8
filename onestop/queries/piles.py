"""Piles of paper originals on their way from agency to agency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.events import Stayed, TakenBy
from onestop.domain.rights import Actor, Right
from onestop.domain.statuses import Status
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Party
from onestop.models.piles import Pile, PilePaper
from onestop.models.procedures import ProcedureEdition
from onestop.queries.dossier_rows import Named
from onestop.queries.parties import APPLICANT
from onestop.queries.scope import reachable_agencies

MOST: Final = 200
"""Rows of one list; a pile holds no more."""


@dataclass(frozen=True, slots=True)
class PileRow:
    """One given pile. `left` papers wait for an answer; `by` answered last, "" when called back.

    is_late     the receiver opened on the next working day and has not answered. Instants in UTC.
    """

    id: int
    number: int
    year: int
    giver: str
    giver_id: int
    from_agency: Named
    to_agency: Named
    given_at: datetime
    late_at: datetime
    taken_at: datetime | None
    by: str
    how: TakenBy | None
    papers: int
    left: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class PileLine:
    """One paper of a pile. `way` is where it should go next, None where nobody waits for it."""

    code: str
    applicant: str
    procedure: Named
    status: Status
    position: int
    way: Named | None = None
    taken_at: datetime | None = None
    stayed: Stayed | None = None

    @property
    def is_void(self) -> bool:
        """Whether the reception was undone (rule R9, 4)."""
        return self.status is Status.REJECTED


@dataclass(frozen=True, slots=True)
class PilePage:
    """A given pile as either side sees it.

    takes       the reader works at the receiving agency and is not the giver.
    gave        the reader works at the giving agency.
    """

    pile: PileRow
    lines: tuple[PileLine, ...]
    takes: bool
    gave: bool
    has_list: bool


def piles_to_take(session: Session, actor: Actor, *, now: datetime) -> tuple[PileRow, ...]:
    """Return the piles on their way to agencies where the actor works, the oldest first."""
    here = Pile.to_agency_id.in_(actor.agencies_with(Right.WORK))
    return _piles(session, here, now)


def piles_given(session: Session, actor: Actor, *, now: datetime) -> tuple[PileRow, ...]:
    """Return the piles of the actor's agencies that were not answered for, the oldest first."""
    here = Pile.from_agency_id.in_(actor.agencies_with(Right.WORK))
    return _piles(session, here, now)


def late_piles(session: Session, actor: Actor, *, now: datetime) -> tuple[PileRow, ...]:
    """Return the piles of either side of the actor that the next morning found unanswered.

    The count of a page is the length of this list. Source: docs/rules.md, rule W4.
    """
    own = actor.agencies_with(Right.WORK)
    sides = or_(Pile.from_agency_id.in_(own), Pile.to_agency_id.in_(own))
    return _piles(session, and_(sides, Pile.late_at <= now), now)


def late_piles_overseen(
    session: Session, actor: Actor, *, now: datetime, agency: int | None = None
) -> tuple[PileRow, ...]:
    """Return the same where the actor oversees either side, or only below one agency."""
    reach = reachable_agencies(actor, Right.OVERSEE)
    if agency is not None:
        top = select(Agency.path).where(Agency.id == agency).scalar_subquery()
        reach = reach.where(Agency.path.startswith(top))
    sides = or_(Pile.from_agency_id.in_(reach), Pile.to_agency_id.in_(reach))
    return _piles(session, and_(sides, Pile.late_at <= now), now)


def pile_page(session: Session, actor: Actor, pile_id: int, *, now: datetime) -> PilePage | None:
    """Return a given pile with its papers, for those who see one of its sides; else None."""
    own = actor.agencies_with(Right.WORK)
    row = session.execute(_rows().where(Pile.id == pile_id, _seen_by(actor))).first()
    if row is None:
        return None
    lines = [pile_line(line) for line in session.execute(pile_lines(pile_id))]
    return PilePage(
        pile=_pile(row, now),
        lines=tuple(lines),
        takes=row.to_agency_id in own and row.giver_id != actor.user_id,
        gave=row.from_agency_id in own,
        has_list=row.document_id is not None,
    )


def pile_list(session: Session, actor: Actor, pile_id: int) -> bytes | None:
    """Return the hand-over list of a pile as it was printed last, or None for a stranger's."""
    return session.scalar(
        select(IssuedDocument.content)
        .join(Pile, Pile.document_id == IssuedDocument.id)
        .where(Pile.id == pile_id, _seen_by(actor))
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    reach = reachable_agencies(actor, Right.SEE_DOSSIER)
    sides = or_(Pile.from_agency_id.in_(reach), Pile.to_agency_id.in_(reach))
    return and_(sides, Pile.given_at.is_not(None))


_GIVER, _TAKER = aliased(User), aliased(User)
_FROM, _TO = aliased(Agency), aliased(Agency)
_WAITS = and_(PilePaper.taken_at.is_(None), PilePaper.stayed.is_(None))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Pile,
            Pile.from_agency_id,
            Pile.to_agency_id,
            Pile.document_id,
            _GIVER.display_name.label("giver"),
            _GIVER.id.label("giver_id"),
            _TAKER.display_name.label("taker"),
            _FROM.short_name.label("from_name"),
            _FROM.name_en.label("from_name_en"),
            _TO.short_name.label("to_name"),
            _TO.name_en.label("to_name_en"),
            _counted().label("papers"),
            _counted(_WAITS).label("left"),
        )
        .join(_GIVER, _GIVER.id == Pile.from_user_id)
        .join(_FROM, _FROM.id == Pile.from_agency_id)
        .join(_TO, _TO.id == Pile.to_agency_id)
        .outerjoin(_TAKER, _TAKER.id == Pile.taken_by)
    )


def _counted(*conditions: ColumnElement[bool]) -> Any:
    papers = select(func.count()).select_from(PilePaper)
    return papers.where(PilePaper.pile_id == Pile.id, *conditions).scalar_subquery()


def _piles(session: Session, condition: ColumnElement[bool], now: datetime) -> tuple[PileRow, ...]:
    waiting = and_(Pile.given_at.is_not(None), Pile.taken_at.is_(None))
    stmt = _rows().where(waiting, condition).order_by(Pile.given_at, Pile.id)
    return tuple(_pile(row, now) for row in session.execute(stmt))


def _pile(row: Any, now: datetime) -> PileRow:
    pile: Pile = row.Pile
    if pile.number is None or pile.year is None or not (pile.given_at and pile.late_at):
        raise ValueError("a pile that was not given")
    return PileRow(
        id=pile.id,
        number=pile.number,
        year=pile.year,
        giver=row.giver,
        giver_id=row.giver_id,
        from_agency=Named.of(row.from_name, row.from_name_en),
        to_agency=Named.of(row.to_name, row.to_name_en),
        given_at=pile.given_at,
        late_at=pile.late_at,
        taken_at=pile.taken_at,
        by=row.taker or "",
        how=pile.taken_how,
        papers=row.papers,
        left=row.left,
        is_late=pile.taken_at is None and pile.late_at <= now,
    )


def pile_lines(pile_id: int) -> Select[*tuple[Any, ...]]:
    """Return the statement for the papers of a pile, in the order in which they were scanned."""
    return (
        select(
            PilePaper.dossier_id,
            PilePaper.position,
            PilePaper.taken_at,
            PilePaper.stayed,
            Dossier.code,
            Dossier.status,
            Dossier.finished_at,
            Dossier.receiving_agency_id,
            Dossier.competent_agency_id,
            Party.name.label("applicant"),
            ProcedureEdition.name.label("procedure"),
            ProcedureEdition.name_en.label("procedure_en"),
        )
        .join(Dossier, Dossier.id == PilePaper.dossier_id)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .where(PilePaper.pile_id == pile_id)
        .order_by(PilePaper.position)
    )


def pile_line(row: Any) -> PileLine:
    """Return a paper of `pile_lines` as its row."""
    return PileLine(
        code=row.code,
        applicant=row.applicant or "",
        procedure=Named(row.procedure, row.procedure_en),
        status=row.status,
        position=row.position,
        taken_at=row.taken_at,
        stayed=row.stayed,
    )
