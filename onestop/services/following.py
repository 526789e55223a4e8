"""What follows an event by itself: the clock stops or goes on with the step that has begun."""

from datetime import datetime

from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.turns import CalendarOf
from onestop.services.event_log import Loaded, record


def settle(
    session: Session,
    loaded: Loaded,
    *,
    actor: int,
    at: datetime,
    calendar_of: CalendarOf,
    payment: int = 0,
) -> Loaded:
    """Record everything that must follow now, and return the dossier as it stands then.

    `payment` is what the citizen must pay, in dong, when a step waits for that.
    Raises NothingAsked for such a step without an amount. Source: docs/rules.md, rules R6, R7.
    """
    while (
        event := decisions.following(loaded.state, at=at, calendar_of=calendar_of, payment=payment)
    ) is not None:
        loaded = record(session, loaded, event, actor=actor, at=at)
    return loaded
