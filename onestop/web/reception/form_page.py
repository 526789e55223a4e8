"""The reception form: shown, filled by a scan, and kept up to date while one types."""

from collections.abc import Sequence

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.domain.identity_card import BadIdNumber, parse_id_number
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.domain.visit_reasons import GUIDANCE_REASONS, REFUSAL_REASONS
from onestop.queries.catalogue import find_procedures
from onestop.queries.reception import KnownPerson
from onestop.queries.returns import return_page
from onestop.queries.search import code_of, replaced_slip
from onestop.web import identity
from onestop.web.asked import number
from onestop.web.data import read
from onestop.web.endpoints import endpoint
from onestop.web.explanations import limit_words
from onestop.web.flash import Tone, flash
from onestop.web.language import gettext
from onestop.web.messages.reasons import SLIP_REASONS
from onestop.web.pile_words import void_slip
from onestop.web.reception.blueprint import bp
from onestop.web.reception.desk import counter
from onestop.web.reception.page import (
    chosen_procedure,
    either,
    hints_for,
    preview_pane,
    procedure_of,
    reception_page,
)
from onestop.web.reception.problems import Problems
from onestop.web.reception.returns import result_address
from onestop.web.reception.scan import OF_NUMBER, Scan, read_scan, warning_words
from onestop.web.reception.typed import PERSON, Typed, fill_empty, fill_from_card, new_form
from onestop.web.refiling_words import ended_words


@bp.get("")
@endpoint(Right.RECEIVE, reads_personal=True)
def new() -> ResponseReturnValue:
    typed = new_form()
    typed["procedure"] = request.args.get("procedure", "")[:35]
    return show(typed)


@bp.post("/form")
@endpoint(Right.RECEIVE, reads_personal=True)
def fill() -> ResponseReturnValue:
    """Show the form again with what was scanned, chosen or ticked; nothing is saved.

    What was scanned leads to its page, or from a form with something in it to a page beside it.
    """
    typed: Typed = request.form.copy()
    scanned = read_scan(typed.pop("scan", ""), today=office_date(clock.now()))
    if scanned.opens_something and (page := _page_of(scanned)):
        if _is_filled(typed):
            said = gettext("Nội dung đang nhập vẫn còn ở đây.")
            return show(typed, said=said, beside=page, focus="")
        return redirect(page, 303)
    said, warnings = _take_in(typed, scanned)
    if typed.pop("choose", ""):
        typed["procedure"] = request.form["choose"]
    if typed.pop("tick", "") == "required":
        _tick_required(typed)
    if typed.pop("use", ""):
        _use_known(typed)
    return show(typed, said=said, said_warnings=warnings, focus=_next_field(typed))


@bp.get("/preview")
@endpoint(Right.RECEIVE)
def live_preview() -> ResponseReturnValue:
    """The parts of the page that follow from the procedure; nothing personal is asked or shown."""
    typed: Typed = request.args.copy()
    now = clock.now()
    with read() as db:
        here = counter(db)
        on = office_date(now)
        code, _ = procedure_of(db, typed.get("procedure", ""), agency=here.agency.id, on=on)
        chosen = chosen_procedure(db, here, typed, code, on) if code else None
        pane = preview_pane(db, here, typed, chosen, now)
    return render_template(
        "reception/live.html",
        typed=typed,
        chosen=chosen,
        pane=pane,
        problems={},
        **_vocabulary(),
    )


@bp.post("/people")
@endpoint(Right.RECEIVE, reads_personal=True)
def people() -> ResponseReturnValue:
    """What is known of the applicant typed so far."""
    typed: Typed = request.form.copy()
    with read() as db:
        here = counter(db)
        on = office_date(clock.now())
        code, _ = procedure_of(db, typed.get("procedure", ""), agency=here.agency.id, on=on)
        hints = hints_for(db, identity.actor(), typed, code, on=on)
    return render_template("reception/hints.html", hints=hints, **_vocabulary())


@bp.get("/procedures")
@endpoint(Right.RECEIVE)
def procedures() -> ResponseReturnValue:
    """The list under the procedure field while one types."""
    with read() as db:
        here = counter(db)
        text = request.args.get("q", "")[:200]
        rows = find_procedures(db, text, on=office_date(clock.now()), agency=here.agency.id)
    return jsonify(
        [
            {
                "value": f"{row.code} · {either(row.name, row.name_en)}",
                "name": either(row.name, row.name_en),
                "note": f"{row.code} · {limit_words(row.spec.limit)}",
            }
            for row in rows
        ]
    )


