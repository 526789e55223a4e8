"""Cash boxes of a desk, counted and locked every evening."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from onestop.demo.trips import World
from onestop.domain.rights import Role
from onestop.issuing import Press, issue_fee_sheet
from onestop.queries.fees import cash_box
from onestop.services.fees import draft_fee_sheet

DESK: Final = "H91.51.01"
"""The desk of the accounts that `onestop demo` prints."""
COUNTED_DAYS: Final = 5
SHORT_BY: Final = 10_000
SHORT_BECAUSE: Final = "Thối nhầm tiền lẻ, đã gọi điện xác minh với người nộp, hẹn trả lại sáng mai"


def count_cash(session: Session, world: World, *, base_url: str) -> int:
    """Count and lock the cash boxes of the last days but one box; return how many were locked.

    Once a sum is short, with its reason. The first clerk has the last day still to count.
    """
    press = Press(base_url, is_sample=True)
    desk = world.province.agency(DESK).id
    clerks = world.staff.holders[desk, Role.CLERK]
    short, locked = True, 0
    for days in range(COUNTED_DAYS, 0, -1):
        day = _working_day(world, desk, days)
        at = world.province.calendars[desk].closing_of(day) + timedelta(minutes=10)
        for clerk in clerks[1:] if days == 1 else clerks:
            taken = cash_box(session, desk, clerk.user_id, day).taken
            if taken <= 0:
                continue
            is_short = short and taken > SHORT_BY
            draft = draft_fee_sheet(
                session,
                agency_id=desk,
                day=day,
                counted=taken - SHORT_BY if is_short else taken,
                expected=taken,
                reason=SHORT_BECAUSE if is_short else "",
                actor=clerk,
                at=at,
            )
            issue_fee_sheet(session, press, draft)
            short, locked = short and not is_short, locked + 1
    return locked


def _working_day(world: World, agency: int, days: int) -> date:
    """So many working days before today."""
    calendar = world.province.calendars[agency]
    day = calendar.local_date(world.now)
    for _ in range(days):
        day -= timedelta(days=1)
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
    return day
