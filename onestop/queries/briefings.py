"""What a leader's meeting is about: late dossiers and which of them nobody has explained."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onestop.domain.events import Ground, ProposalKind, StepFinished, from_body
from onestop.domain.rights import Actor
from onestop.domain.standings import Standing
from onestop.models.dossiers import Dossier, Promise, Proposal
from onestop.models.events import DossierEvent
from onestop.queries.oversight import OversightRow, oversight_rows
from onestop.queries.oversight_terms import OversightFilter

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class BriefingLineRow:
    """One late dossier: working days late, who has it, and the code of the reason, "" for none."""

    days: int
    code: str
    procedure: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class BriefingAgencyRow:
    """What lies late at one agency, how much of it is unexplained, and its worst in days."""

    agency: str
    late: int
    unexplained: int
    worst: int


@dataclass(frozen=True, slots=True)
class BriefingPage:
    """Every late dossier once, at the agency that has it: the sums of `agencies` are the counts."""

    agencies: tuple[BriefingAgencyRow, ...]
    lines: tuple[BriefingLineRow, ...]

    @property
    def count(self) -> int:
        """How many are late: the count of the list of leaders."""
        return len(self.lines)

    @property
    def unexplained(self) -> int:
        """How many of them nobody has explained."""
        return sum(not line.reason for line in self.lines)


def briefing(
    session: Session, actor: Actor, *, now: datetime, agency: int | None = None
) -> BriefingPage:
    """Return what is overdue within the actor's reach, unexplained first, then the latest.

    A dossier counts as explained by the reason of an apology told or proposed, of an open pause,
    or of a step that was finished late. A draft of the clock gives no reason until it is signed.
    Raises ExportTooLarge.
    Source: docs/rules.md, rules R3, R5, R16.
    """
    rows = oversight_rows(session, actor, Standing.OVERDUE, OversightFilter(agency=agency), now=now)
    reasons = _reasons(session, [row.code for row in rows])
    lines = [_line(row, reasons) for row in rows]
    lines.sort(key=lambda line: (bool(line.reason), -line.days, line.code))
    return BriefingPage(agencies=_by_agency(lines), lines=tuple(lines))


def _line(row: OversightRow, reasons: Mapping[str, str]) -> BriefingLineRow:
    waiting = row.pause.reason or row.pause.kind.value if row.pause else ""
    return BriefingLineRow(
        days=row.days,
        code=row.code,
        procedure=row.procedure.vi,
        where=row.holders[0].agency.vi if row.holders else "",
        reason=reasons.get(row.code) or waiting,
    )


def _by_agency(lines: Collection[BriefingLineRow]) -> tuple[BriefingAgencyRow, ...]:
    found: dict[str, list[BriefingLineRow]] = defaultdict(list)
    for line in lines:
        found[line.where].append(line)
    rows = [
        BriefingAgencyRow(
            agency=agency,
            late=len(theirs),
            unexplained=sum(not line.reason for line in theirs),
            worst=max(line.days for line in theirs),
        )
        for agency, theirs in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.unexplained, -row.late, row.agency)))


def _reasons(session: Session, codes: list[str]) -> dict[str, str]:
    """The code of the reason last recorded, by dossier code; those without one are not there."""
    found: dict[str, str] = {}
    for at in range(0, len(codes), _AT_ONCE):
        asked = codes[at : at + _AT_ONCE]
        found |= _of_late_steps(session, asked)
        found |= _of_apologies(session, asked)
    return found


def _of_apologies(session: Session, codes: list[str]) -> dict[str, str]:
    proposed = (
        select(Dossier.code, Proposal.reason)
        .join(Proposal, Proposal.dossier_id == Dossier.id)
        .where(
            Dossier.code.in_(codes),
            Proposal.kind == ProposalKind.EXTENSION,
            Proposal.reason != "",
            or_(Proposal.decided_at.is_(None), Proposal.agreed.is_(True)),
        )
        .order_by(Dossier.code, Proposal.proposal)
    )
    told = (
        select(Dossier.code, Promise.reason)
        .join(Promise, Promise.dossier_id == Dossier.id)
        .where(Dossier.code.in_(codes), Promise.ground == Ground.EXTENSION)
        .order_by(Dossier.code, Promise.line)
    )
    found = {code: reason for code, reason in session.execute(proposed)}
    return found | {code: reason for code, reason in session.execute(told)}


def _of_late_steps(session: Session, codes: list[str]) -> dict[str, str]:
    bodies = session.execute(
        select(Dossier.code, DossierEvent.body)
        .join(DossierEvent, DossierEvent.dossier_id == Dossier.id)
        .where(Dossier.code.in_(codes), DossierEvent.type == StepFinished.TYPE)
        .order_by(Dossier.code, DossierEvent.version)
    )
    found = {}
    for code, body in bodies:
        # Most steps end in time and say null: their bytes need not be taken apart.
        if b'"late_reason":null' in body:
            continue
        event = from_body(body).event
        if isinstance(event, StepFinished) and event.late_reason:
            found[code] = event.late_reason
    return found
