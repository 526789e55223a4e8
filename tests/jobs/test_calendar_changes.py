"""A calendar that changes: worked out while others write, then written, as it was shown."""

from datetime import timedelta

from onestop.db import Database
from onestop.domain.rights import Role
from onestop.inputs.calendar_changes import TypedChange
from onestop.jobs.calendar_changes import move_dates
from onestop.services.calendar_preview import preview_change
from onestop.services.calendar_reach import Reach
from onestop.services.calendars import load_calendar
from onestop.services.casework import accept_step
from onestop.services.event_log import load
from tests.conftest import NOW
from tests.factories import DESK, make_province, make_staff, receive

MARITAL = "1.004873"
LATER = NOW + timedelta(minutes=1)
STORM = TypedChange(on="2026-03-04", name="Nghỉ bão", source="TB 12/2026").to_change()
ALL = Reach()


def test_others_write_while_a_change_is_worked_out(database: Database) -> None:
    with database.write() as session:
        clerk = make_staff(session, Role.CLERK, make_province(session)[DESK])
        papers = [{"code": "declaration"}, {"code": "identity"}]
        code = receive(session, clerk, procedure=MARITAL, papers=papers).code
        (step,) = load(session, code).state.live_steps
        officer = make_staff(session, Role.OFFICER, step.agency)
    with database.read() as session:
        shown = preview_change(session, STORM, ALL, at=NOW)

    def meanwhile(done: int, total: int) -> None:
        with database.write() as session:
            if load(session, code).state.live_steps[0].holder is None:
                accept_step(session, code, step=step.step, actor=officer, at=NOW)

    asked = {"expected": shown.token, "by": officer.user_id, "now": lambda: LATER}
    done = move_dates(database, STORM, ALL, told=meanwhile, **asked)

    assert done.token == shown.token
    with database.write() as session:
        assert load_calendar(session, "vn-0700").id == "vn-0700@2"
        state = load(session, code).state
        assert state.live_steps[0].holder == officer.user_id
        assert state.version == 3
