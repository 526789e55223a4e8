"""What a person may print of a dossier, asked of the tables."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.events import PauseKind, ReceptionVoided
from onestop.domain.print_rights import Asking, PrintRights, print_rights_of
from onestop.domain.rights import Actor, Right
from onestop.models.dossiers import Dossier, Pause, Step
from onestop.queries.scope import visible_dossiers


def print_rights(session: Session, actor: Actor, code: str) -> PrintRights | None:
    """What the actor may print of a dossier, or None when the actor may not see it."""
    row = session.execute(
        select(
            Dossier.id,
            Dossier.receiving_agency_id,
            Dossier.outcome,
            visible_dossiers(actor, Right.WORK).label("works"),
        ).where(Dossier.code == code, visible_dossiers(actor))
    ).first()
    if row is None:
        return None
    return print_rights_of(
        actor,
        receiving=row.receiving_agency_id,
        asking=_asking(session, row.id),
        works=row.works,
        is_voided=row.outcome == ReceptionVoided.TYPE,
    )


def _asking(session: Session, dossier_id: int) -> Asking | None:
    row = session.execute(
        select(Step.agency_id, Step.role)
        .join(
            Pause,
            (Pause.dossier_id == Step.dossier_id)
            & (Pause.step_key == Step.key)
            & (Pause.attempt == Step.attempt),
        )
        .where(Step.dossier_id == dossier_id, Pause.kind == PauseKind.SUPPLEMENT)
        .order_by(Pause.pause.desc())
        .limit(1)
    ).first()
    return None if row is None else Asking(row.agency_id, row.role)
