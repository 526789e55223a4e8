"""What a page of a worklist holds, and what is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onestop.domain.events import PauseKind, ProposalKind
from onestop.domain.routes import StepKind
from onestop.domain.standings import Standing
from onestop.domain.working_time import WorkingCalendar


class Tab(StrEnum):
    """The parts of a worklist. `soon` is due within the agency's due-soon days, today included.

    `waiting` and `all` hold for a clerk also what waits for the citizen at another agency.
    `proposed` holds proposals, not steps: what waits for a leader's decision.
    """

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    WAITING = "waiting"
    OFFERED = "offered"
    ALL = "all"
    PROPOSED = "proposed"


STEP_TABS = tuple(tab for tab in Tab if tab is not Tab.PROPOSED)
"""The tabs whose rows are live steps."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended: the row after this one comes first on the next page."""

    late_at: datetime
    dossier_id: int
    position: int


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """What is asked for. `whole_agency` shows what colleagues hold as well."""

    tab: Tab = Tab.ALL
    whole_agency: bool = False
    agency: int | None = None
    procedure: str = ""
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class WorklistAgencyRow:
    """An agency whose work the person may see, with what its due-soon days lead to."""

    id: int
    name: str
    name_en: str
    short_name: str
    calendar: WorkingCalendar
    due_soon_days: int
    tonight: datetime
    soon_before: datetime


@dataclass(frozen=True, slots=True)
class GiverRow:
    """Who gave a step on: the agency, and the person when one held it."""

    agency: str
    agency_en: str
    person: str


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One live step. `days` are working days late or left; None when no date stands.

    due_at is the step's, or the dossier's promise where a step has none; `by_date` when lateness
    begins with the next day. `since` is when it was accepted, or offered. Instants are in UTC.
    `elsewhere`: the step is not the work of an agency of the person, who is told that the citizen
    whose dossier the own desk received is waited for.
    `stands_for` is the absent colleague whose work it is, empty for one's own.
    """

    dossier_id: int
    code: str
    applicant: str
    procedure: str
    procedure_en: str
    step: str
    step_en: str
    kind: StepKind
    attempt: int
    is_offered: bool
    agency: str
    agency_en: str
    elsewhere: bool
    holder: str
    stands_for: str
    since: datetime
    due_at: datetime | None
    by_date: bool
    standing: Standing | None
    days: int | None
    paused: PauseKind | None
    paused_at: datetime | None
    citizen_due_at: datetime | None
    giver: GiverRow | None


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """One proposal. `standing` and working `days` are of the whole dossier, due at `due_at`.

    `new_due_at` is the later date proposed, None for papers to ask for again.
    """

    dossier_id: int
    code: str
    applicant: str
    procedure: str
    procedure_en: str
    kind: ProposalKind
    reason: str
    step: str
    step_en: str
    asked_by: str
    asked_at: datetime
    new_due_at: datetime | None
    due_at: datetime
    standing: Standing
    days: int | None


@dataclass(frozen=True, slots=True)
class ProcedureChoiceRow:
    """A procedure that occurs in the list."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """One page of one tab, the counts of all tabs under the same filters, and what may be chosen.

    `next` is the place to go on from, None on the last page. In the tab of proposals `rows` is
    empty; only a leader has a count for it.
    """

    rows: tuple[WorklistRow, ...]
    counts: Mapping[Tab, int]
    agencies: tuple[WorklistAgencyRow, ...]
    procedures: tuple[ProcedureChoiceRow, ...]
    next: Place | None
    proposals: tuple[ProposedRow, ...] = ()
