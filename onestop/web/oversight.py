"""What a leader sees: the figures of the agencies below, what is late or due soon, and the file."""

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, Flask, abort, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.domain.rights import Right
from onestop.domain.standings import Standing
from onestop.inputs.oversight import OversightQuery
from onestop.queries.oversight import oversight_list
from onestop.queries.oversight_choices import OverseenAgency, overseen_agencies
from onestop.queries.oversight_figures import BOTTLENECKS, oversight_figures
from onestop.queries.oversight_finished import finished_list
from onestop.queries.oversight_refiled import refiled_list
from onestop.queries.piles import late_piles_overseen
from onestop.web.data import read
from onestop.web.endpoints import endpoint
from onestop.web.identity import actor
from onestop.web.jobs import ask_for
from onestop.web.oversight_figures import figure_links
from onestop.web.oversight_files import KIND, add_list_files, filter_of, job_arguments, list_file
from onestop.web.oversight_listings import FinishedListing, Listing, RefiledListing
from onestop.web.refiling_words import ended_words
from onestop.web.wording import init_wording

bp = Blueprint("oversight", __name__)

BOTTLENECKS_ALL = 200


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    init_wording(cast(Flask, state.app))
    add_list_files(cast(Flask, state.app))


@bp.get("/oversight")
@endpoint(Right.OVERSEE, reads_personal=True)
def overview() -> ResponseReturnValue:
    asked, now = asked_query(), clock.now()
    every = "all" in request.args
    with read() as db:
        figures = oversight_figures(
            db,
            actor(),
            now=now,
            agency=asked.agency,
            bottlenecks=BOTTLENECKS_ALL if every else BOTTLENECKS,
        )
        piles = late_piles_overseen(db, actor(), now=now, agency=asked.agency)
    if figures is None:
        abort(404)
    links = figure_links(figures, asked)
    return render_template(
        "oversight/overview.html", figures=figures, links=links, late_piles=piles, now=now
    )


@bp.get("/oversight/overdue")
@endpoint(Right.OVERSEE, reads_personal=True)
def overdue() -> ResponseReturnValue:
    return _shown(Standing.OVERDUE)


@bp.get("/oversight/due-soon")
@endpoint(Right.OVERSEE, reads_personal=True)
def due_soon() -> ResponseReturnValue:
    return _shown(Standing.DUE_SOON)


@bp.get("/oversight/finished")
@endpoint(Right.OVERSEE, reads_personal=True)
def finished() -> ResponseReturnValue:
    asked, now = asked_query(), clock.now()
    with read() as db:
        page = finished_list(db, actor(), filter_of(asked), now=now)
    within_reach(asked, page.agencies)
    return render_template(
        "oversight/finished.html",
        listing=FinishedListing(asked, page, now),
        page=page,
        may_export=actor().has(Right.EXPORT),
    )


@bp.get("/oversight/refiled")
@endpoint(Right.OVERSEE, reads_personal=True)
def refiled() -> ResponseReturnValue:
    asked, now = _asked_whole(), clock.now()
    with read() as db:
        page = refiled_list(db, actor(), filter_of(asked), now=now)
    within_reach(asked, page.agencies)
    return render_template(
        "oversight/refiled.html",
        listing=RefiledListing(asked, page, now),
        page=page,
        may_export=actor().has(Right.EXPORT),
        ended_words=ended_words,
    )


@bp.get("/oversight/piles")
@endpoint(Right.OVERSEE, reads_personal=True)
def late_piles() -> ResponseReturnValue:
    asked, now = asked_query(), clock.now()
    with read() as db:
        rows = late_piles_overseen(db, actor(), now=now, agency=asked.agency)
        within_reach(asked, overseen_agencies(db, actor()))
    return render_template("oversight/piles.html", rows=rows, agency=asked.agency, now=now)


@bp.get("/oversight/overdue.xlsx")
@endpoint(Right.EXPORT, reads_personal=True)
def overdue_file() -> ResponseReturnValue:
    return list_file("overdue", asked_query())


@bp.get("/oversight/due-soon.xlsx")
@endpoint(Right.EXPORT, reads_personal=True)
def due_soon_file() -> ResponseReturnValue:
    return list_file("due-soon", asked_query())


@bp.get("/oversight/finished.xlsx")
@endpoint(Right.EXPORT, reads_personal=True)
def finished_file() -> ResponseReturnValue:
    return list_file("finished", asked_query())


@bp.get("/oversight/refiled.xlsx")
@endpoint(Right.EXPORT, reads_personal=True)
def refiled_file() -> ResponseReturnValue:
    return list_file("refiled", _asked_whole())


@bp.post("/oversight/files/<name>")
@endpoint(Right.EXPORT, reads_personal=True)
def ask_for_file(name: str) -> ResponseReturnValue:
    query = OversightQuery.model_validate(request.form.to_dict())
    return ask_for(KIND, job_arguments(name, query))


def asked_query() -> OversightQuery:
    """Return the filters that the address asks for."""
    return OversightQuery.model_validate(request.args.to_dict())


def _asked_whole() -> OversightQuery:
    """What was filed again are whole dossiers: filters of other lists are left out."""
    asked = asked_query()
    kept = {name: getattr(asked, name) for name in ("agency", "own", "procedure", "period", "sort")}
    return OversightQuery(**kept, after=asked.after)


def _shown(standing: Standing) -> ResponseReturnValue:
    asked, now = asked_query(), clock.now()
    with read() as db:
        page = oversight_list(db, actor(), standing, filter_of(asked), now=now)
    within_reach(asked, page.agencies)
    listing = Listing(asked, page, now, standing)
    may_export = actor().has(Right.EXPORT)
    return render_template("oversight/list.html", listing=listing, page=page, may_export=may_export)


def within_reach(asked: OversightQuery, agencies: Sequence[OverseenAgency]) -> None:
    """An agency out of reach is answered like one that does not exist."""
    if asked.agency is not None and asked.agency not in {row.id for row in agencies}:
        abort(404)
