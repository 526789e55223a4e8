"""Whatever people do, in whatever order and at whatever time, nobody bends the clock."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from onestop.domain.dossier import DossierState, StepStatus, reachable_from
from onestop.domain.events import (
    DossierCorrected,
    DossierReopened,
    DossierStopped,
    DossierWithdrawn,
    Event,
    FeeRefunded,
    Ground,
    PauseClosed,
    PauseKind,
    PromiseExtended,
    ReceptionVoided,
    ResultAccepted,
    StepAccepted,
    StepFinished,
    StepReassigned,
    from_body,
    to_body,
)
from onestop.domain.fold import fold
from onestop.domain.limits import CountRule, Limit, counting_start
from onestop.domain.routes import StepKind
from onestop.domain.schedule import planned_steps
from onestop.domain.statuses import (
    FINAL,
    OPEN,
    PAUSE_OPENERS,
    PAUSED,
    Action,
    ActionNotAllowed,
    Status,
)
from onestop.domain.turns import promise_of
from onestop.domain.working_time import (
    CalendarExhausted,
    Scale,
    WorkingCalendar,
    advance,
    elapsed,
)
from tests.domain.dossier_world import ACTED, SYSTEM, DossierWorld, real_procedures, real_steps
from tests.domain.random_calendars import instants, limits
from tests.domain.random_routes import AGENCIES, RECEIVING, Journey, routes
from tests.domain.test_boundaries import CALENDARS as BOUNDARIES

TAKEN: Counter[str] = Counter()
"""Steps taken in this process, by what they were."""

QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Without the explaining phase, which traces every line."""
_years = tuple(range(2024, 2030))
CALENDARS = tuple(
    WorkingCalendar(replace(calendar.spec, years=_years)) for calendar in BOUNDARIES.values()
)

MOVES_A_DATE = {
    Ground.FIRST: (StepFinished, PauseClosed),
    Ground.PAUSE: (PauseClosed,),
    Ground.EXTENSION: (PromiseExtended, PauseClosed, DossierReopened),
    # A second phase begins again under the route of a correction.
    Ground.CORRECTION: (DossierCorrected, StepFinished, PauseClosed),
    Ground.REOPEN: (DossierReopened,),
}
ENDS = (ResultAccepted, DossierStopped, DossierWithdrawn, ReceptionVoided)
RARE = frozenset({Action.WITHDRAW, Action.STOP, Action.VOID, Action.CORRECT})
OFTEN = (*(action for action in ACTED if action not in RARE), *ACTED, *PAUSE_OPENERS)
ONWARD = frozenset(
    {
        Action.ACCEPT_STEP,
        Action.FINISH_STEP,
        Action.TAKE_IN_SUPPLEMENT,
        Action.TAKE_IN_PAYMENT,
        Action.RESUME,
        Action.ACCEPT_RESULT,
        Action.RETURN_RESULT,
    }
)
NOT_MET = {
    "supplement_not_brought": PauseKind.SUPPLEMENT,
    "payment_not_made": PauseKind.PAYMENT,
}
CHANGES_A_HOLDER = (StepAccepted, StepReassigned)


@st.composite
def real_journeys(draw: st.DrawFn) -> tuple[Journey, tuple[str, ...]]:
    """A shipped procedure over agencies that share one calendar."""
    spec = draw(st.sampled_from(real_procedures()))
    shared = {RECEIVING: draw(st.sampled_from(CALENDARS))}
    journey = Journey(spec.limit, draw(instants), real_steps(spec), shared)
    return journey, tuple(phase.to_text() for phase in spec.phases)


@st.composite
def random_journeys(draw: st.DrawFn) -> tuple[Journey, tuple[str, ...]]:
    """A random route over three agencies, each with a calendar of its own."""
    route = draw(routes())
    agency_of = {key: draw(st.sampled_from(AGENCIES)) for key in route.order}
    agency_of |= {"receive": RECEIVING, "return": RECEIVING}
    own = {agency: draw(st.sampled_from(CALENDARS)) for agency in AGENCIES}
    journey = Journey(draw(limits()), draw(instants), planned_steps(route, agency_of), own)
    return journey, ()


