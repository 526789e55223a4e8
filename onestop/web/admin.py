"""What an administrator looks after: procedures and their standing, agencies, calendars."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.errors import DomainError
from onestop.domain.procedures import Mark
from onestop.domain.rights import Right
from onestop.inputs.confirmations import Confirmation
from onestop.queries import agencies as agencies_query
from onestop.queries import calendars as calendars_query
from onestop.queries import catalogue as catalogue_query
from onestop.queries.agencies import AgencyRow
from onestop.queries.catalogue import MarkedValue, ProcedurePage
from onestop.services import catalogue as catalogue_service
from onestop.web import identity
from onestop.web.catalogue_words import catalogue_words, group_words
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.filters import local
from onestop.web.flash import flash
from onestop.web.language import gettext
from onestop.web.messages import entry_for, message_for

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.app_context_processor(catalogue_words)


@dataclass(frozen=True, slots=True)
class Node:
    """An agency with those below it, as the tree is drawn."""

    row: AgencyRow
    children: list["Node"] = field(default_factory=list)


@bp.get("")
@endpoint(Right.ADMINISTER)
def index() -> ResponseReturnValue:
    return redirect(url_for("admin.procedures"))


@bp.get("/procedures")
@endpoint(Right.ADMINISTER)
def procedures() -> ResponseReturnValue:
    with read() as db:
        rows = catalogue_query.procedure_list(db, on=_today())
        short = calendars_query.short_calendars(db, today=_today())
    return render_template("admin/procedures.html", rows=rows, short=short)


@bp.get("/procedures/<code>")
@endpoint(Right.ADMINISTER)
def procedure(code: str) -> ResponseReturnValue:
    page = _page(code, request.args.get("edition"))
    groups: dict[str, list[MarkedValue]] = {}
    for found in page.values:
        groups.setdefault(group_words(found.path), []).append(found)
    return render_template("admin/procedure.html", page=page, groups=groups.items(), today=_today())


@bp.get("/procedures/<code>/editions/<edition>/values/<path>")
@endpoint(Right.ADMINISTER)
def value(code: str, edition: str, path: str) -> ResponseReturnValue:
    return _value_form(_page(code, edition), path, {})


@bp.post("/procedures/<code>/editions/<edition>/values/<path>/confirm")
@endpoint(Right.ADMINISTER)
def confirm_value(code: str, edition: str, path: str) -> ResponseReturnValue:
    page, now = _page(code, edition), clock.now()
    try:
        document = Confirmation.parse(request.form, today=_today())
        with write() as db:
            catalogue_service.confirm_value(
                db,
                page.row.edition_id,
                path,
                document_number=document.document_number,
                document_on=document.document_on,
                actor=identity.actor().user_id,
                at=now,
            )
    except DomainError as error:
        status = entry_for(error).status
        return _value_form(page, path, {_field(error): message_for(error)}), status
    flash(gettext("Đã xác nhận. Giá trị này không còn là mặc định."))
    return redirect(url_for("admin.procedure", code=code, edition=edition))


@bp.get("/agencies")
@endpoint(Right.ADMINISTER)
def agencies() -> ResponseReturnValue:
    past = "past" in request.args
    with read() as db:
        rows = agencies_query.agency_tree(db, on=None if past else _today())
    names = {row.id: row.short_name for row in rows}
    return render_template(
        "admin/agencies.html", tree=_tree(rows), names=names, past=past, today=_today()
    )


@bp.get("/calendars")
@endpoint(Right.ADMINISTER)
def calendars() -> ResponseReturnValue:
    with read() as db:
        rows = calendars_query.calendars(db)
        short = calendars_query.short_calendars(db, today=_today())
    return render_template("admin/calendars.html", rows=rows, short=short)


@bp.get("/calendars/<key>")
@endpoint(Right.ADMINISTER)
def calendar(key: str) -> ResponseReturnValue:
    with read() as db:
        row = next((row for row in calendars_query.calendars(db) if row.key == key), None)
        short = calendars_query.short_calendars(db, today=_today())
    if row is None:
        abort(404)
    year = request.args.get("year", _today().year, type=int)
    days = sorted((d for d in row.spec.exceptions if d.on.year == year), key=lambda d: d.on)
    own = [one for one in short if one.key == key]
    return render_template("admin/calendar.html", row=row, year=year, days=days, short=own)


def _tree(rows: Iterable[AgencyRow]) -> list[Node]:
    """The agencies under their parents; one whose parent is not shown stands at the top."""
    nodes: dict[int, Node] = {}
    top: list[Node] = []
    for row in rows:
        nodes[row.id] = Node(row)
        parent = nodes.get(row.parent_id) if row.parent_id is not None else None
        (parent.children if parent else top).append(nodes[row.id])
    return top


def _today() -> date:
    return local(clock.now()).date()


def _page(code: str, edition: str | None) -> ProcedurePage:
    with read() as db:
        page = catalogue_query.procedure_page(db, code, on=_today(), edition=edition)
    if page is None:
        abort(404)
    return page


def _value_form(page: ProcedurePage, path: str, problems: dict[str, str]) -> str:
    found = next((value for value in page.values if value.path == path), None)
    if found is None:
        abort(404)
    confirmed = found.mark is Mark.CONFIRMED
    return render_template(
        "admin/value.html", page=page, value=found, confirmed=confirmed, problems=problems
    )


def _field(error: DomainError) -> str:
    names = {"DocumentNumberMissing": "document_number", "DocumentDayUnclear": "document_on"}
    return names.get(type(error).__name__, "")