def show(
    typed: Typed,
    *,
    problems: Problems | None = None,
    status: int = 200,
    said: str = "",
    said_warnings: Sequence[str] = (),
    focus: str = "scan",
    guide: bool = False,
    beside: str = "",
) -> ResponseReturnValue:
    """Return the whole page for what is typed.

    guide   opens the part that ends the visit with a slip.
    beside  the address of what was scanned, to be opened without leaving the form.
    """
    now = clock.now()
    with read() as db:
        page = reception_page(db, counter(db), typed, actor=identity.actor(), now=now)
    html = render_template(
        "reception/new.html",
        page=page,
        typed=page.typed,
        chosen=page.chosen,
        pane=page.pane,
        hints=page.hints,
        problems=problems or {},
        problem=bool(problems),
        said=said,
        said_warnings=said_warnings,
        focus=None if problems else focus,
        guide=guide,
        beside=beside,
        filled=_is_filled(typed),
        **_vocabulary(),
    )
    return html, status


def _vocabulary() -> dict[str, object]:
    return {
        "ended_words": ended_words,
        "guidance_reasons": [(code, _reason(code)) for code in GUIDANCE_REASONS],
        "refusal_reasons": [(code, _reason(code)) for code in REFUSAL_REASONS],
    }


def _reason(code: str) -> str:
    return gettext(text) if (text := SLIP_REASONS[code]) else gettext("Lý do khác (ghi rõ)")


def _is_filled(typed: Typed) -> bool:
    """Whether the form holds what would have to be typed again: of a person, papers, a note."""
    people = (f"{role}-{name}" for role in ("applicant", "submitter") for name in PERSON)
    return "paper" in typed or any(typed.get(name, "").strip() for name in (*people, "note"))


def _page_of(scanned: Scan) -> str | None:
    """The address of what was scanned: a slip's form, a result to hand over, a dossier."""
    if scanned.visit:
        return url_for(".reopen", token=scanned.visit)
    with read() as db:
        code, slip = scanned.code, None
        if scanned.token is not None:
            code = code_of(db, identity.actor(), token=scanned.token) or ""
            slip = replaced_slip(db, scanned.token.sha256) if code else None
        at_desk = return_page(db, identity.actor(), code) if code else None
    if at_desk and (at_desk.is_ready or at_desk.has_arrived):
        return result_address(code, slip, by_slip=scanned.token is not None)
    if slip:
        flash(void_slip(slip.replaced_at), Tone.WARNING)
    return url_for("dossiers.page", code=code) if code else None


def _take_in(typed: Typed, scanned: Scan) -> tuple[str, list[str]]:
    """Put a scan into the form; return what to say about it, and what to look at."""
    if scanned.card is not None:
        role = "applicant" if "same" in typed or not typed.get("applicant-name") else "submitter"
        fill_from_card(typed, scanned.card, role)
        beside = OF_NUMBER if role == "applicant" else ()
        return (
            gettext(
                "Đã đọc thẻ căn cước: %(name)s. Hãy kiểm tra trước khi lưu.",
                name=scanned.card.name,
            ),
            [warning_words(w) for w in scanned.card.warnings if w not in beside],
        )
    if scanned.opens_something:
        return gettext("Không tìm thấy hồ sơ của mã vừa quét. Hãy gõ mã hồ sơ trên giấy hẹn."), []
    if scanned.garbled:
        return gettext("Không đọc được mã. Hãy tắt bộ gõ tiếng Việt rồi quét lại."), []
    if scanned.words:
        return _take_words(typed, scanned.words), []
    return "", []


def _take_words(typed: Typed, text: str) -> str:
    """An ID number goes to the applicant; other words look for a procedure."""
    try:
        number = parse_id_number(text)
    except BadIdNumber:
        typed["procedure"] = text
        return ""
    fill_empty(typed, "applicant", {"id_number": number})
    return gettext("Đã ghi số định danh của chủ hồ sơ.")


def _tick_required(typed: Typed) -> None:
    with read() as db:
        here, on = counter(db), office_date(clock.now())
        code, _ = procedure_of(db, typed.get("procedure", ""), agency=here.agency.id, on=on)
        chosen = chosen_procedure(db, here, typed, code, on) if code else None
    papers = chosen.papers if chosen else ()
    ticked = [paper.code for paper in papers if paper.ticked or paper.required]
    typed.setlist("paper", ticked)


def _use_known(typed: Typed) -> None:
    with read() as db:
        known = _known(db, typed)
    fields = ("name", "born", "sex", "id_number", "phone", "email", "address")
    if known is not None:
        fill_empty(typed, "applicant", {name: getattr(known, name) for name in fields})


def _known(db: Session, typed: Typed) -> KnownPerson | None:
    hints = hints_for(db, identity.actor(), typed, "", on=office_date(clock.now()))
    place = request.form.get("use", type=number) or 0
    return hints.known[place - 1] if 0 < place <= len(hints.known) else None


def _next_field(typed: Typed) -> str:
    """Return where to go on: the procedure, then the first empty field of the applicant."""
    wanted = ("procedure", "applicant-id_number", "applicant-name", "applicant-phone")
    return next((name for name in wanted if not typed.get(name, "").strip()), "papers")