class DossierMachine(RuleBasedStateMachine):
    """One dossier from its reception on; the invariants are looked at after every step."""

    world: DossierWorld | None = None

    @initialize(
        begun=st.one_of(real_journeys(), random_journeys()),
        random=st.randoms(use_true_random=False),
    )
    def receive(self, begun, random) -> None:
        try:
            self.world = DossierWorld(*begun, random)
        except CalendarExhausted:
            assume(False)
        self.before: DossierState = self.world.state
        self.charged, self.route = Fraction(0), 0
        self.seen = self.world.now

    @rule(minutes=st.integers(0, 4_000))
    def wait(self, minutes: int) -> None:
        TAKEN["wait"] += 1
        self.world.wait(minutes)

    @rule(action=st.sampled_from(OFTEN), choice=st.integers(0, 50))
    def act(self, action: Action, choice: int) -> None:
        options = [o for o in self.world.options() if o[1].action is action]
        if options:
            before = self.world.state
            self._written(before, self.world.act(*options[choice % len(options)]))

    @rule()
    def go_on(self) -> None:
        """What brings the dossier forward, so that walks get through to the end."""
        onward = (
            "accept-step",
            "finish-step",
            "take-in-supplement",
            "take-in-payment",
            "resume",
            "accept-result",
            "return-result",
        )
        options = [o for o in self.world.options() if o[1].action.value in onward]
        held = {s.step: s.holder for s in self.world.state.live_steps}
        options = [o for o in options if held.get(o[1].step) is None or o[1].pause] or [
            o for o in options if o[1].action is not Action.ACCEPT_STEP
        ]
        if options:
            before = self.world.state
            self._written(before, self.world.act(*options[0]))

    @rule()
    def sweep(self) -> None:
        before = self.world.state
        self._written(before, self.world.sweep())

    @rule()
    def move_the_paper(self) -> None:
        """Where the original lies is told of every dossier, and nothing else changes by it."""
        before = self.world.state
        written = self.world.move_paper()
        TAKEN[written[0].TYPE if written else "no paper moved"] += 1
        after = self.world.state
        apart = {"version": 0, "last_recorded_at": before.received_at, "paper": None}
        apart |= {"paper_left_desk": False}
        assert replace(after, **apart) == replace(before, **apart)
        assert len(written) <= 1

    @rule()
    def try_what_nobody_offers(self) -> None:
        TAKEN["forbidden"] += 1
        forbidden = self.world.forbidden()
        if forbidden is not None:
            before = self.world.state
            assert self.world.try_forbidden(*forbidden)
            assert self.world.state is before

    def _written(self, before: DossierState, written: list[Event]) -> None:
        TAKEN[written[0].TYPE if written else "nothing"] += 1
        after = self.world.state
        self._dates_move_only_with_a_reason(before, after, written)
        if before.status in FINAL and written:
            assert isinstance(written[0], DossierReopened | FeeRefunded)
        if written and isinstance(written[0], FeeRefunded):
            apart = {"version": 0, "last_recorded_at": before.received_at, "paid": 0}
            assert replace(after, **apart) == replace(before, **apart)
            assert 0 <= after.paid < before.paid
        if written and isinstance(written[0], DossierStopped):
            missed = NOT_MET.get(written[0].reason)
            assert missed is None or missed in {pause.kind for pause in before.open_pauses}

    def _dates_move_only_with_a_reason(
        self, before: DossierState, after: DossierState, written: list[Event]
    ) -> None:
        lines = after.promises
        assert lines[: len(before.promises)] == before.promises
        for line in lines[len(before.promises) :]:
            assert any(isinstance(event, MOVES_A_DATE[line.ground]) for event in written)
            told = {one.due_at for one in before.ledger(line.scope)}
            assert line.due_at >= _cut(self.world.now) or line.due_at in told
        kinds = {type(event) for event in written}
        for step in before.steps:
            same = after.find(step.ref)
            assert same is not None
            if same.due_at != step.due_at:
                assert PauseClosed in kinds
            if same.holder != step.holder:
                assert kinds & {*CHANGES_A_HOLDER, PauseClosed} or same.planned.kind in (
                    StepKind.RETURN,
                )

    @invariant()
    def every_branch_has_one_holder(self) -> None:
        if self.world is None:
            return
        state = self.world.state
        live = state.live_steps
        assert len({s.step for s in live}) == len(live)
        for step in live:
            after = reachable_from(state.plan, step.step)
            assert not after & {s.step for s in live}, "two holders of one branch"
            for key in step.planned.after:
                assert is_settled(state, key)
            waits = step.planned.kind is StepKind.AWAIT_CITIZEN
            assert step.status is not StepStatus.OPEN or step.holder is not None or waits
        assert bool(live) == (state.status in OPEN or state.status is Status.COMPLETED)

    @invariant()
    def the_clock_stands_still_only_while_something_is_awaited(self) -> None:
        if self.world is None:
            return
        state = self.world.state
        shown = [p for p in state.open_pauses if p.kind is not PauseKind.UNCOUNTED]
        assert (state.status in PAUSED) == bool(shown)
        if not state.open_pauses:
            assert not state.kept
        assert state.first_promise() == self.world.history[0].event.promises[0]

    @invariant()
    def charged_time_never_falls(self) -> None:
        if self.world is None:
            return
        world = self.world
        try:
            charged = charged_until(world, world.now)
        except CalendarExhausted:
            return
        assert charged >= self.charged or self.route != world.state.route
        assert charged + paused_until(world, world.now) == whole_until(world, world.now)
        self.charged, self.route = charged, world.state.route

    @invariant()
    def what_was_used_and_what_is_left_are_the_limit(self) -> None:
        """While the clock runs in time: time charged and time to the date told make the limit."""
        if self.world is None or not counts_plainly(self.world):
            return
        world, state = self.world, self.world.state
        counted = state.counted_promise()
        at = world.now.replace(second=0, microsecond=0)
        if state.open_pauses or state.finished_at or counted.due_at <= at:
            return
        limit = Limit.parse(state.received.limit)
        calendar = world.calendar_of(RECEIVING)
        try:
            left = promise_of(state, counted, calendar).left_at(at, limit, calendar)
            reached = advance(max(at, counting_start_of(world)), left, calendar)
            charged = charged_until(world, at)
            rounded = elapsed(reached, counted.due_at, Scale.MINUTES, calendar).value
        except CalendarExhausted:
            return
        whole = limit.working_time.value
        # A date that had run out on its day may be put off once: then more was used, never less.
        assert charged + left.value == whole or (not left and charged > whole)
        assert reached <= counted.due_at
        assert rounded <= 1

    def teardown(self) -> None:
        if self.world is None:
            return
        bodies = [to_body(recorded) for recorded in self.world.history]
        assert fold(from_body(body) for body in bodies) == self.world.state
        last = self.world.history[-1].event
        if self.world.state.status in FINAL and not isinstance(last, DossierReopened):
            with pytest.raises(ActionNotAllowed):
                self.world._write(StepAccepted(self.world.state.plan[-1].key, 1), SYSTEM)


