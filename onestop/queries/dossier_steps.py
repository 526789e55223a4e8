"""How the steps of a dossier stand, and the dossier as a whole: late, due soon, paused, ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onestop.domain.dossier import DossierState, StepState, StepStatus
from onestop.domain.events import Recorded
from onestop.domain.limits import Limit
from onestop.domain.procedures import ProcedureSpec
from onestop.domain.rights import Actor
from onestop.domain.standings import Punctuality, Standing, punctuality, standing_in_days
from onestop.domain.working_time import WorkingCalendar, elapsed
from onestop.queries.dossier_rows import AgencyRow, Named, StepRow


@dataclass(frozen=True, slots=True)
class Known:
    """What the parts of a page share."""

    state: DossierState
    recorded: Sequence[Recorded]
    spec: ProcedureSpec
    agencies: Mapping[int, AgencyRow]
    users: Mapping[int, str]
    calendars: Mapping[str, WorkingCalendar]
    reader: Actor
    now: datetime

    def calendar(self, agency_id: int) -> WorkingCalendar:
        return self.calendars[self.agencies[agency_id].calendar_key]

    @property
    def total_calendar(self) -> WorkingCalendar:
        return self.calendar(self.state.received.receiving_agency)


def step_rows(known: Known) -> tuple[StepRow, ...]:
    """Every attempt in the order of the route, and the steps nobody was offered yet.

    Attempts of a route that a correction has replaced come first.
    """
    there = {planned.key for planned in known.state.plan}
    rows = [_step(known, s) for s in known.state.steps if s.step not in there]
    for planned in known.state.plan:
        attempts = [s for s in known.state.steps if s.step == planned.key]
        rows += [_step(known, attempt) for attempt in attempts]
        if not attempts and not (planned.optional and known.state.finished_at is not None):
            agency = known.agencies.get(planned.agency) if planned.agency else None
            rows.append(
                StepRow(
                    key=planned.key,
                    attempt=0,
                    name=Named.of(planned.name, planned.name_en),
                    kind=planned.kind,
                    role=planned.role,
                    optional=planned.optional,
                    agency=agency.name if agency else None,
                    counted=planned.counted,
                )
            )
    return tuple(rows)


def _step(known: Known, step: StepState) -> StepRow:
    planned = step.planned
    limit = Limit.parse(planned.allotment) if planned.allotment else None
    calendar = known.calendar(step.agency)
    stands, days = _step_stands(known, step)
    pause = next((p for p in known.state.open_pauses if p.pause == step.pause), None)
    took = None
    if step.ended_at is not None and limit is not None and step.due_at is not None:
        took = elapsed(step.offered_at, step.ended_at, limit.scale, calendar)
    return StepRow(
        key=step.step,
        attempt=step.attempt,
        name=Named.of(planned.name, planned.name_en),
        kind=planned.kind,
        role=planned.role,
        optional=planned.optional,
        agency=known.agencies[step.agency].name,
        holder=known.users.get(step.holder, "") if step.holder else "",
        status=step.status,
        offered_at=step.offered_at,
        accepted_at=step.accepted_at,
        ended_at=step.ended_at,
        due_at=step.due_at,
        by_date=limit is not None and limit.judged_by_date,
        standing=stands,
        punctuality=_step_punctuality(step, limit),
        days=days,
        took=took,
        paused=pause.kind if pause else None,
        counted=planned.counted,
        is_mine=known.reader.acts_for(step.holder),
    )


def _step_punctuality(step: StepState, limit: Limit | None) -> Punctuality | None:
    done = step.status in (StepStatus.DONE, StepStatus.STALE)
    if not done or limit is None or not (step.ended_at and step.due_at and step.late_at):
        return None
    return punctuality(step.ended_at, step.due_at, step.late_at, by_date=limit.judged_by_date)


def _step_stands(known: Known, step: StepState) -> tuple[Standing | None, int | None]:
    if step.status not in (StepStatus.OFFERED, StepStatus.OPEN):
        return None, None
    agency = known.agencies[step.agency]
    pause = next((p for p in known.state.open_pauses if p.pause == step.pause), None)
    return _stands(known, agency, step.due_at, step.late_at, pause.opened_at if pause else None)


def _stands(
    known: Known,
    agency: AgencyRow,
    due_at: datetime | None,
    late_at: datetime | None,
    paused_at: datetime | None,
) -> tuple[Standing | None, int | None]:
    """The standing of what is open, and working days late (frozen by a pause) or left."""
    if late_at is None or due_at is None:
        return (Standing.PAUSED if paused_at else None), None
    return standing_in_days(
        due_at,
        late_at,
        known.now,
        known.calendar(agency.id),
        paused_at=paused_at,
        within=agency.due_soon_days,
    )


def whole(known: Known) -> tuple[Standing | None, Punctuality | None, int | None]:
    """How the counted promise of the whole dossier stands, open or finished (rule R4)."""
    state, counted = known.state, known.state.counted_promise()
    if counted is None or state.outcome == "reception_voided":
        return None, None, None
    if state.clock_ended_at is not None:
        by_date = Limit.parse(state.received.limit).judged_by_date
        return (
            None,
            punctuality(state.clock_ended_at, counted.due_at, counted.late_at, by_date=by_date),
            None,
        )
    agency = known.agencies[state.received.receiving_agency]
    stands, days = _stands(known, agency, counted.due_at, state.late_at, state.paused_at)
    return stands, None, days
