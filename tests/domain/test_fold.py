"""The fold: what a dossier is after each fact, split and join, rework, pauses, endings."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from onestop.domain.dossier import StepStatus, due_next, reachable_from
from onestop.domain.events import (
    TOTAL,
    Delivery,
    DossierStopped,
    Ground,
    Kept,
    PauseClosed,
    PauseKind,
    PauseOpened,
    PromiseLine,
    ReceptionVoided,
    ResultAccepted,
    ResultReturned,
    SentBack,
    StepAccepted,
    StepFinished,
    StepRef,
)
from onestop.domain.fold import HistoryBroken, fold
from onestop.domain.statuses import ActionNotAllowed, Status
from onestop.domain.working_time import Amount, Scale
from tests.domain.dossiers import (
    BUNDLE,
    INSURANCE,
    JUSTICE,
    OFFICER,
    POLICE,
    START,
    history,
    offer,
    received,
)

BIRTH_DONE = (
    StepAccepted("birth", 1),
    StepFinished("birth", 1, (offer("residence", POLICE), offer("card", INSURANCE))),
)
DAY = Amount(Scale.DAYS, Fraction(1))


def opened(pause: int, step: str, *, kind: PauseKind = PauseKind.SUPPLEMENT, keeps: bool = True):
    return PauseOpened(
        pause=pause,
        kind=kind,
        step=step,
        attempt=1,
        reason="paper_missing",
        papers=("marriage",),
        amount=None,
        citizen_due_at=START + timedelta(days=20),
        kept=(Kept(TOTAL, DAY),) if keeps else (),
        kept_step=DAY,
        calendars=("vn@1",),
    )


def closed(pause: int, *, kind: PauseKind = PauseKind.SUPPLEMENT, last: bool = True):
    due = START + timedelta(days=9)
    line = PromiseLine(TOTAL, 1, Ground.PAUSE, due, due + timedelta(hours=9))
    return PauseClosed(
        pause=pause,
        kind=kind,
        papers=(),
        amount=None,
        promises=(line,) if last else (),
        step_due_at=due,
        step_late_at=due + timedelta(hours=9),
        finished=(),
        offers=(),
        calendars=("vn@1",),
    )


def test_a_received_dossier_is_offered_to_the_first_agency_and_promised():
    state = fold(history(received()))

    assert state.status is Status.RECEIVED
    assert [(s.step, s.status) for s in state.steps] == [
        ("receive", StepStatus.DONE),
        ("birth", StepStatus.OFFERED),
    ]
    assert state.late_at == state.first_promise().late_at


def test_the_first_acceptance_makes_it_processing():
    state = fold(history(received(), BIRTH_DONE[0]))

    assert state.status is Status.PROCESSING
    assert state.latest("birth").holder == OFFICER


def test_a_split_offers_both_branches_and_the_join_waits_for_the_slower_one():
    one_branch = (
        StepAccepted("residence", 1),
        StepFinished("residence", 1, ()),
    )
    split = fold(history(received(), *BIRTH_DONE))
    waiting = fold(history(received(), *BIRTH_DONE, *one_branch))

    assert {s.step for s in split.live_steps} == {"residence", "card"}
    assert due_next(waiting) == ((), frozenset())
    other = StepFinished("card", 1, (offer("check", JUSTICE),))
    joined = fold(history(received(), *BIRTH_DONE, *one_branch, StepAccepted("card", 1), other))
    assert [s.step for s in joined.live_steps] == ["check"]


def test_an_optional_branch_that_nobody_opens_is_passed_over_and_holds_nothing_up():

    plan = tuple(replace(s, optional=True) if s.key == "card" else s for s in BUNDLE)
    state = fold(history(received(*plan), StepAccepted("birth", 1)))
    done = fold(
        history(
            received(*plan),
            StepAccepted("birth", 1),
            StepFinished("birth", 1, (offer("residence", POLICE),), skipped=("card",)),
            StepAccepted("residence", 1),
        )
    )

    assert state.skipped == frozenset()
    assert done.skipped == {"card"}
    assert [s.step for s in done.live_steps] == ["residence"]


def test_rework_opens_a_new_attempt_withdraws_what_came_after_and_leaves_other_branches():
    both = (
        StepAccepted("residence", 1),
        StepFinished("residence", 1, ()),
        StepAccepted("card", 1),
        StepFinished("card", 1, (offer("check", JUSTICE),)),
        StepAccepted("check", 1),
    )
    back = SentBack(
        step="check",
        attempt=1,
        target="residence",
        reason="wrong_data",
        withdrawn=(StepRef("check", 1),),
        stale=(StepRef("residence", 1),),
        offers=(offer("residence", POLICE, 2),),
    )
    state = fold(history(received(), *BIRTH_DONE, *both, back))

    assert [(s.step, s.attempt) for s in state.live_steps] == [("residence", 2)]
    assert state.latest("card").status is StepStatus.DONE
    assert state.latest("check").status is StepStatus.WITHDRAWN
    again = fold(
        history(
            received(),
            *BIRTH_DONE,
            *both,
            back,
            StepAccepted("residence", 2),
        )
    )
    assert again.latest("residence").attempt == 2


def test_a_pause_that_began_in_time_takes_the_late_date_away_and_gives_it_back():
    accepted = StepAccepted("birth", 1)
    paused = fold(history(received(), accepted, opened(1, "birth")))
    resumed = fold(history(received(), accepted, opened(1, "birth"), closed(1)))

    assert paused.status is Status.SUPPLEMENT_REQUIRED
    assert paused.late_at is None
    assert paused.latest("birth").late_at is None
    assert resumed.status is Status.PROCESSING
    assert resumed.late_at == resumed.counted_promise().late_at
    assert resumed.counted_promise().ground is Ground.PAUSE
    assert resumed.first_promise().ground is Ground.FIRST


def test_overlapping_pauses_count_once_and_show_the_earliest_that_is_open():
    branches = (StepAccepted("residence", 1), StepAccepted("card", 1))
    begin = history(
        received(),
        *BIRTH_DONE,
        *branches,
        opened(1, "residence"),
        opened(2, "card", kind=PauseKind.PAYMENT, keeps=False),
    )
    both = fold(begin)
    one = fold(
        history(
            received(),
            *BIRTH_DONE,
            *branches,
            opened(1, "residence"),
            opened(2, "card", kind=PauseKind.PAYMENT, keeps=False),
            closed(1, last=False),
        )
    )

    assert both.status is Status.SUPPLEMENT_REQUIRED
    assert one.status is Status.PAYMENT_REQUIRED
    assert one.late_at is None
    assert len(one.ledger()) == 1


def test_a_dossier_that_was_late_before_its_pause_keeps_its_late_date():
    late = opened(1, "birth", keeps=False)
    state = fold(history(received(), StepAccepted("birth", 1), late))

    assert state.late_at == state.first_promise().late_at


def test_the_result_at_the_desk_fixes_the_end_and_its_return_closes():
    straight = (
        StepAccepted("residence", 1),
        StepFinished("residence", 1, ()),
        StepAccepted("card", 1),
        StepFinished("card", 1, (offer("check", JUSTICE),)),
        StepAccepted("check", 1),
        StepFinished("check", 1, (offer("return", 1),)),
    )
    ready = fold(history(received(), *BIRTH_DONE, *straight, ResultAccepted("return", 1)))
    gone = fold(
        history(
            received(),
            *BIRTH_DONE,
            *straight,
            ResultAccepted("return", 1),
            ResultReturned("return", 1, Delivery.DESK),
        )
    )

    assert ready.status is Status.COMPLETED
    assert ready.finished_at is not None
    assert ready.returned_at is None
    assert gone.status is Status.RETURNED
    assert gone.live_steps == ()


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        (ReceptionVoided("typed_wrong"), Status.REJECTED),
        (DossierStopped("no_ground"), Status.STOPPED),
    ],
    ids=["undone in time", "stopped by a leader"],
)
def test_an_ending_withdraws_every_running_step(ending, status):
    state = fold(history(received(), ending))

    assert state.status is status
    assert state.live_steps == ()
    assert state.finished_at is not None


def test_a_hole_in_the_versions_is_not_folded():
    events = history(received(), StepAccepted("birth", 1), opened(1, "birth"))

    with pytest.raises(HistoryBroken):
        fold([events[0], events[2]])


def test_a_history_begins_with_the_reception_and_has_only_one():
    with pytest.raises(HistoryBroken):
        fold([])
    with pytest.raises(HistoryBroken):
        fold(history(StepAccepted("birth", 1)))
    with pytest.raises(HistoryBroken):
        fold(history(received(), received()))


def test_a_step_that_was_never_offered_cannot_be_accepted():
    with pytest.raises(HistoryBroken):
        fold(history(received(), StepAccepted("check", 1)))


def test_the_same_attempt_is_never_offered_twice():
    twice = StepFinished("birth", 1, (offer("birth", JUSTICE, 1),))

    with pytest.raises(HistoryBroken):
        fold(history(received(), StepAccepted("birth", 1), twice))


def test_nothing_follows_a_void_reception():
    with pytest.raises(ActionNotAllowed):
        fold(history(received(), ReceptionVoided("typed_wrong"), StepAccepted("birth", 1)))


def test_what_comes_after_a_step_is_everything_reachable_from_it():
    assert reachable_from(BUNDLE, "birth") == {"residence", "card", "check", "return"}
    assert reachable_from(BUNDLE, "card") == {"check", "return"}
    assert reachable_from(BUNDLE, "return") == frozenset()
