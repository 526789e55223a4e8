"""The pile that somebody is scanning: its papers, and where each of them should go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.rights import Actor
from onestop.domain.statuses import Status
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Participation, Step
from onestop.models.piles import Pile, PilePaper
from onestop.queries.dossier_rows import Named
from onestop.queries.piles import PileLine, pile_line, pile_lines


@dataclass(frozen=True, slots=True)
class WayRow:
    """An agency to which papers of a pile may go: how many of them, and how many should now."""

    id: int
    name: Named
    papers: int
    wanted: int


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The pile that somebody is scanning, the last paper first; `id` is None before the first."""

    id: int | None
    lines: tuple[PileLine, ...]
    ways: tuple[WayRow, ...]


def scanned_page(session: Session, actor: Actor) -> ScannedPage:
    """Return the pile that the actor is scanning, and where its papers may go."""
    row = session.execute(
        select(Pile.id, Pile.from_agency_id)
        .where(Pile.from_user_id == actor.user_id, Pile.given_at.is_(None))
        .order_by(Pile.id)
        .limit(1)
    ).first()
    if row is None:
        return ScannedPage(None, (), ())
    found = session.execute(
        pile_lines(row.id).order_by(None).order_by(PilePaper.position.desc())
    ).all()
    turns = _turns(session, found, row.from_agency_id)
    ways = _ways(session, row.id, row.from_agency_id, turns)
    names = {way.id: way.name for way in ways}
    lines = tuple(
        replace(pile_line(line), way=names.get(turns.get(line.dossier_id, 0))) for line in found
    )
    return ScannedPage(row.id, lines, ways)


def _turns(session: Session, lines: Sequence[Any], here: int) -> dict[int, int]:
    """Where each paper should go next from here, by dossier; as decisions.next_way has it."""
    live: dict[int, list[int]] = {}
    stmt = (
        select(Step.dossier_id, Step.agency_id)
        .where(Step.dossier_id.in_([line.dossier_id for line in lines]), Step.status.in_(LIVE))
        .order_by(Step.dossier_id, Step.position)
    )
    for dossier_id, agency_id in session.execute(stmt) if lines else ():
        live.setdefault(dossier_id, []).append(agency_id)
    turns = {}
    for line in lines:
        ways = live.get(line.dossier_id, [])
        if line.finished_at is not None:
            archive = () if line.status is Status.REJECTED else (line.competent_agency_id,)
            ways = [a for a in (line.receiving_agency_id, *archive) if a != here]
        if ways and here not in ways:
            turns[line.dossier_id] = ways[0]
    return turns


def _ways(
    session: Session, pile_id: int, here: int, turns: Mapping[int, int]
) -> tuple[WayRow, ...]:
    """The agencies that may take papers of the pile; those whose turn it is first."""
    counted = func.count(Dossier.id.distinct())
    rows = session.execute(
        select(Agency.id, Agency.short_name, Agency.name_en, counted)
        .select_from(PilePaper)
        .join(Dossier, Dossier.id == PilePaper.dossier_id)
        .join(Participation, Participation.dossier_id == Dossier.id)
        .join(Agency, Agency.id == Participation.agency_id)
        .where(
            PilePaper.pile_id == pile_id,
            Agency.id != here,
            or_(
                Dossier.finished_at.is_(None),
                Participation.taking_part_as == "receiving",
                and_(
                    Participation.taking_part_as == "competent",
                    Dossier.status != Status.REJECTED,
                ),
            ),
        )
        .group_by(Agency.id, Agency.short_name, Agency.name_en)
    )
    wanted = list(turns.values())
    ways = [
        WayRow(agency, Named.of(name, name_en), papers, wanted.count(agency))
        for agency, name, name_en, papers in rows
    ]
    return tuple(sorted(ways, key=lambda way: (-way.wanted, -way.papers, way.name.vi, way.id)))
