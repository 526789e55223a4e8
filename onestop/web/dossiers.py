"""The page of a dossier, what is done to it, and the box that finds one."""

from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.events import (
    PAPER_EVENTS,
    Event,
    PauseClosed,
    PauseKind,
    PauseOpened,
    StepAccepted,
    StepFinished,
)
from onestop.domain.moves import MoveNotAllowed, takes_right
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.domain.short_explanations import short_form
from onestop.domain.statuses import Action
from onestop.inputs.casework import INPUTS, AcceptStep, Done, FinishStep
from onestop.inputs.finding import Find
from onestop.queries.dossier_history import ChangeRow, changes_since
from onestop.queries.dossier_rows import DossierPage
from onestop.queries.dossiers import dossier_page
from onestop.queries.scope import is_visible
from onestop.queries.search import (
    FoundRow,
    code_of,
    dossiers_named,
    dossiers_of_person,
    slip_replaced_at,
)
from onestop.services.event_log import DossierChanged, DossierNotFound
from onestop.web.data import read, write
from onestop.web.dossier_actions import carry_out
from onestop.web.dossier_dates import init_dossier_dates
from onestop.web.dossier_forms import SentForm, read_form, refused
from onestop.web.dossier_history import change_words, history_words
from onestop.web.dossier_ledger import init_dossier_ledger
from onestop.web.dossier_words import init_dossier_words
from onestop.web.endpoints import endpoint
from onestop.web.explanations import explanation_lines, limit_words
from onestop.web.flash import Tone, flash
from onestop.web.identity import actor
from onestop.web.language import gettext
from onestop.web.messages import entry_for, message_for
from onestop.web.pile_words import may_take_over, void_slip
from onestop.web.printing import issue_letter
from onestop.web.wording import DONE, init_wording

bp = Blueprint("dossiers", __name__)

SAME = ("step", "pause", "proposal", "target", "holder", "outcome")
"""What an event and the form that led to it both name."""


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    init_wording(cast(Flask, state.app))
    init_dossier_words(cast(Flask, state.app))
    init_dossier_ledger(cast(Flask, state.app))
    init_dossier_dates(cast(Flask, state.app))


@bp.get("/dossiers/<code>")
@endpoint(Right.SEE_DOSSIER, reads_personal=True)
def page(code: str) -> ResponseReturnValue:
    return _shown(code, clock.now())


@bp.post("/dossiers/<code>/actions/<action>")
@endpoint(Right.WORK, reads_personal=True)
def act(code: str, action: str) -> ResponseReturnValue:
    wanted, now = _action(action), clock.now()
    typed, form = read_form(wanted, request.form, today=office_date(now))
    if typed is None:
        return _shown(code, now, form=form, status=422)
    try:
        _do(code, wanted, typed, now)
    except DossierNotFound:
        abort(404)
    except DossierChanged:
        return _changed(code, typed, form, now)
    except MoveNotAllowed as error:
        return _shown(code, now, problem=message_for(error), form=form, status=403)
    except DomainError as error:
        status = entry_for(error).status
        return _shown(code, now, form=refused(form, error), status=status)
    flash(gettext(DONE[wanted], code=code))
    return redirect(url_for("dossiers.page", code=code))


@bp.get("/find")
@endpoint(Right.SEE_DOSSIER)
def find_form() -> ResponseReturnValue:
    return render_template("dossiers/find.html", rows=(), sought=Find(q=""), shown="")


@bp.post("/find")
@endpoint(Right.SEE_DOSSIER, reads_personal=True)
def find() -> ResponseReturnValue:
    """Find what was typed or scanned; it is sent, so that no address and no log keeps a card."""
    sought, now = Find(q=request.form.get("q", "")), clock.now()
    with read() as db:
        code = code_of(db, actor(), code=sought.code, token=sought.token)
        if code is not None:
            if warning := void_slip(slip_replaced_at(db, sought.token)):
                flash(warning, Tone.WARNING)
            return redirect(url_for("dossiers.page", code=code), 303)
        rows: tuple[FoundRow, ...] = ()
        if sought.id_number or sought.phone:
            rows = dossiers_of_person(db, actor(), id_number=sought.id_number, phone=sought.phone)
        if not rows and sought.name and sought.code is None and sought.token is None:
            rows = dossiers_named(db, actor(), sought.name)
    # What was scanned may hold a secret or a whole card: only a name or a number is shown again.
    shown = "" if sought.token or "|" in sought.q else sought.q.strip()
    return render_template("dossiers/find.html", rows=rows, sought=sought, shown=shown, now=now)


