"""The ten national statuses of a dossier and the one table of what may follow what."""

from enum import StrEnum

from onestop.domain.errors import DomainError


class Status(StrEnum):
    """Where a dossier stands. National code 8 has two forms, so ten codes have eleven members.

    Source: docs/rules.md, rule R9.
    """

    REGISTERED = "registered"
    RECEIVED = "received"
    REJECTED = "rejected"
    PROCESSING = "processing"
    SUPPLEMENT_REQUIRED = "supplement_required"
    PAYMENT_REQUIRED = "payment_required"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    COMPLETED = "completed"
    RETURNED = "returned"

    @property
    def code(self) -> int:
        """The national code, 1 to 10."""
        return NATIONAL_CODES[self]


NATIONAL_CODES: dict[Status, int] = {
    Status.REGISTERED: 1,
    Status.RECEIVED: 2,
    Status.REJECTED: 3,
    Status.PROCESSING: 4,
    Status.SUPPLEMENT_REQUIRED: 5,
    Status.PAYMENT_REQUIRED: 6,
    Status.WITHDRAWN: 7,
    Status.SUSPENDED: 8,
    Status.STOPPED: 8,
    Status.COMPLETED: 9,
    Status.RETURNED: 10,
}

FINAL = frozenset({Status.REJECTED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED})
"""Nothing more is owed. A leader may still reopen STOPPED and RETURNED, with a reason."""

PAUSED = frozenset({Status.SUPPLEMENT_REQUIRED, Status.PAYMENT_REQUIRED, Status.SUSPENDED})
"""Somebody waits and the total clock stands still. It also does, without a status of its own,
while a step runs that the law does not count."""

OPEN = frozenset({Status.RECEIVED, Status.PROCESSING}) | PAUSED
"""Received and not finished: what every list of running work counts."""


class Action(StrEnum):
    """What somebody may do to a dossier; the last part of an action's URL."""

    RECEIVE = "receive"
    REJECT = "reject"
    VOID = "void"
    ACCEPT_STEP = "accept-step"
    REFUSE_STEP = "refuse-step"
    FINISH_STEP = "finish-step"
    SEND_BACK = "send-back"
    REASSIGN = "reassign"
    PROPOSE_SUPPLEMENT = "propose-supplement"
    APPROVE_SUPPLEMENT = "approve-supplement"
    REQUEST_SUPPLEMENT = "request-supplement"
    TAKE_IN_SUPPLEMENT = "take-in-supplement"
    REQUEST_PAYMENT = "request-payment"
    TAKE_IN_PAYMENT = "take-in-payment"
    SUSPEND = "suspend"
    RESUME = "resume"
    REMIND = "remind"
    STAND_STILL = "stand-still"
    RUN_ON = "run-on"
    DRAFT_EXTENSION = "draft-extension"
    EXTEND = "extend"
    DECLINE = "decline"
    CORRECT = "correct"
    MOVE_DATES = "move-dates"
    STOP = "stop"
    WITHDRAW = "withdraw"
    ACCEPT_RESULT = "accept-result"
    RETURN_RESULT = "return-result"
    REOPEN = "reopen"
    REFUND = "refund"
    GIVE_PAPER = "give-paper"
    TAKE_PAPER = "take-paper"
    KEEP_PAPER = "keep-paper"
    RELEASE_PAPER = "release-paper"


class ActionNotAllowed(DomainError):
    """The table of transitions has no row for this action in this status."""

    def __init__(self, action: Action, status: Status) -> None:
        super().__init__(f"{action.value} is not allowed in {status.value}")
        self.action = action
        self.status = status


