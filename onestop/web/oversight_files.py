"""The Excel files of leaders' lists: short ones while one waits, long ones as jobs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import flask_babel
from flask import Flask, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from onestop import clock
from onestop.background import Outcome, Task, written
from onestop.documents.excel import MIMETYPE, Sheet, Value, excel_file, write_excel
from onestop.domain.jobs import JobNotAllowed
from onestop.domain.oversight import EXPORT_ROWS_MOST, ExportTooLarge
from onestop.domain.rights import Right
from onestop.domain.standings import Standing
from onestop.inputs.oversight import OversightQuery
from onestop.queries.jobs import asker
from onestop.queries.oversight import oversight_rows
from onestop.queries.oversight_choices import OverseenAgency, overseen_agencies
from onestop.queries.oversight_finished import finished_rows
from onestop.queries.oversight_refiled import refiled_rows
from onestop.queries.oversight_terms import OversightFilter, Place
from onestop.web.data import read
from onestop.web.filters import local, number
from onestop.web.identity import actor, viewer
from onestop.web.jobs import add_work
from onestop.web.language import gettext
from onestop.web.oversight_file import Asked, finished_sheet, list_sheet, maker_of, refiled_sheet

KIND = "list_file"
AT_ONCE = 5_000
"""Rows that are written while one waits; a longer file is a job (rule R26)."""


def filter_of(asked: OversightQuery) -> OversightFilter:
    """Return the filters of a page as the queries take them."""
    return OversightFilter(
        view=asked.what,
        agency=asked.agency,
        own=asked.own,
        procedure=asked.procedure,
        step=asked.step,
        ageing=asked.ageing,
        standstill=asked.clock,
        today=asked.today,
        period=asked.period,
        judgement=asked.judgement,
        sort=asked.sort,
        after=Place(*asked.place) if asked.place else None,
    )


def list_file(name: str, query: OversightQuery) -> ResponseReturnValue:
    """Answer with the file of a list; one too long for that is offered as a job.

    `name` is one of SHEETS. Raises ExportTooLarge.
    """
    asked = Asked(query, actor(), maker_of(viewer()), clock.now(), AT_ONCE)
    try:
        with read() as db:
            sheet = _sheet(db, name, asked)
        if sheet is None:
            abort(404)
    except ExportTooLarge as error:
        if error.rows > EXPORT_ROWS_MOST:
            raise ExportTooLarge(error.rows) from None
        return _offered(name, query, error.rows)
    response = Response(excel_file(sheet), mimetype=MIMETYPE)
    response.headers.set("Content-Disposition", "attachment", filename=_file_name(name, asked.now))
    return response


def job_arguments(name: str, query: OversightQuery) -> dict[str, object]:
    """Return what a job has to know to make the same file; 404 for a list that is none."""
    if name not in SHEETS:
        abort(404)
    return {"list": name, "query": _fields(query)}


def add_list_files(app: Flask) -> None:
    """Let the runner make these files; their words are those of the pages."""
    add_work(app, KIND, make_list_file)


def make_list_file(task: Task) -> Outcome:
    """Leave the file, in the language of whoever asked.

    Raises JobNotAllowed when the list is no longer within reach, ExportTooLarge.
    """
    name, now = task.arguments["list"], task.now()
    query = OversightQuery.model_validate(task.arguments["query"])
    with task.database.read() as db:
        person = asker(db, task.asked_by, now=now)
        if not person.actor.has(Right.EXPORT):
            raise JobNotAllowed
        with flask_babel.force_locale(person.language):
            asked = Asked(query, person.actor, maker_of(person), now, EXPORT_ROWS_MOST)
            sheet = _sheet(db, name, asked)
            if sheet is None:
                raise JobNotAllowed
            rows = list(sheet.rows)
    with written(task.file) as file:
        told = replace(sheet, rows=_told(task, rows))
        write_excel(file, told, folder=task.file.parent)
    return Outcome({"rows": len(rows)}, _file_name(name, now))


def _told(task: Task, rows: Sequence[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    for done, row in enumerate(rows):
        task.tell(done, len(rows))
        yield row


def _sheet(db: Session, name: str, asked: Asked) -> Sheet | None:
    """The list as a sheet; None for an agency out of reach."""
    agencies = overseen_agencies(db, asked.actor)
    if asked.query.agency is not None and asked.query.agency not in {row.id for row in agencies}:
        return None
    return SHEETS[name](db, asked, agencies)


def _standing(
    standing: Standing, db: Session, asked: Asked, agencies: Sequence[OverseenAgency]
) -> Sheet:
    wanted = filter_of(asked.query)
    rows = oversight_rows(db, asked.actor, standing, wanted, now=asked.now, most=asked.most)
    return list_sheet(standing, asked, rows, agencies)


def _finished(db: Session, asked: Asked, agencies: Sequence[OverseenAgency]) -> Sheet:
    wanted = filter_of(asked.query)
    rows = finished_rows(db, asked.actor, wanted, now=asked.now, most=asked.most)
    return finished_sheet(asked, rows, agencies)


def _refiled(db: Session, asked: Asked, agencies: Sequence[OverseenAgency]) -> Sheet:
    wanted = filter_of(asked.query)
    rows = refiled_rows(db, asked.actor, wanted, now=asked.now, most=asked.most)
    return refiled_sheet(asked, rows, agencies)


SHEETS: dict[str, Callable[[Session, Asked, Sequence[OverseenAgency]], Sheet]] = {
    "overdue": partial(_standing, Standing.OVERDUE),
    "due-soon": partial(_standing, Standing.DUE_SOON),
    "finished": _finished,
    "refiled": _refiled,
}


def _offered(name: str, query: OversightQuery, rows: int) -> str:
    return render_template(
        "jobs/ask.html",
        title=gettext("Danh sách Excel"),
        said=gettext(
            "Danh sách có %(rows)s dòng. Tệp được lập trong nền, xong thì tải về được trong một"
            " ngày.",
            rows=number(rows),
        ),
        action=url_for("oversight.ask_for_file", name=name),
        fields=_fields(query),
    )


def _fields(query: OversightQuery) -> dict[str, object]:
    return query.model_dump(mode="json", exclude_defaults=True, exclude={"after"})


def _file_name(name: str, now: datetime) -> str:
    return f"{name}-{local(now):%Y%m%d-%H%M}.xlsx"
