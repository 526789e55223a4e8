"""Who looked at what: one row per view, chained per agency and day, written before the view."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from onestop.domain.chain import GENESIS, event_hash
from onestop.domain.errors import DomainError
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor, Assignment, Right
from onestop.models.accounts import AccessLogEntry, AccessLogHead
from onestop.models.agencies import Agency
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, Participation
from onestop.models.fees import FeeSheet
from onestop.models.jobs import Job
from onestop.models.piles import Pile
from onestop.models.reception import Visit

_OWNERS: Final[Mapping[str, tuple[ColumnElement[bool], InstrumentedAttribute[int]]]] = {
    "pile": (Agency.id.in_((Pile.from_agency_id, Pile.to_agency_id)), Pile.id),
    "paper": (Agency.id == IssuedDocument.agency_id, IssuedDocument.id),
    "fee_sheet": (Agency.id == FeeSheet.agency_id, FeeSheet.id),
    "visit": (Agency.id == Visit.agency_id, Visit.id),
    "job": (Agency.id == Job.agency_id, Job.id),
    "book": (true(), Agency.id),
    "staff": (true(), Agency.id),
}
"""Of a subject that is no dossier: whose row it is, and which row."""
_NAMED: Final = re.compile(rf"(?P<kind>{'|'.join(_OWNERS)}):(?P<id>[0-9]{{1,9}})(/[-0-9]{{1,9}})?")


class NobodyToLog(DomainError):
    """A view by somebody without a role at any agency: there is no chain it could stand in."""


def record_view(
    session: Session,
    actor: Actor,
    *,
    right: Right | None,
    endpoint: str,
    subject: str,
    at: datetime,
) -> None:
    """Add a row to the access log of the agency through which `actor` may see `subject`.

    For a list, or something that none of the actor's agencies has to do with, the first agency
    at which `right` is held.

    subject   what is looked at: a dossier code, "pile:3", "paper:89", "fee_sheet:5", "visit:8",
              "job:7", "book:24/2026" (agency and year), "staff:24/6" (agency and person), or ""
              for a list; never a name or a search text.
    Raises NobodyToLog. Source: docs/rules.md, rule R15.
    """
    agency_id = _agency_of(session, actor, right, subject)
    day = office_date(at)
    head = _locked_head(session, agency_id, day)
    n, subject = head.n + 1, subject[:64]
    body = _body(
        agency=agency_id,
        day=day.isoformat(),
        n=n,
        at=at.isoformat(),
        user=actor.user_id,
        endpoint=endpoint,
        subject=subject,
    )
    entry = AccessLogEntry(
        agency_id=agency_id,
        day=day,
        n=n,
        at=at,
        user_id=actor.user_id,
        subject=subject,
        body=body,
        prev_hash=head.hash,
        hash=view_hash(head.hash, body, agency_id=agency_id, day=day, n=n),
    )
    session.add(entry)
    head.n, head.hash = n, entry.hash
    session.flush()


def _body(**viewed: object) -> bytes:
    said = {"type": "PersonalDataViewed", "v": 1, **viewed}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def view_hash(previous: bytes, body: bytes, *, agency_id: int, day: date, n: int) -> bytes:
    """Return the hash that binds row `n` to its agency, its day and the rows before it."""
    return event_hash(previous, body, dossier=f"access-log {agency_id} {day}", version=n)


def _agency_of(session: Session, actor: Actor, right: Right | None, subject: str) -> int:
    giving = [held for held in actor.assignments if right is None or right in held.rights]
    if not giving:
        raise NobodyToLog
    seeing = [held for held in actor.assignments if Right.SEE_DOSSIER in held.rights]
    if subject and len({held.agency_id for held in (*giving, *seeing)}) > 1:
        if (owners := _owners(session, subject)) is not None:
            near = _nearest(giving, owners)
            return near.agency_id if near else giving[0].agency_id
        paths = _taking_part(session, subject)
        for held in ([one for one in seeing if one in giving], seeing):
            if near := _nearest(held, paths):
                return near.agency_id
    return giving[0].agency_id


def _taking_part(session: Session, code: str) -> list[str]:
    """Places in the tree of the agencies that have to do with a dossier, also those now done."""
    return list(
        session.scalars(
            select(Agency.path)
            .join(Participation, Participation.agency_id == Agency.id)
            .join(Dossier, Dossier.id == Participation.dossier_id)
            .where(Dossier.code == code)
        )
    )


def _owners(session: Session, subject: str) -> list[str] | None:
    """Places in the tree of the agencies whose data it is; None when the subject is a dossier."""
    named = _NAMED.fullmatch(subject)
    if named is None:
        return None
    agency, of_row = _OWNERS[named["kind"]]
    return list(session.scalars(select(Agency.path).where(agency, of_row == int(named["id"]))))


def _nearest(held: Sequence[Assignment], paths: Sequence[str]) -> Assignment | None:
    """The assignment that reaches one of these places: itself before from above, near before far.

    As queries/scope.py decides it for whole lists.
    """
    for one in held:
        if one.path in paths:
            return one
    above = [
        one for one in held if one.reaches_subtree and any(p.startswith(one.path) for p in paths)
    ]
    return max(above, key=lambda one: len(one.path), default=None)


def _locked_head(session: Session, agency_id: int, day: date) -> AccessLogHead:
    # The head is a row of its own because PostgreSQL can lock a row, not "the last of many".
    wanted = (
        select(AccessLogHead)
        .where(AccessLogHead.agency_id == agency_id, AccessLogHead.day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    head = session.scalar(wanted)
    if head is not None:
        return head
    try:
        with session.begin_nested():
            session.add(AccessLogHead(agency_id=agency_id, day=day, n=0, hash=GENESIS))
    except IntegrityError:
        pass  # another view of this agency came first today: its row is there now
    return session.scalars(wanted).one()
