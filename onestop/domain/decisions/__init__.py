"""What follows from an act: the event with everything decided in it, or a refusal.

Each function takes the state, who acts and when, and returns the event; nothing is read or written
here, so live use, the invented province and tests decide by the same code.
"""

from onestop.domain.decisions.act import NOBODY_CHOSEN, Act
from onestop.domain.decisions.correction import NothingCorrected, Rerouting, correct
from onestop.domain.decisions.drafts import extension_due
from onestop.domain.decisions.endings import (
    accept_result,
    reopen,
    return_result,
    stop,
    void_reception,
    withdraw,
)
from onestop.domain.decisions.pauses import (
    PapersNotBrought,
    PaymentShort,
    approve_supplement,
    propose_supplement,
    request_payment,
    request_supplement,
    suspend,
    take_in,
)
from onestop.domain.decisions.promises import (
    ExtensionNotLater,
    ExtensionTooLate,
    decline,
    draft,
    draft_extension,
    extend,
    extension_in_time,
)
from onestop.domain.decisions.standstills import NothingAsked, following, if_resumed
from onestop.domain.decisions.steps import (
    AlreadyHolds,
    ResultNumberMissing,
    WrongTarget,
    accept_step,
    finish_step,
    reassign,
    refuse_step,
    send_back,
)
from onestop.domain.decisions.terms import reminder_due, stop_due

__all__ = [
    "NOBODY_CHOSEN",
    "Act",
    "AlreadyHolds",
    "ExtensionNotLater",
    "ExtensionTooLate",
    "NothingAsked",
    "NothingCorrected",
    "PapersNotBrought",
    "PaymentShort",
    "Rerouting",
    "ResultNumberMissing",
    "WrongTarget",
    "accept_result",
    "accept_step",
    "approve_supplement",
    "correct",
    "decline",
    "draft",
    "draft_extension",
    "extend",
    "extension_due",
    "extension_in_time",
    "finish_step",
    "following",
    "if_resumed",
    "propose_supplement",
    "reassign",
    "refuse_step",
    "reminder_due",
    "reopen",
    "request_payment",
    "request_supplement",
    "return_result",
    "send_back",
    "stop",
    "stop_due",
    "suspend",
    "take_in",
    "void_reception",
    "withdraw",
]
