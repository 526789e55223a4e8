"""The row of a control slip: every hand-over of a dossier, from whom to whom, and how it stood."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from onestop.domain.events import (
    PAPER_EVENTS,
    DossierReceived,
    StepAccepted,
    StepFinished,
    from_body,
)
from onestop.domain.form_editions import FormKind
from onestop.domain.routes import StepKind
from onestop.domain.standings import punctuality
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Party, Step
from onestop.models.events import DossierEvent
from onestop.queries.paper_rows.printing import Printing, dossier_head
from onestop.queries.papers import ControlSlipRow, HandOverRow

StepRow = Row[
    tuple[
        str,
        int,
        StepKind,
        str,
        int | None,
        str | None,
        datetime,
        datetime | None,
        datetime | None,
        datetime | None,
        datetime | None,
    ]
]
StandIns = Mapping[tuple[str, str, int, int | None], str]
"""Who took or ended an attempt at a step in place of its holder: by type of event and these."""

_BY_HAND = (StepAccepted.TYPE, StepFinished.TYPE)
_OF_PAPER = frozenset(kind.TYPE for kind in PAPER_EVENTS)


def control_slip_row(session: Session, dossier_id: int, printing: Printing) -> ControlSlipRow:
    """What the slip that travels with a dossier says now: one block per offer, oldest first.

    The giver of a hand-over is the step whose end made the offer; the punctuality is the giver's.
    Raises LookupError for an unknown dossier. Source: docs/rules.md, rule R6.
    """
    d = session.get(Dossier, dossier_id)
    if d is None:
        raise LookupError(f"no dossier {dossier_id}")
    kind = FormKind.CONTROL_SLIP
    head = dossier_head(session, d, kind, printing)
    form, letterhead = head.form, head.letterhead
    applicant = select(Party.name).where(Party.dossier_id == dossier_id, Party.role == "applicant")
    return ControlSlipRow(
        form=form,
        letterhead=letterhead,
        code=d.code,
        applicant_name=session.scalar(applicant) or "",
        received_at=d.received_at,
        due_at=d.due_at,
        lead_agency=_agency_name(session, d.competent_agency_id),
        cooperating=_cooperating(session, d),
        hand_overs=tuple(
            _hand_overs(list(_steps(session, dossier_id)), _stand_ins(session, dossier_id))
        ),
        book_no=f"{d.book:02}/{d.book_year}",
        book_seq=f"{d.book_number:04}",
        blank_blocks=0 if d.returned_at else 1,
        is_sample=printing.is_sample,
    )


def slip_version(session: Session, dossier_id: int) -> int:
    """The version of the last event that a control slip can tell of: none that moved paper only."""
    version = session.scalar(
        select(func.max(DossierEvent.version)).where(
            DossierEvent.dossier_id == dossier_id, DossierEvent.type.not_in(_OF_PAPER)
        )
    )
    return int(version or 0)


def _steps(session: Session, dossier_id: int) -> Iterable[StepRow]:
    holder = aliased(User)
    return session.execute(
        select(
            Step.key,
            Step.attempt,
            Step.kind,
            Agency.name.label("agency"),
            Step.holder_id,
            holder.display_name.label("person"),
            Step.offered_at,
            Step.accepted_at,
            Step.ended_at,
            Step.due_at,
            Step.late_at,
        )
        .join(Agency, Agency.id == Step.agency_id)
        .outerjoin(holder, holder.id == Step.holder_id)
        .where(Step.dossier_id == dossier_id)
        .order_by(Step.offered_at, Step.position, Step.attempt)
    )


def _stand_ins(session: Session, dossier_id: int) -> StandIns:
    rows = session.execute(
        select(DossierEvent.body, User.display_name)
        .join(User, User.id == DossierEvent.actor_id)
        .where(DossierEvent.dossier_id == dossier_id, DossierEvent.type.in_(_BY_HAND))
    )
    found: dict[tuple[str, str, int, int | None], str] = {}
    for body, name in rows:
        recorded = from_body(body)
        event = recorded.event
        if recorded.on_behalf_of and isinstance(event, StepAccepted | StepFinished):
            found[event.TYPE, event.step, event.attempt, recorded.on_behalf_of] = name
    return found


def _hand_overs(steps: list[StepRow], stand_ins: StandIns) -> Iterable[HandOverRow]:
    desk = next((step for step in steps if step.kind is StepKind.RECEIVE), None)
    for step in steps:
        giver = next((s for s in steps if s is not step and s.ended_at == step.offered_at), desk)
        if step.kind is StepKind.RECEIVE or giver is None:
            continue
        yield HandOverRow(
            from_agency=giver.agency,
            from_person=giver.person or "",
            given_at=step.offered_at,
            to_agency=step.agency,
            to_person=step.person or "",
            taken_at=step.accepted_at,
            punctuality=_punctuality(giver),
            from_stand_in=_stand_in(StepFinished.TYPE, giver, stand_ins),
            to_stand_in=_stand_in(StepAccepted.TYPE, step, stand_ins),
        )


def _stand_in(kind: str, step: StepRow, stand_ins: StandIns) -> str:
    return stand_ins.get((kind, step.key, step.attempt, step.holder_id), "")


def _punctuality(step: StepRow) -> str:
    if step.ended_at is None or step.due_at is None or step.late_at is None:
        return ""
    by_date = bool(step.late_at != step.due_at)
    return punctuality(step.ended_at, step.due_at, step.late_at, by_date=by_date).value


def _cooperating(session: Session, d: Dossier) -> tuple[str, ...]:
    """Agencies of the planned route beside the competent and the receiving one, each once."""
    body = session.scalar(
        select(DossierEvent.body).where(DossierEvent.dossier_id == d.id, DossierEvent.version == 1)
    )
    event = from_body(body).event if body else None
    if not isinstance(event, DossierReceived):
        return ()
    main = {d.competent_agency_id, d.receiving_agency_id, None}
    ids = dict.fromkeys(step.agency for step in event.steps if step.agency not in main)
    return tuple(_agency_name(session, agency) for agency in ids if agency is not None)


def _agency_name(session: Session, agency_id: int) -> str:
    return session.scalar(select(Agency.name).where(Agency.id == agency_id)) or ""
