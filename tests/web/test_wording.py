"""Every code of the domain that a page may show has its words."""

import re
from pathlib import Path

import pytest
from flask import Flask

from onestop.domain.decisions.standstills import FINANCIAL_OBLIGATION, NOT_COUNTED
from onestop.domain.decisions.terms import TERM_ENDED
from onestop.domain.dossier import StepStatus
from onestop.domain.events import (
    EVENT_TYPES,
    Channel,
    Delivery,
    Ground,
    PaperReleased,
    PauseClosed,
    PauseKind,
    PauseOpened,
    ProposalKind,
    ReleasedTo,
)
from onestop.domain.reasons import REASONS
from onestop.domain.routes import StepKind
from onestop.domain.statuses import Action
from onestop.inputs import casework
from onestop.inputs.casework import INPUTS
from onestop.inputs.form_editions import form_editions
from onestop.queries import handover_lists, money_papers
from onestop.web import dossier_history, wording
from onestop.web.messages.casework import FIELD_PROBLEMS

KINDS = (StepKind, StepStatus, PauseKind, ProposalKind, Ground, Channel, Delivery)


@pytest.mark.only_sqlite
def test_every_code_has_words(app: Flask) -> None:
    with app.test_request_context("/"):
        for kind in KINDS:
            assert all(wording.words(code) for code in kind), kind


def test_every_reason_that_may_be_stored_has_words() -> None:
    stored = {code for codes in REASONS.values() for code in codes}
    by_itself = {FINANCIAL_OBLIGATION, NOT_COUNTED, TERM_ENDED}

    assert sorted((stored | by_itself) - wording.REASONS.keys()) == []


def test_every_action_of_the_page_says_what_it_does_and_what_was_done() -> None:
    assert sorted(INPUTS.keys() - wording.ACTIONS.keys()) == []
    assert sorted(INPUTS.keys() - wording.DONE.keys()) == []
    assert Action.CORRECT in wording.ACTIONS


def test_every_event_has_a_title() -> None:
    by_kind = {PauseOpened, PauseClosed, PaperReleased}

    assert set(EVENT_TYPES.values()) - by_kind - dossier_history.TITLES.keys() == set()
    assert set(ReleasedTo) == set(dossier_history.RELEASED)
    assert set(PauseKind) == set(dossier_history.OPENED) == set(dossier_history.CLOSED)


def test_every_refusal_of_a_field_has_its_sentence() -> None:
    source = Path(str(casework.__file__)).read_text(encoding="utf-8")
    refused = set(re.findall(r'(?:refuse|required)\("(\w+)"', source))

    assert {"holder_missing", "new_date_missing"} <= refused
    assert sorted(refused - FIELD_PROBLEMS.keys()) == []


def test_papers_are_called_on_pages_what_they_are_called_in_print() -> None:
    printed = money_papers.TITLES | {"handover_list": handover_lists.TITLE}
    for edition in form_editions():
        titles = {kind: form.title for kind, form in edition.forms.items()}
        # Each circular calls the apology otherwise.
        printed |= {kind: title for kind, title in titles.items() if kind != "apology_extension"}

    assert {kind: wording.DOCUMENTS[kind].upper() for kind in printed} == printed
