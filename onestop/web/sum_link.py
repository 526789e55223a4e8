"""The address at which the calculator redoes the sum of a dossier; it says nothing personal."""

from collections.abc import Sequence
from datetime import datetime

from onestop.domain.explanation import PauseSpan
from onestop.domain.limits import DEFAULT_CUTOFF, CountRule, Limit
from onestop.domain.working_time import whole_minute
from onestop.inputs.calculator import MOST_PAUSES
from onestop.web.filters import local_date, local_hour, local_time

Asked = dict[str, str]


def asked_sum(
    limit: Limit,
    received_at: datetime,
    *,
    procedure: str,
    agency: str,
    pauses: Sequence[PauseSpan] = (),
) -> Asked | None:
    """Return what the calculator's address asks; None for a sum that its form cannot hold.

    `procedure` and `agency` are codes; without a procedure the limit itself is asked for.
    """
    # A pause within one minute counts nothing, and the form would not take it.
    pauses = [pause for pause in pauses if not _is_empty(pause)]
    if len(pauses) > MOST_PAUSES or not (procedure or _is_plain(limit)):
        return None
    counted = {"procedure": procedure} if procedure else _limit(limit)
    asked = {
        **counted,
        "agency": agency,
        "date": local_date(received_at),
        "time": local_hour(received_at),
    }
    for number, pause in enumerate(pauses, start=1):
        asked[f"from{number}"] = local_time(pause.started_at)
        if pause.ended_at is not None:
            asked[f"to{number}"] = local_time(pause.ended_at)
    return asked


def _is_empty(pause: PauseSpan) -> bool:
    return pause.ended_at is not None and (
        whole_minute(pause.ended_at) == whole_minute(pause.started_at)
    )


def _is_plain(limit: Limit) -> bool:
    return limit.rule is CountRule.PLAIN and limit.cutoff in (None, DEFAULT_CUTOFF)


def _limit(limit: Limit) -> Asked:
    return {"amount": f"{limit.amount.normalize():f}", "unit": limit.unit.value}
