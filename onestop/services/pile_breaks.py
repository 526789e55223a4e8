"""Whether the piles agree with the histories of the dossiers whose paper originals they carried."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from onestop.domain.events import PaperGiven, PaperStayed, PaperTaken, from_body
from onestop.models.piles import Pile, PilePaper
from onestop.services.breaks import Break, Fault

_TYPES: Final = (PaperGiven.TYPE, PaperTaken.TYPE, PaperStayed.TYPE)
_LEFT: Final = func.sum(
    case((PilePaper.taken_at.is_(None) & PilePaper.stayed.is_(None), 1), else_=0)
)
_Carried = dict[int, tuple[Any, ...]]
"""Pile -> giver, receiving agency, given at, taken at, why it stayed."""


def carried_breaks(
    session: Session, histories: Mapping[int, Sequence[Row[Any]]], codes: Mapping[int, str]
) -> Iterator[Break]:
    """Yield every dossier that was given, taken or kept otherwise than its piles say.

    `histories` are the stored events of some dossiers, by id. Source: docs/rules.md, rule W2.
    """
    stored: dict[int, _Carried] = {}
    rows = session.execute(
        select(
            PilePaper.dossier_id,
            Pile.id,
            Pile.from_user_id,
            Pile.to_agency_id,
            Pile.given_at,
            PilePaper.taken_at,
            PilePaper.stayed,
        )
        .join(Pile, Pile.id == PilePaper.pile_id)
        .where(PilePaper.dossier_id.in_(histories), Pile.given_at.is_not(None))
    )
    for dossier_id, pile, *said in rows:
        stored.setdefault(dossier_id, {})[pile] = tuple(said)
    for dossier_id, events in histories.items():
        told, kept = _carried(events), stored.get(dossier_id, {})
        for pile in sorted(told.keys() | kept.keys()):
            if told.get(pile) != kept.get(pile):
                yield Break(codes[dossier_id], 0, Fault.TABLE_DIFFERS, f"pile {pile}")
                break


def pile_breaks(session: Session) -> Iterator[Break]:
    """Yield every given pile that is closed with papers left, or open without, or has none."""
    piles = (
        select(Pile.id, Pile.taken_at, _LEFT)
        .outerjoin(PilePaper, PilePaper.pile_id == Pile.id)
        .where(Pile.given_at.is_not(None))
        .group_by(Pile.id)
        .having(
            (func.count(PilePaper.position) == 0)
            | (Pile.taken_at.is_(None) & (_LEFT == 0))
            | (Pile.taken_at.is_not(None) & (_LEFT > 0))
        )
        .order_by(Pile.id)
    )
    for row in session.execute(piles):
        yield Break(f"pile {row.id}", 0, Fault.TABLE_DIFFERS, "piles")


def _carried(events: Iterable[Row[Any]]) -> _Carried:
    found: _Carried = {}
    for row in events:
        if row.type not in _TYPES:
            continue
        recorded = from_body(row.body)
        match recorded.event:
            case PaperGiven(pile=pile, agency=agency):
                found[pile] = (recorded.actor, agency, recorded.occurred_at, None, None)
            case PaperTaken(pile=int(pile)) if pile in found:
                found[pile] = (*found[pile][:3], recorded.occurred_at, None)
            case PaperStayed(pile=pile, why=why) if pile in found:
                found[pile] = (*found[pile][:3], None, why)
    return found
