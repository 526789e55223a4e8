"""Ten national codes, and one table of what may follow what."""

import pytest

from onestop.domain.statuses import (
    FINAL,
    MONEY_ACTIONS,
    NATIONAL_CODES,
    OPEN,
    PAPER_ACTIONS,
    PAUSED,
    QUIET_ACTIONS,
    TRANSITIONS,
    Action,
    ActionNotAllowed,
    Status,
    next_status,
)

# The table of the national interface, written out by hand from domain facts 4.1 and rule R9:
# from, to which codes. Anything else is a bug. 8 stands for both of its forms.
NATIONAL = {
    Status.REGISTERED: {2, 3, 5, 7},
    Status.RECEIVED: {3, 4, 5, 6, 7, 8, 9},
    Status.REJECTED: set(),
    Status.PROCESSING: {4, 5, 6, 7, 8, 9},
    Status.SUPPLEMENT_REQUIRED: {4, 5, 7, 8},
    Status.PAYMENT_REQUIRED: {4, 6, 7, 8},
    Status.WITHDRAWN: set(),
    Status.SUSPENDED: {4, 8},
    Status.STOPPED: {4},
    Status.COMPLETED: {4, 10},
    Status.RETURNED: {4},
}


def test_the_ten_codes_are_one_to_ten_and_eight_has_two_forms():
    assert sorted(NATIONAL_CODES.values()) == [1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10]
    assert set(NATIONAL_CODES) == set(Status)


@pytest.mark.parametrize("status", list(Status))
def test_what_may_follow_is_what_the_national_table_says(status: Status):
    following = {
        after.code
        for (before, action), after in TRANSITIONS.items()
        if before is status and action not in (*QUIET_ACTIONS, *PAPER_ACTIONS, *MONEY_ACTIONS)
    }

    assert following == NATIONAL[status]


def test_what_is_only_noted_leaves_the_status_of_running_work_as_it_is():
    quiet = {key: after for key, after in TRANSITIONS.items() if key[1] in QUIET_ACTIONS}

    assert {before for before, _ in quiet} == OPEN
    assert all(before is after for (before, _), after in quiet.items())


def test_only_a_reopening_leads_out_of_a_final_status():
    leaving = {
        (before, action)
        for (before, action), after in TRANSITIONS.items()
        if before in FINAL and after is not before
    }

    assert {action for _, action in leaving} == {Action.REOPEN}
    assert not {before for before, _ in leaving} & {Status.REJECTED, Status.WITHDRAWN}


def test_where_the_paper_is_never_says_where_the_dossier_stands():
    paper = {key: after for key, after in TRANSITIONS.items() if key[1] in PAPER_ACTIONS}

    assert {before for before, _ in paper} == set(Status) - {Status.REGISTERED}
    assert all(before is after for (before, _), after in paper.items())


def test_only_suspended_may_be_resumed():
    assert next_status(Status.SUSPENDED, Action.RESUME) is Status.PROCESSING
    with pytest.raises(ActionNotAllowed) as refused:
        next_status(Status.STOPPED, Action.RESUME)
    assert (refused.value.action, refused.value.status) == (Action.RESUME, Status.STOPPED)


def test_only_a_received_dossier_that_nobody_took_up_can_be_undone():
    assert {before for before, action in TRANSITIONS if action is Action.VOID} == {Status.RECEIVED}


def test_every_open_status_has_a_way_on_and_pauses_are_open():
    assert PAUSED < OPEN
    for status in OPEN:
        assert any(
            before is status and after is not status for (before, _), after in TRANSITIONS.items()
        )