def _action(text: str) -> Action:
    if text not in tuple(Action) or Action(text) not in INPUTS:
        abort(404)
    return Action(text)


def _do(code: str, wanted: Action, typed: Done, now: datetime) -> None:
    """Carry out what was typed. Work on other branches meanwhile is no reason to refuse it."""
    while True:
        try:
            return _do_at_version(code, wanted, typed, now)
        except DossierChanged:
            with read() as db:
                changes = changes_since(db, code, typed.version)
            if not _are_beside(changes, typed):
                raise
            typed = typed.model_copy(update={"version": changes[-1].version})


def _do_at_version(code: str, wanted: Action, typed: Done, now: datetime) -> None:
    with write() as db:
        if not is_visible(db, actor(), code):
            raise DossierNotFound(code)
        if not actor().has(takes_right(wanted)):
            raise MoveNotAllowed(wanted)
        carry_out(wanted, typed, db, code, actor=actor(), at=now)
        issue_letter(db, wanted, code, actor=actor().user_id, at=now)


def _are_beside(changes: tuple[ChangeRow, ...], typed: Done) -> bool:
    """Whether all that happened is work on other steps than the one that is worked on here.

    A clock that stands still or goes on by itself around such a step is part of that work.
    """
    if not changes or not isinstance(typed, (AcceptStep, FinishStep)):
        return False
    return all(_is_beside(change.event, typed.step) for change in changes)


def _is_beside(event: Event, step: str) -> bool:
    if isinstance(event, PAPER_EVENTS):
        return True
    if isinstance(event, (PauseOpened, PauseClosed)):
        return event.kind is PauseKind.UNCOUNTED
    return isinstance(event, (StepAccepted, StepFinished)) and event.step != step


def _changed(code: str, typed: Done, form: SentForm, now: datetime) -> ResponseReturnValue:
    """Somebody was faster: say who and when, and keep what was typed; a double click is done."""
    with read() as db:
        changes = changes_since(db, code, typed.version)
    if _was_me(changes, form.action, typed):
        flash(gettext("Việc này đã được ghi nhận, không cần gửi lại."), Tone.INFO)
        return redirect(url_for("dossiers.page", code=code))
    return _shown(code, now, form=form, changes=changes, status=409)


def _was_me(changes: tuple[ChangeRow, ...], action: Action, typed: Done) -> bool:
    """Whether the reader did this very thing: the same action on the same step or proposal."""
    first = changes[0] if changes else None
    if first is None or first.by_id != actor().user_id or first.event.ACTION is not action:
        return False
    pairs = [(getattr(first.event, name, None), getattr(typed, name, None)) for name in SAME]
    return all(done == asked for done, asked in pairs if done and asked)


def _shown(
    code: str,
    now: datetime,
    *,
    form: SentForm | None = None,
    problem: str | None = None,
    changes: tuple[ChangeRow, ...] = (),
    status: int = 200,
) -> ResponseReturnValue:
    with read() as db:
        found = dossier_page(db, code, actor(), now=now)
    if found is None:
        abort(404)
    text = render_template(
        "dossiers/page.html",
        page=found,
        now=now,
        me=actor().user_id,
        form=form,
        problem=problem,
        problems=_problems(form, problem),
        changes=change_words(changes),
        history=history_words(found),
        limit=limit_words(found.limit),
        why=_why(found),
        link=_link(found),
        may_take_over=may_take_over(found.state, actor()),
    )
    return text, status


def _problems(form: SentForm | None, problem: str | None) -> dict[str, str]:
    found = dict(form.problems) if form is not None else {}
    return {"": problem, **found} if problem else found


def _why(found: DossierPage) -> list[str]:
    if not found.explanation:
        return []
    return explanation_lines(short_form(found.limit, found.explanation, found.calendar))


def _link(found: DossierPage) -> str:
    if not found.link:
        return ""
    return f"{current_app.config['ONESTOP_BASE_URL'].rstrip('/')}/s/{found.link}"
