"""Who may press what on a dossier: role by role, action by action."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onestop.domain.statuses import Action
from onestop.inputs.casework import INPUTS
from onestop.models.accounts import AccessLogEntry
from tests.conftest import NOW
from tests.web.office import PEOPLE, Office, at_time, main_of, make_office

FORMS: dict[Action, dict[str, Any]] = {
    Action.ACCEPT_STEP: {"step": "check"},
    Action.FINISH_STEP: {"step": "check"},
    Action.SEND_BACK: {"step": "check", "target": "receive", "reason": "wrong_content"},
    Action.REQUEST_SUPPLEMENT: {
        "step": "check",
        "papers": ["divorce_or_death"],
        "reason": "paper_missing",
    },
    Action.TAKE_IN_SUPPLEMENT: {"pause": "1", "papers": ["divorce_or_death|certified"]},
    Action.REQUEST_PAYMENT: {"step": "check", "amount": "10.000", "reason": "fee_unpaid"},
    Action.TAKE_IN_PAYMENT: {"pause": "1", "amount": "10000"},
    Action.SUSPEND: {"reason": "dispute"},
    Action.RESUME: {"pause": "1"},
    Action.STOP: {"reason": "dispute"},
    Action.WITHDRAW: {"reason": "applicant_wish"},
    Action.VOID: {"reason": "entered_twice"},
    Action.ACCEPT_RESULT: {},
    Action.RETURN_RESULT: {"taker": "Nguyễn Thị Đào"},
    Action.REFUSE_STEP: {"step": "check", "reason": "not_our_task"},
    Action.REASSIGN: {"step": "check", "reason": "absence"},  # to the colleague
    Action.PROPOSE_SUPPLEMENT: {
        "step": "check",
        "papers": ["divorce_or_death"],
        "reason": "paper_missing",
    },
    Action.APPROVE_SUPPLEMENT: {"proposal": "1"},
    Action.DRAFT_EXTENSION: {"until": "16/03/2026", "reason": "field_survey"},
    Action.EXTEND: {"proposal": "0", "until": "16/03/2026", "reason": "field_survey"},
    Action.DECLINE: {"proposal": "1", "reason": "not_needed"},
    Action.REOPEN: {"target": "check", "reason": "stopped_in_error"},
    Action.REFUND: {"amount": "1.000", "reason": "paid_wrongly"},
}
# While an officer holds the first step; whatever does not stand here is refused.
MAY: dict[str, set[Action]] = {
    "clerk": {Action.WITHDRAW},
    "officer": {
        Action.FINISH_STEP,
        Action.REQUEST_SUPPLEMENT,
        Action.REQUEST_PAYMENT,
        Action.DRAFT_EXTENSION,
    },
    "colleague": {Action.ACCEPT_STEP},
    "head": {Action.SUSPEND, Action.STOP, Action.REASSIGN},
    "leader": {Action.STOP, Action.EXTEND},
    "registrar": set(),
    "auditor": set(),
    "admin": set(),
    "stranger": set(),
}


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with at_time(NOW):
        yield make_office(app)


def test_who_may_not_look_for_dossiers_has_no_box_to_find_them(office: Office) -> None:
    finds = {who for who in PEOPLE if 'action="/find"' in office.get(who, "/account").text}

    assert finds == PEOPLE.keys() - {"admin"}


def test_everybody_starts_where_their_day_begins(office: Office) -> None:
    begins = {who: office.get(who, "/sign-in").location for who in PEOPLE}

    assert begins == {
        "clerk": "/reception",
        "officer": "/casework",
        "colleague": "/casework",
        "head": "/oversight",
        "leader": "/oversight",
        "registrar": "/casework",
        "auditor": "/oversight",
        "admin": "/admin",
        "stranger": "/reception",
    }


def form_of(office: Office, action: Action) -> dict[str, Any]:
    if action is Action.REASSIGN:
        return FORMS[action] | {"holder": str(office.people["colleague"].user_id)}
    return FORMS[action]


def test_the_table_knows_every_action_and_everybody() -> None:
    assert FORMS.keys() == INPUTS.keys()
    assert MAY.keys() == PEOPLE.keys()


@pytest.mark.parametrize("who", MAY)
def test_what_the_role_does_not_allow_is_refused_and_changes_nothing(
    office: Office, who: str
) -> None:
    before = office.version()
    refused = 404 if who == "stranger" else 403
    # The clerk may undo a reception; this one was taken up meanwhile, which the answer says.
    too_late = {Action.VOID} if who == "clerk" else set()
    act = office.acting(who)

    answers = {
        action: act(action, **form_of(office, action)).status_code
        for action in FORMS
        if action not in MAY[who] | too_late
    }

    assert answers == dict.fromkeys(answers, refused)
    assert office.version() == before


@pytest.mark.parametrize(
    ("who", "action"), [(who, action) for who, actions in MAY.items() for action in sorted(actions)]
)
def test_what_the_role_allows_is_done_and_the_page_comes_again(
    office: Office, who: str, action: Action
) -> None:
    before = office.version()

    done = office.act(who, action, **form_of(office, action))

    assert (done.status_code, done.location) == (302, f"/dossiers/{office.code}")
    assert office.version() == before + 1


@pytest.mark.parametrize("who", MAY)
def test_the_buttons_shown_are_the_ones_that_work(office: Office, who: str) -> None:
    page = office.get(who)

    expected = {"admin": 403, "stranger": 404}.get(who, 200)
    shown = {action for action in INPUTS if f"/actions/{action}" in page.text}
    assert page.status_code == expected
    assert shown == MAY[who]


def test_a_refusal_says_in_plain_words_what_the_matter_is(office: Office) -> None:
    refused = office.act("clerk", Action.FINISH_STEP, **FORMS[Action.FINISH_STEP])

    assert refused.status_code == 403
    assert "Việc này lúc này không thuộc phần của ông/bà." in refused.text
    assert office.code in refused.text


def test_a_stranger_reads_the_same_as_for_an_unknown_code(office: Office) -> None:
    foreign = office.get("stranger")
    unknown = office.get("stranger", "/dossiers/H91.51.01-260302-9999")

    assert foreign.status_code == unknown.status_code == 404
    assert main_of(foreign) == main_of(unknown)
    assert "Nguyễn Thị Đào" not in foreign.text


def test_every_view_of_a_dossier_is_logged(office: Office) -> None:
    office.get("officer")

    logged = select(AccessLogEntry.user_id).where(AccessLogEntry.subject == office.code)
    with office.app.extensions["onestop"].read() as db:
        assert db.scalars(logged).all() == [office.people["officer"].user_id]
