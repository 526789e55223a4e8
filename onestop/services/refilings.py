"""Which earlier dossier a filing takes up again; the reception asks in its own transaction."""

from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from onestop.domain.events import Refiling
from onestop.domain.refilings import ENDED_WITHOUT, refiled_since
from onestop.models.base import table_of
from onestop.models.dossiers import Dossier, Party
from onestop.models.sealing import keyed_hash

_DOSSIERS, _PARTIES = table_of(Dossier), table_of(Party)
_EARLIER = (
    select(_DOSSIERS.c.code, _DOSSIERS.c.first_due_at)
    .join(_PARTIES, _PARTIES.c.dossier_id == _DOSSIERS.c.id)
    .where(
        _PARTIES.c.id_number_hash == bindparam("id_number_hash"),
        _PARTIES.c.role == "applicant",
        _DOSSIERS.c.procedure_code == bindparam("procedure"),
        _DOSSIERS.c.outcome.in_(ENDED_WITHOUT),
        _DOSSIERS.c.finished_at >= bindparam("since"),
    )
    .order_by(_DOSSIERS.c.finished_at.desc(), _DOSSIERS.c.id.desc())
    .limit(1)
)


def refiling_of(session: Session, procedure: str, id_number: str, *, on: date) -> Refiling | None:
    """Return the dossier that a filing on this local day takes up again, the latest; or None.

    One that ended without its result within thirty days, of the applicant with this ID number;
    nothing is asked without a number.
    """
    if not id_number:
        return None
    wanted = {
        "id_number_hash": keyed_hash("id_number", id_number),
        "procedure": procedure,
        "since": refiled_since(on),
    }
    row = session.execute(_EARLIER, wanted).first()
    return None if row is None else Refiling(row.code, row.first_due_at)
