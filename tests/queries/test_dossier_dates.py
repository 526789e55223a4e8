"""Whatever people did, every date that was counted is the last row of its explanation."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from onestop.domain.dossier import DossierState
from onestop.domain.events import StepRef
from onestop.domain.explanation import RowKind
from onestop.queries.dossier_dates import DateRows, Rows, date_rows
from onestop.queries.dossier_history import recorded_events
from onestop.services.event_log import load
from tests.conftest import NOW
from tests.factories import make_province
from tests.services.test_walks import PROCEDURES, start
from tests.walks import make_everybody

WAITS = (5, 40, 300, 1_500, 9_000)


@pytest.fixture
def world(session: Session):
    return make_province(session), make_everybody(session, NOW)


def told(session: Session, code: str) -> tuple[DateRows, DossierState]:
    loaded = load(session, code)
    history = recorded_events(session, loaded.dossier_id)
    return date_rows(session, history, loaded.state), loaded.state


@pytest.mark.parametrize("seed", range(4))
def test_after_any_walk_every_date_has_its_rows(session: Session, world, seed: int) -> None:
    random = Random(seed)
    for _ in range(6):
        code, walker = start(session, world, random.choice(PROCEDURES), random)
        at = NOW
        for _ in range(random.randint(1, 35)):
            at += timedelta(minutes=random.choice(WAITS))
            if walker.step(code, at) is None:
                break

        rows, state = told(session, code)

        for scope in {line.scope for line in state.promises}:
            counted = state.counted_promise(scope)
            assert counted is not None
            assert_ends(rows.promises[scope], counted.due_at, stands_still=state.is_kept(scope))
        for step in state.steps:
            if step.due_at is not None:
                of_step = rows.of(step.step, step.attempt)
                assert_ends(of_step, step.due_at, stands_still=step.late_at is None)


def assert_ends(rows: Rows, due_at: datetime, *, stands_still: bool) -> None:
    if stands_still:
        assert rows[-1].kind is RowKind.PAUSE
    else:
        assert (rows[-1].kind, rows[-1].to_at) == (RowKind.DUE, due_at)


def test_a_fresh_dossier_costs_as_many_statements_as_one_with_a_long_history(
    session: Session, world, count_queries
) -> None:
    random = Random(3)
    code, walker = start(session, world, "3.000722", random)
    costs = []
    for steps in (0, 12):
        for number in range(steps):
            walker.step(code, NOW + timedelta(minutes=30 * number))
        loaded = load(session, code)
        history = recorded_events(session, loaded.dossier_id)
        with count_queries() as statements:
            date_rows(session, history, loaded.state)
        costs.append(len(statements))

    assert costs[0] == costs[1] <= 3


def test_a_step_without_a_date_has_no_rows(session: Session, world) -> None:
    code, _ = start(session, world, "3.000722", Random(3))

    rows, state = told(session, code)

    (received,) = (step for step in state.steps if step.due_at is None)
    assert rows.of(received.step, received.attempt) == ()
    assert StepRef(received.step, received.attempt) not in rows.steps
