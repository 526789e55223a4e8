"""What the page of a correction starts from: the dossier as it stands, and who may correct what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState
from onestop.domain.fold import fold
from onestop.domain.moves import allowed_moves, may_reroute
from onestop.domain.print_rights import RECEIPT
from onestop.domain.rights import Actor
from onestop.domain.statuses import Action
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier
from onestop.models.procedures import ProcedureEdition
from onestop.queries.calendars import working_calendar
from onestop.queries.dossier_history import recorded_events
from onestop.queries.dossier_rows import Named
from onestop.queries.parties import PartyRow, parties
from onestop.queries.scope import visible_dossiers


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """The dossier as it stands; `calendar` is the receiving agency's.

    may_correct   the people of the dossier; `may_reroute` procedure and agency too.
    is_printed    a receipt is in force; after a correction the new one has to be printed first.
    """

    code: str
    state: DossierState
    procedure: Named
    people: Mapping[str, PartyRow]
    calendar: WorkingCalendar
    may_correct: bool
    may_reroute: bool
    is_printed: bool


def correction_page(
    session: Session, code: str, actor: Actor, *, now: datetime
) -> CorrectionPage | None:
    """Return what a correction starts from, or None for a dossier the actor takes no part in.

    Source: docs/rules.md, rule R16.
    """
    found = session.execute(
        select(Dossier.id, ProcedureEdition.name, ProcedureEdition.name_en, Agency.calendar_key)
        .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .where(Dossier.code == code, visible_dossiers(actor))
    ).one_or_none()
    if found is None:
        return None
    state = fold(recorded_events(session, found.id))
    may_correct = any(move.action is Action.CORRECT for move in allowed_moves(state, actor, now))
    return CorrectionPage(
        code=code,
        state=state,
        procedure=Named.of(found.name, found.name_en),
        people=parties(session, found.id),
        calendar=working_calendar(session, found.calendar_key),
        may_correct=may_correct,
        may_reroute=may_correct and may_reroute(state, actor),
        is_printed=_is_printed(session, found.id),
    )


def agency_names(session: Session, ids: Collection[int]) -> dict[int, Named]:
    """Return the names of agencies by id."""
    rows = session.execute(
        select(Agency.id, Agency.name, Agency.name_en).where(Agency.id.in_(sorted(ids)))
    )
    return {row.id: Named.of(row.name, row.name_en) for row in rows}


def _is_printed(session: Session, dossier_id: int) -> bool:
    in_force = exists().where(
        IssuedDocument.dossier_id == dossier_id,
        IssuedDocument.kind == RECEIPT,
        IssuedDocument.voided_at.is_(None),
    )
    return bool(session.scalar(select(in_force)))