def _table() -> dict[tuple[Status, Action], Status]:
    s, a = Status, Action
    table: dict[tuple[Status, Action], Status] = {
        (s.REGISTERED, a.RECEIVE): s.RECEIVED,
        (s.REGISTERED, a.REJECT): s.REJECTED,
        (s.REGISTERED, a.REQUEST_SUPPLEMENT): s.SUPPLEMENT_REQUIRED,
        (s.REGISTERED, a.WITHDRAW): s.WITHDRAWN,
        (s.RECEIVED, a.VOID): s.REJECTED,
        (s.RECEIVED, a.ACCEPT_STEP): s.PROCESSING,
        (s.SUPPLEMENT_REQUIRED, a.TAKE_IN_SUPPLEMENT): s.PROCESSING,
        (s.PAYMENT_REQUIRED, a.TAKE_IN_PAYMENT): s.PROCESSING,
        (s.SUSPENDED, a.RESUME): s.PROCESSING,
        (s.SUSPENDED, a.STOP): s.STOPPED,
        (s.COMPLETED, a.RETURN_RESULT): s.RETURNED,
        (s.STOPPED, a.REOPEN): s.PROCESSING,
        (s.COMPLETED, a.REOPEN): s.PROCESSING,
        (s.RETURNED, a.REOPEN): s.PROCESSING,
    }
    for status in (s.RECEIVED, s.PROCESSING):
        table |= {
            (status, a.REQUEST_SUPPLEMENT): s.SUPPLEMENT_REQUIRED,
            (status, a.APPROVE_SUPPLEMENT): s.SUPPLEMENT_REQUIRED,
            (status, a.REQUEST_PAYMENT): s.PAYMENT_REQUIRED,
            (status, a.SUSPEND): s.SUSPENDED,
            (status, a.STOP): s.STOPPED,
            (status, a.WITHDRAW): s.WITHDRAWN,
            (status, a.ACCEPT_RESULT): s.COMPLETED,
        }
    table |= {(s.PROCESSING, act): s.PROCESSING for act in STEP_ACTIONS}
    for status in (s.SUPPLEMENT_REQUIRED, s.PAYMENT_REQUIRED):
        table |= {(status, a.STOP): s.STOPPED, (status, a.WITHDRAW): s.WITHDRAWN}
    table |= {(status, act): status for status in OPEN for act in QUIET_ACTIONS}
    table |= {
        (status, act): status for status in s if status is not s.REGISTERED for act in PAPER_ACTIONS
    }
    unpaid = (s.REGISTERED, s.REJECTED)
    table |= {
        (status, act): status for status in s if status not in unpaid for act in MONEY_ACTIONS
    }
    # While one branch waits for the citizen the others run on (rule R7): the status shown stays
    # that of the earliest open pause, whatever a second branch does or asks for.
    for status in PAUSED:
        for act in (*STEP_ACTIONS, *PAUSE_OPENERS, *PAUSE_CLOSERS):
            table.setdefault((status, act), status)
    return table


STEP_ACTIONS = (Action.ACCEPT_STEP, Action.FINISH_STEP, Action.SEND_BACK)
PAUSE_OPENERS = (
    Action.REQUEST_SUPPLEMENT,
    Action.APPROVE_SUPPLEMENT,
    Action.REQUEST_PAYMENT,
    Action.SUSPEND,
)
PAUSE_CLOSERS = (Action.TAKE_IN_SUPPLEMENT, Action.TAKE_IN_PAYMENT, Action.RESUME)

QUIET_ACTIONS = (
    Action.REFUSE_STEP,
    Action.REASSIGN,
    Action.PROPOSE_SUPPLEMENT,
    Action.REMIND,
    Action.STAND_STILL,
    Action.RUN_ON,
    Action.DRAFT_EXTENSION,
    Action.EXTEND,
    Action.DECLINE,
    Action.CORRECT,
    Action.MOVE_DATES,
)
"""What leaves the status of running work as it is."""

PAPER_ACTIONS = (
    Action.GIVE_PAPER,
    Action.TAKE_PAPER,
    Action.KEEP_PAPER,
    Action.RELEASE_PAPER,
)
"""Where the paper original is: known of finished work as well, and never a status."""

MONEY_ACTIONS = (Action.REFUND,)
"""Money that goes back to the citizen, also after the end: never a status."""

TRANSITIONS = _table()
"""(status, action) to the next status. Source: domain facts 4.1 as settled by rule R9."""


def next_status(status: Status, action: Action) -> Status:
    """Return the status after `action`; raise ActionNotAllowed if the table has no such row."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise ActionNotAllowed(action, status) from None
