"""The one door for change: who was first is told from what is a mistake of ours."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onestop.domain.events import StepAccepted
from onestop.domain.rights import Role
from onestop.services.event_log import DossierChanged, load, record, record_each
from tests.conftest import NOW
from tests.factories import DESK, make_province, make_staff, receive

LATER = NOW + timedelta(hours=1)
NOBODY = 987_654


@pytest.fixture
def loaded(session: Session):
    clerk = make_staff(session, Role.CLERK, make_province(session)[DESK])
    return load(session, receive(session, clerk).code)


@pytest.fixture
def accepted(loaded):
    (step,) = loaded.state.live_steps
    return StepAccepted(step.step, step.attempt)


def test_who_comes_second_is_told_that_the_dossier_changed(session, loaded, accepted):
    record(session, loaded, accepted, actor=loaded.last_actor, at=LATER)

    with pytest.raises(DossierChanged), session.begin_nested():
        record(session, loaded, accepted, actor=loaded.last_actor, at=LATER)
    with pytest.raises(DossierChanged), session.begin_nested():
        record_each(session, [(loaded, accepted)], actor=loaded.last_actor, at=LATER)


def test_another_rule_that_is_broken_is_no_change_by_somebody_else(session, loaded, accepted):
    with pytest.raises(IntegrityError), session.begin_nested():
        record(session, loaded, accepted, actor=NOBODY, at=LATER)
    with pytest.raises(IntegrityError), session.begin_nested():
        record_each(session, [(loaded, accepted)], actor=NOBODY, at=LATER)
    elsewhere = replace(loaded, dossier_id=NOBODY)
    with pytest.raises(IntegrityError), session.begin_nested():
        record(session, elsewhere, accepted, actor=loaded.last_actor, at=LATER)
