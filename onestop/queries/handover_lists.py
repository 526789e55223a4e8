"""The row of a hand-over list: the papers of a pile, and what the receiving side said of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onestop.domain.events import ReceptionVoided, Stayed, TakenBy
from onestop.domain.form_editions import form_edition_on
from onestop.domain.masks import mask_name
from onestop.domain.office_time import office_date
from onestop.domain.procedures import PaperKind
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, DossierPaper, Party
from onestop.models.piles import Pile, PilePaper
from onestop.models.procedures import ProcedureEdition
from onestop.queries.paper_rows import ZONE, Printing
from onestop.queries.papers import FilledForm, FormRow, LetterheadRow
from onestop.queries.parties import APPLICANT

TITLE: Final = "PHIẾU BÀN GIAO HỒ SƠ GIẤY"
SUFFIX: Final = "PBGHS"


@dataclass(frozen=True, slots=True)
class HandedPaperRow:
    """One dossier's papers on the list. `taken_at` and `stayed` say what became of them.

    applicant   masked, "" after a reception was undone: the list belongs to no dossier, so erasing
                a person could not find it.
    """

    code: str
    applicant: str
    request: str
    pieces: int
    taken_at: datetime | None
    stayed: Stayed | None


@dataclass(frozen=True, slots=True)
class HandoverListRow(FilledForm):
    """A hand-over of paper originals between agencies; instants are aware.

    answered_at     None while the receiving side has not answered for every paper.
    """

    from_agency: str
    giver: str
    given_at: datetime
    to_agency: str
    taker: str
    answered_at: datetime | None
    how: TakenBy | None
    lines: tuple[HandedPaperRow, ...]


def handover_list_row(session: Session, pile_id: int, printing: Printing) -> HandoverListRow:
    """What the list of a given pile says now. Raises LookupError for one that was not given.

    Source: docs/rules.md, rules P8, W1, W2.
    """
    pile = session.get(Pile, pile_id)
    if pile is None or pile.given_at is None or pile.number is None:
        raise LookupError(f"no given pile {pile_id}")
    agencies = session.scalars(
        select(Agency).where(Agency.id.in_([pile.from_agency_id, pile.to_agency_id]))
    )
    by_id = {agency.id: agency for agency in agencies}
    giving, receiving = by_id[pile.from_agency_id], by_id[pile.to_agency_id or 0]
    names = _names(session, pile)
    nation, motto = form_edition_on(printing.forms, office_date(printing.at)).motto
    return HandoverListRow(
        form=FormRow("handover_list", TITLE, headings={"nation": nation, "motto": motto}),
        letterhead=LetterheadRow(
            parent=giving.header_parent,
            unit=giving.header_name,
            place=giving.place,
            issued_at=pile.given_at,
            zone=ZONE,
            serial=f"{pile.number:04}/{SUFFIX}",
        ),
        from_agency=giving.name,
        giver=names.get(pile.from_user_id, ""),
        given_at=pile.given_at,
        to_agency=receiving.name,
        taker=names.get(pile.taken_by or 0, ""),
        answered_at=pile.taken_at,
        how=pile.taken_how,
        lines=_lines(session, pile_id),
        is_sample=printing.is_sample,
    )


def _names(session: Session, pile: Pile) -> Mapping[int, str]:
    people = select(User.id, User.display_name).where(
        User.id.in_([pile.from_user_id, pile.taken_by or pile.from_user_id])
    )
    return {user_id: name for user_id, name in session.execute(people)}


def _lines(session: Session, pile_id: int) -> tuple[HandedPaperRow, ...]:
    pieces = (
        select(func.coalesce(func.sum(DossierPaper.count), 0))
        .where(
            DossierPaper.dossier_id == Dossier.id,
            DossierPaper.kind != PaperKind.ELECTRONIC.value,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Dossier.code,
            Party.name,
            ProcedureEdition.name,
            pieces,
            PilePaper.taken_at,
            PilePaper.stayed,
            Dossier.outcome,
        )
        .join(Dossier, Dossier.id == PilePaper.dossier_id)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .outerjoin(Party, APPLICANT)
        .where(PilePaper.pile_id == pile_id)
        .order_by(PilePaper.position)
    )
    return tuple(
        HandedPaperRow(code, _shown(name, outcome), request, int(count), taken_at, stayed)
        for code, name, request, count, taken_at, stayed, outcome in rows
    )


def _shown(name: str | None, outcome: str | None) -> str:
    """What a taker may hold against the paper in hand."""
    return "" if name is None or outcome == ReceptionVoided.TYPE else mask_name(name)
