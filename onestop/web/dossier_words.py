"""The top of a dossier's page in words: what to do now, until when, and what each button says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, url_for

from onestop.domain.decisions import refund_reasons
from onestop.domain.dossier import StepStatus
from onestop.domain.events import Delivery, PauseKind
from onestop.domain.print_rights import (
    APOLOGY,
    CONTROL_SLIP,
    RECEIPT,
    REJECTION,
    STOP_NOTICE,
    SUPPLEMENT_REQUEST,
)
from onestop.domain.reasons import fitting_reasons
from onestop.domain.refilings import REFUSED
from onestop.domain.routes import StepKind
from onestop.domain.standings import Standing
from onestop.domain.statuses import FINAL, Action, Status
from onestop.inputs.casework import INPUTS
from onestop.queries.dossier_rows import DossierPage, MoveRow, Named, PauseRow, StepRow
from onestop.web.dossier_forms import carried, prefix_of
from onestop.web.filters import local_date, local_time, money
from onestop.web.labels import label
from onestop.web.language import gettext
from onestop.web.wording import (
    ACTIONS,
    FINISHING,
    FOR_SIGNATURE,
    SENDING,
    TAKE_OVER,
    either,
    reason_words,
    words,
)

ASIDE = frozenset(
    {Action.SUSPEND, Action.STOP, Action.WITHDRAW, Action.VOID, Action.REOPEN, Action.REFUND}
)
"""Rare moves that end, hold or open a dossier: they stand apart from the day's work."""
CORRECTION = "corrections.show_correction"
"""The page of a correction; it is no form of the dossier's page."""
FIRST = frozenset(
    {
        Action.ACCEPT_STEP,
        Action.FINISH_STEP,
        Action.TAKE_IN_SUPPLEMENT,
        Action.TAKE_IN_PAYMENT,
        Action.RESUME,
        Action.ACCEPT_RESULT,
        Action.RETURN_RESULT,
    }
)
"""What carries the dossier on."""


TOLD_WITH_NOTE = frozenset(
    {Action.REQUEST_SUPPLEMENT, Action.DRAFT_EXTENSION, Action.EXTEND, Action.STOP}
)
"""The slip or letter that tells these to the citizen prints the note."""


@dataclass(frozen=True, slots=True)
class NowLine:
    """One line of what to do now; `is_own` when it is for the person who reads."""

    text: str
    due_at: datetime | None = None
    standing: Standing | None = None
    days: int | None = None
    by_date: bool = False
    is_own: bool = False


def now_lines(page: DossierPage) -> list[NowLine]:
    """Return what there is to do now and until when, one line for each branch."""
    state = page.state
    if state.status in FINAL:
        return [NowLine(_ended(page))]
    if state.status is Status.COMPLETED:
        return [NowLine(_at_desk(page), is_own=any(m.action in FIRST for m in page.moves))]
    lines = [*_pauses(page), *(_step(page, step) for step in page.live_steps if not step.paused)]
    return sorted(lines, key=lambda line: not line.is_own)


def button(page: DossierPage, move: MoveRow) -> str:
    """Return what the button of a move says; of two alike it says for which step."""
    text = _button(page, move)
    alike = [m for m in page.moves if m.action is move.action and not m.proposal]
    if len(alike) > 1 and move.step_name is not None and not move.proposal:
        return gettext("%(what)s: %(papers)s", what=text, papers=either(move.step_name))
    return text


def _button(page: DossierPage, move: MoveRow) -> str:
    if move.action is Action.FINISH_STEP:
        return _finish(move)
    if move.action is Action.ACCEPT_STEP:
        held = _live(page, move.step)
        if held is not None and held.holder and not held.is_mine:
            return gettext(TAKE_OVER, person=held.holder)
    return gettext(ACTIONS[move.action])


def sending(page: DossierPage, move: MoveRow) -> str:
    """Return what the button at the end of a move's form says."""
    return gettext(SENDING[move.action]) if move.action in SENDING else button(page, move)


