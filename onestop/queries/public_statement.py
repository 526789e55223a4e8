"""The one statement of the status page: a dossier, its steps, promises and pauses in a union."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeEngine

from onestop.models.agencies import Agency, Desk
from onestop.models.base import UTCDateTime
from onestop.models.calendars import CalendarVersion
from onestop.models.dossiers import Dossier, Party, Pause, Promise, StatusLink, Step
from onestop.models.procedures import ProcedureEdition
from onestop.queries.parties import APPLICANT

# Four parts in one statement, so that the AUTOCOMMIT engine sees one state of the database:
# the dossier, its steps, its promises, its pauses. A part leaves the columns it lacks NULL.
_COLUMNS: Final[dict[str, TypeEngine[Any]]] = {
    "part": String(),
    "place": Integer(),
    "dossier_id": Integer(),
    "link_state": String(),
    "link_ended_at": UTCDateTime(),
    "code": String(),
    "delivery": String(),
    "limit": String(),
    "applicant": Text(),
    "procedure_body": Text(),
    "desk": String(),
    "address": String(),
    "phone": String(),
    "calendar_body": Text(),
    "received_at": UTCDateTime(),
    "first_due_at": UTCDateTime(),
    "last_due_at": UTCDateTime(),
    "late_at": UTCDateTime(),
    "finished_at": UTCDateTime(),
    "returned_at": UTCDateTime(),
    "agency": String(),
    "agency_en": String(),
    "key": String(),
    "attempt": Integer(),
    "name": Text(),
    "name_en": Text(),
    "kind": String(),
    "role": String(),
    "phase": Integer(),
    "status": String(),
    "opened_at": UTCDateTime(),
    "accepted_at": UTCDateTime(),
    "closed_at": UTCDateTime(),
    "due_at": UTCDateTime(),
    "reason": String(),
    "papers": Text(),
    "amount": BigInteger(),
}


def _part(name: str, /, **filled: Any) -> Select[Any]:
    columns = []
    for column, kind in _COLUMNS.items():
        if column == "part":
            value: Any = literal(name, String())
        elif column in filled:
            value = type_coerce(filled[column], kind)
        else:
            value = cast(null(), kind)
        columns.append(value.label(column))
    # The token is what finds each part; nothing can be asked by a dossier's number.
    return select(*columns).where(StatusLink.token_sha256 == bindparam("token_sha256"))


_calendar_body = (
    select(CalendarVersion.body)
    .where(CalendarVersion.key == Agency.calendar_key)
    .order_by(CalendarVersion.version.desc())
    .limit(1)
    .correlate(Agency)
    .scalar_subquery()
)
_head = (
    _part(
        "head",
        place=StatusLink.version,
        dossier_id=Dossier.id,
        link_state=StatusLink.state,
        link_ended_at=StatusLink.ended_at,
        code=Dossier.code,
        key=Agency.code,
        status=Dossier.status,
        delivery=Dossier.delivery,
        reason=Dossier.outcome,
        limit=Dossier.limit,
        applicant=Party.name,
        procedure_body=ProcedureEdition.body,
        desk=Desk.name,
        agency=Agency.name,
        agency_en=Agency.name_en,
        address=Agency.address,
        phone=Agency.phone,
        calendar_body=_calendar_body,
        received_at=Dossier.received_at,
        first_due_at=Dossier.first_due_at,
        due_at=Dossier.due_at,
        last_due_at=Dossier.last_due_at,
        late_at=Dossier.late_at,
        opened_at=Dossier.paused_at,
        finished_at=Dossier.finished_at,
        returned_at=Dossier.returned_at,
    )
    .select_from(StatusLink)
    .join(Dossier, Dossier.id == StatusLink.dossier_id)
    .join(ProcedureEdition, ProcedureEdition.id == Dossier.procedure_edition_id)
    .join(Agency, Agency.id == Dossier.receiving_agency_id)
    .outerjoin(Desk, Desk.id == Dossier.desk_id)
    .outerjoin(Party, APPLICANT)
)
_steps = (
    _part(
        "step",
        place=Step.position,
        key=Step.key,
        attempt=Step.attempt,
        name=Step.name,
        name_en=Step.name_en,
        kind=Step.kind,
        role=Step.role,
        phase=Step.phase,
        status=Step.status,
        agency=Agency.name,
        agency_en=Agency.name_en,
        opened_at=Step.offered_at,
        accepted_at=Step.accepted_at,
        closed_at=Step.ended_at,
        due_at=Step.due_at,
    )
    .select_from(StatusLink)
    .join(Step, Step.dossier_id == StatusLink.dossier_id)
    .join(Agency, Agency.id == Step.agency_id)
)
_promises = (
    _part(
        "promise",
        place=Promise.line,
        key=Promise.scope,
        kind=Promise.ground,
        due_at=Promise.due_at,
        reason=Promise.reason,
        agency=Agency.name,
        agency_en=Agency.name_en,
    )
    .select_from(StatusLink)
    .join(Promise, Promise.dossier_id == StatusLink.dossier_id)
    .outerjoin(Agency, Agency.id == Promise.agency_id)
)
_pauses = (
    _part(
        "pause",
        place=Pause.pause,
        key=Pause.step_key,
        attempt=Pause.attempt,
        kind=Pause.kind,
        reason=Pause.reason,
        papers=Pause.papers,
        amount=Pause.amount,
        opened_at=Pause.opened_at,
        due_at=Pause.citizen_due_at,
        closed_at=Pause.closed_at,
    )
    .select_from(StatusLink)
    .join(Pause, Pause.dossier_id == StatusLink.dossier_id)
)
STATUS: Final = union_all(_head, _steps, _promises, _pauses)
"""Everything of one dossier, by `token_sha256`; `part` says what a row is."""