def is_settled(state: DossierState, key: str) -> bool:
    """Whether a step is done, or passed over after steps that are settled."""
    if key in state.skipped:
        return all(is_settled(state, before) for before in state.planned(key).after)
    latest = state.latest(key)
    return latest is not None and latest.status is StepStatus.DONE


def counts_plainly(world: DossierWorld) -> bool:
    """Whether the limit is working time from the reception on, and no date was set by anybody."""
    state = world.state
    limit = Limit.parse(state.received.limit)
    plain = limit.working_time is not None and limit.rule is CountRule.PLAIN
    late = any(line.late_at <= world.now for line in state.ledger())
    grounds = {line.ground for line in state.ledger()}
    return plain and not late and grounds <= {Ground.FIRST, Ground.PAUSE, Ground.EXTENSION}


def _spans(world: DossierWorld, until: datetime) -> list[tuple[datetime, datetime]]:
    """The standstills of the clock so far; overlaps count once, minutes are cut."""
    spans: list[tuple[datetime, datetime]] = []
    standstills = [(p.opened_at, p.closed_at or until) for p in world.state.pauses]
    for begins, ends in sorted(standstills + _between_end_and_reopening(world, until)):
        begins, ends = _cut(begins), _cut(min(ends, until))
        if spans and begins <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(ends, spans[-1][1]))
        else:
            spans.append((begins, ends))
    return spans


def _between_end_and_reopening(
    world: DossierWorld, until: datetime
) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    ended: datetime | None = None
    for recorded in world.history:
        if isinstance(recorded.event, ENDS):
            ended = ended or recorded.occurred_at
        elif isinstance(recorded.event, DossierReopened) and ended is not None:
            spans.append((ended, recorded.occurred_at))
            ended = None
    return spans if ended is None else [*spans, (ended, until)]


def _cut(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _elapsed(world: DossierWorld, start: datetime, end: datetime) -> Fraction:
    limit = Limit.parse(world.state.received.limit)
    calendar = world.calendar_of(RECEIVING)
    begins = counting_start(limit, world.state.received_at, calendar)
    start, end = max(start, begins), max(end, begins)
    return elapsed(_cut(start), _cut(end), limit.scale, calendar).value


def counting_start_of(world: DossierWorld) -> datetime:
    limit = Limit.parse(world.state.received.limit)
    return counting_start(limit, world.state.received_at, world.calendar_of(RECEIVING))


def whole_until(world: DossierWorld, at: datetime) -> Fraction:
    return _elapsed(world, world.state.received_at, at)


def paused_until(world: DossierWorld, at: datetime) -> Fraction:
    return sum((_elapsed(world, a, b) for a, b in _spans(world, at)), Fraction(0))


def charged_until(world: DossierWorld, at: datetime) -> Fraction:
    """Working time that was charged: whenever something was to do and the clock did not stand."""
    spans = _spans(world, at)
    edges = [_cut(world.state.received_at), *(edge for span in spans for edge in span), _cut(at)]
    running = list(zip(edges[::2], edges[1::2], strict=True))
    return sum((_elapsed(world, a, b) for a, b in running), Fraction(0))


def lengthy(examples: int) -> settings:
    """Settings for so many dossiers of at most fifty steps each."""
    return settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=QUICK,
    )


TestDossierMachine = DossierMachine.TestCase
TestDossierMachine.settings = lengthy(80)


@pytest.mark.drill
def test_in_a_hundred_thousand_steps_nobody_bends_the_clock():
    before = TAKEN.total()

    run_state_machine_as_test(DossierMachine, settings=lengthy(4_000))

    assert TAKEN.total() - before >= 100_000