def is_own_work(page: DossierPage, move: MoveRow) -> bool:
    """Whether the move carries the dossier on and takes nothing out of a colleague's hands."""
    held = _live(page, move.step) if move.action is Action.ACCEPT_STEP else None
    return move.action in FIRST and not (held is not None and held.holder and not held.is_mine)


def reasons(page: DossierPage, action: Action) -> list[tuple[str, str]]:
    """Return the reasons to choose from: none that says what did not happen."""
    waiting = {pause.kind for pause in page.open_pauses}
    codes = fitting_reasons(action, waiting)
    if action is Action.REFUND:
        codes = refund_reasons(page.state)
    return [(code, reason_words(code)) for code in codes]


def asked_of_citizen(page: DossierPage) -> str:
    """Return the sentence the citizen will read above the list of papers."""
    agency = either(page.receiving.name)
    desk = f"{page.desk}, {agency}" if page.desk else agency
    day = local_date(page.supplement_until)
    return gettext("Mang các giấy tờ sau đến %(desk)s, chậm nhất ngày %(day)s:", desk=desk, day=day)


def own_moves(page: DossierPage) -> list[MoveRow]:
    """Return the moves of the day's work, what carries the dossier on first."""
    there = [m for m in page.moves if m.action in INPUTS and m.action not in ASIDE]
    there = [m for m in there if not m.proposal]  # those stand beside what they decide
    return sorted(there, key=lambda move: move.action not in FIRST)


def aside_moves(page: DossierPage) -> list[MoveRow]:
    """Return the rare moves."""
    return [move for move in page.moves if move.action in ASIDE]


def correction_url(page: DossierPage) -> str:
    """Return the address of the page on which the reader may correct the dossier, or ""."""
    may = any(move.action is Action.CORRECT for move in page.moves)
    if not may or CORRECTION not in current_app.view_functions:
        return ""
    return url_for(CORRECTION, code=page.code)


def pause_of(page: DossierPage, number: int) -> PauseRow | None:
    """Return the pause a move closes."""
    return next((pause for pause in page.pauses if pause.pause == number), None)


def init_dossier_words(app: Flask) -> None:
    """Give templates the functions of this module."""
    app.jinja_env.globals.update(
        now_lines=now_lines,
        button=button,
        reasons_for=reasons,
        asked_of_citizen=asked_of_citizen,
        own_moves=own_moves,
        aside_moves=aside_moves,
        correction_url=correction_url,
        pause_of=pause_of,
        next_holders=next_holders,
        either_each=either_each,
        delivery_choices=delivery_choices,
        document_url=document_url,
        printed_kinds=printed_kinds,
        prints_note=prints_note,
        carried=carried,
        sending=sending,
        is_own_work=is_own_work,
    )
    app.add_template_filter(prefix_of, "form_prefix")


def either_each(named: Iterable[tuple[object, Named]]) -> list[tuple[object, str]]:
    """Return choices with their names in the language of the request."""
    return [(code, either(name)) for code, name in named]


def delivery_choices() -> list[tuple[str, str]]:
    """Return the ways a result may be handed over."""
    return [(delivery.value, words(delivery)) for delivery in Delivery]


def next_holders(page: DossierPage, move: MoveRow) -> list[str]:
    """Return where the dossier goes when the step is finished: step and agency."""
    goes = []
    for planned in move.follows:
        name = either(Named.of(planned.name, planned.name_en))
        agency = page.agencies.get(planned.agency) if planned.agency else None
        goes.append(f"{name} ({either(agency.name)})" if agency else name)
    return goes


def document_url(code: str, kind: str, issue: int | None = None) -> str:
    """Return the address of a document of the dossier as PDF: the latest, or one issue of it."""
    return url_for("documents.pdf", code=code, kind=kind, issue=issue)


def prints_note(move: MoveRow) -> bool:
    """Whether a paper that the citizen gets prints what is written to this."""
    return move.action in TOLD_WITH_NOTE


def printed_kinds(page: DossierPage) -> list[str]:
    """Return the papers that make sense for the dossier as it stands, in the order of buttons."""
    kinds = [RECEIPT, SUPPLEMENT_REQUEST]
    if page.state.extensions:
        kinds.append(APOLOGY)
    if page.state.status is Status.STOPPED:
        kinds.append(STOP_NOTICE)
    if page.state.outcome == REFUSED:
        kinds.append(REJECTION)
    return [*kinds, CONTROL_SLIP]


