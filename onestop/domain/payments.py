"""Money that changes hands at the counter, as the history of a dossier tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from onestop.domain.events import (
    DossierReceived,
    DossierReopened,
    Event,
    FeeRefunded,
    ReceptionVoided,
    Recorded,
    ResultReturned,
)
from onestop.domain.office_time import OFFICE_ZONE
from onestop.domain.reasons import ENDED

PAYING_EVENTS: Final = (
    DossierReceived.TYPE,
    ResultReturned.TYPE,
    ReceptionVoided.TYPE,
    FeeRefunded.TYPE,
)
"""Types of the events that can move money; proof of a payment made elsewhere is not among them."""
OWING_EVENTS: Final = (*PAYING_EVENTS, DossierReopened.TYPE)
"""Types of the events that can change what is owed, the fee apart."""

ENTERED_LATER: Final = timedelta(days=7)
"""How long after its day a reception on an emergency slip may still be entered (rule R10)."""

# As the codec writes them: the same value always has the same form (rule R13).
_WITHOUT_MONEY: Final = (b'"fee":0,"fee_paid":true', b'"collected":0')


class PaymentKind(StrEnum):
    """On which occasion money changed hands."""

    RECEPTION = "reception"
    RETURN = "return"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, slots=True)
class Payment:
    """One sum in whole dong, negative when it was given back; `version` is the event's.

    `by` is the user in whose hands the money was, also when standing in for a colleague.
    """

    version: int
    kind: PaymentKind
    amount: int
    by: int
    at: datetime


def payments_of(history: Iterable[Recorded]) -> tuple[Payment, ...]:
    """Return what was taken and given back for one dossier, oldest first.

    `history` holds at least the events of `PAYING_EVENTS`, in order. A reception that is undone
    gives back all that was taken so far.
    Source: docs/rules.md, rule R9.
    """
    found: list[Payment] = []
    for one in history:
        amount = moved(one.event, sum(payment.amount for payment in found))
        if amount:
            kind = _kind(one.event, amount)
            found.append(Payment(one.version, kind, amount, one.actor, one.occurred_at))
    return tuple(found)


def paid(events: Iterable[Event]) -> int:
    """Return what the citizen has paid at the counter and not got back, in whole dong.

    `events` come oldest first. Source: docs/rules.md, rule P9.
    """
    total = 0
    for event in events:
        total += moved(event, total)
    return total


def owed(fee: int, events: Iterable[Event]) -> int:
    """Return what is left to be collected of `fee`; below 0 what is to be given back.

    A fee given back because the work ended without a result is owed no more, unless the dossier
    is opened again; given back for any other reason it stays owed. What was paid beyond the fee
    goes back once. `events` come oldest first and hold those of `OWING_EVENTS`.
    Source: docs/rules.md, rule P9.
    """
    total = waived = 0
    for event in events:
        total += moved(event, total)
        if isinstance(event, FeeRefunded) and event.reason in ENDED:
            waived += event.amount
        elif isinstance(event, DossierReopened):
            waived = 0
    due = fee - total
    return due if due <= 0 else max(0, due - waived)


def may_move_money(body: bytes) -> bool:
    """Return whether a stored event of `PAYING_EVENTS` may be about money.

    Most are not: told by their exact bytes, without taking them apart.
    """
    return not any(mark in body for mark in _WITHOUT_MONEY)


def moved(event: Event, so_far: int) -> int:
    """Return what an event adds to what was paid `so_far`, in whole dong."""
    match event:
        case DossierReceived(fee_paid=True, fee=fee):
            return fee
        case ResultReturned(collected=collected):
            return collected
        case ReceptionVoided():
            return -so_far
        case FeeRefunded(amount=amount):
            return -amount
        case _:
            return 0


def _kind(event: Event, amount: int) -> PaymentKind:
    if amount < 0:
        return PaymentKind.GIVEN_BACK
    received = isinstance(event, DossierReceived)
    return PaymentKind.RECEPTION if received else PaymentKind.RETURN


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the instants at which a local day begins and ends (aware, the end excluded)."""
    since = datetime.combine(day, time(), OFFICE_ZONE)
    return since, since + timedelta(days=1)