def _finish(move: MoveRow) -> str:
    if move.kind in FINISHING:
        return gettext(FINISHING[move.kind])
    if any(step.kind is StepKind.SIGN for step in move.follows):
        return gettext(FOR_SIGNATURE)
    return gettext(ACTIONS[Action.FINISH_STEP])


def _live(page: DossierPage, key: str) -> StepRow | None:
    return next((step for step in page.live_steps if step.key == key), None)


def _step(page: DossierPage, step: StepRow) -> NowLine:
    own = [m for m in page.moves if m.step == step.key and m.action not in ASIDE]
    name, agency = either(step.name), either(step.agency)
    if any(move.action is Action.FINISH_STEP for move in own):
        text = gettext("Ông/bà đang xử lý: %(step)s", step=name)
    elif any(is_own_work(page, m) for m in own if m.action is Action.ACCEPT_STEP):
        text = gettext("Nhận xử lý: %(step)s", step=name)
    elif any(move.action is Action.ACCEPT_RESULT for move in own):
        text = gettext("Nhận kết quả về quầy rồi mời công dân đến nhận")
    elif step.kind is StepKind.RETURN:
        text = gettext("Chờ %(agency)s nhận kết quả về quầy", agency=agency)
    elif step.holder and step.status is StepStatus.OFFERED:
        text = gettext(
            "Đã giao %(person)s, chưa nhận: %(step)s (%(agency)s)",
            person=step.holder,
            step=name,
            agency=agency,
        )
    elif step.holder:
        text = gettext(
            "%(person)s đang xử lý: %(step)s (%(agency)s)",
            person=step.holder,
            step=name,
            agency=agency,
        )
    else:
        text = gettext("Chờ %(agency)s nhận xử lý: %(step)s", agency=agency, step=name)
    return NowLine(
        text,
        step.due_at,
        step.standing,
        step.days,
        step.by_date,
        is_own=any(is_own_work(page, move) for move in own),
    )


def _pauses(page: DossierPage) -> Iterator[NowLine]:
    for pause in page.open_pauses:
        text = words(pause.kind)
        if pause.kind is PauseKind.UNCOUNTED:
            text = gettext("%(what)s: %(papers)s", what=text, papers=either(pause.step))
        if pause.papers:
            papers = "; ".join(either(paper) for paper in pause.papers)
            text = gettext("%(what)s: %(papers)s", what=text, papers=papers)
        if pause.amount:
            text = gettext("%(what)s: %(papers)s", what=text, papers=money(pause.amount))
        if pause.citizen_due_at:
            day = local_date(pause.citizen_due_at)
            text = gettext("%(what)s. Chậm nhất ngày %(day)s", what=text, day=day)
        if pause.kind is PauseKind.SUSPENSION:
            text = gettext("%(what)s. Lý do: %(reason)s", what=text, reason=_reason(pause))
        own = any(move.pause == pause.pause for move in page.moves)
        step = _paused_step(page, pause)
        standing = step.standing if step and step.standing is Standing.OVERDUE else Standing.PAUSED
        days = step.days if step and step.standing is Standing.OVERDUE else None
        yield NowLine(text, standing=standing, days=days, is_own=own)


def _reason(pause: PauseRow) -> str:
    return reason_words(pause.reason)


def _paused_step(page: DossierPage, pause: PauseRow) -> StepRow | None:
    return next((s for s in page.live_steps if s.paused and s.name == pause.step), None)


def _at_desk(page: DossierPage) -> str:
    return gettext(
        "Kết quả đã về quầy lúc %(at)s. Chờ công dân đến nhận.",
        at=local_time(page.state.finished_at),
    )


def _ended(page: DossierPage) -> str:
    at = page.state.returned_at or page.state.finished_at
    return gettext(
        "%(status)s lúc %(at)s. Không còn việc phải làm.",
        status=label(page.state.status).text,
        at=local_time(at),
    )
