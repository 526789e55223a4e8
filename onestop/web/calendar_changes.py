"""An administrator enters an announced day: the form, every date that moves, the confirmation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from onestop import clock
from onestop.domain.calendar_spec import CalendarNotFound
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.domain.working_time import CalendarExhausted
from onestop.inputs.calendar_changes import TypedChange, TypedKind
from onestop.queries.agencies import AgencyRow, agency_tree
from onestop.queries.calendars import CalendarRow, calendars
from onestop.services.agencies import AgencyNotFound
from onestop.services.calendar_changes import (
    CalendarPreview,
    PreviewOutdated,
    apply_change,
    preview_change,
)
from onestop.services.calendar_reach import CalendarNotYours, ChangeRefused, Reach, require_within
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.flash import flash
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.messages.calendar_changes import FIELD_PROBLEMS
from onestop.web.messages.entry import N_

bp = Blueprint("calendar_changes", __name__, url_prefix="/admin/calendar-changes")

ROWS = 50
KINDS = {
    TypedKind.HOLIDAY: N_("Nghỉ lễ, nghỉ đột xuất"),
    TypedKind.COMPENSATORY_OFF: N_("Nghỉ bù, nghỉ hoán đổi"),
    TypedKind.MAKEUP_WORKING_DAY: N_("Làm bù"),
    TypedKind.USUAL: N_("Trở lại ngày thường"),
}
FIELDS = ("on", "kind", "name", "hours", "worked", "source", "reach", "below", "replaces")
_PLACES = {"calendar": "reach", "agency": "reach"}
Typed = dict[str, str]


class Refused(Exception):
    """A form that leads to no preview: what is wrong, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("refused")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that was read."""

    typed: Typed
    change: TypedChange
    reach: Reach


@dataclass(frozen=True, slots=True)
class Choices:
    """The calendars and agencies that a change may be for."""

    calendars: tuple[CalendarRow, ...]
    agencies: tuple[AgencyRow, ...]


@bp.get("/new")
@endpoint(Right.ADMINISTER)
def new() -> ResponseReturnValue:
    return _form(_typed(request.args), {})


@bp.get("/preview")
@endpoint(Right.ADMINISTER)
def preview() -> ResponseReturnValue:
    typed = _typed(request.args)
    try:
        return _shown(_asked(typed))
    except Refused as refused:
        return _form(typed, refused.problems), 422


@bp.post("")
@endpoint(Right.ADMINISTER)
def confirm() -> ResponseReturnValue:
    typed, token = _typed(request.form), request.form.get("token", "")
    try:
        asked = _asked(typed)
        try:
            done = _applied(asked, token)
        except PreviewOutdated as error:
            return _shown(asked, said=message_for(error)), 409
    except Refused as refused:
        return _form(typed, refused.problems), 422
    flash(
        gettext(
            "Đã lưu lịch. %(dossiers)s hồ sơ được lùi ngày hẹn hoặc hạn bước.",
            dossiers=done.dossiers,
        )
    )
    if not done.calendars:
        return redirect(url_for("admin.calendars"))
    return redirect(url_for("admin.calendar", key=done.calendars[0].new.spec.key))


def moved_scope(scope: str) -> str:
    """Return what a moved date is of, in words."""
    kind, _, number = scope.partition(":")
    match kind:
        case "total":
            return gettext("Toàn bộ hồ sơ")
        case "leg":
            return gettext("Chặng %(number)s", number=number)
        case "phase":
            return gettext("Giai đoạn %(number)s", number=number)
        case _:
            return gettext("Bước đang làm")


def _typed(sent: Mapping[str, str]) -> Typed:
    return {name: sent.get(name, "")[:400] for name in FIELDS}


def _asked(typed: Typed) -> Asked:
    """Read the form and hold it to what this administrator may change. Raises Refused."""
    where, _, which = typed["reach"].partition(":")
    values = {
        **typed,
        "kind": typed["kind"] or TypedKind.HOLIDAY.value,
        "calendar": which if where == "calendar" else "",
        "agency": which if where == "agency" else "",
        "below": bool(typed["below"]),
        "replaces": bool(typed["replaces"]),
    }
    try:
        change = TypedChange.model_validate(values)
    except ValidationError as error:
        raise Refused(dict(_problems(error))) from None
    agencies = () if change.agency is None else (change.agency,)
    asked = Asked(typed, change, Reach(change.calendar, agencies, change.below))
    with _refusals(asked), read() as db:
        require_within(db, identity.actor(), asked.reach, on=office_date(clock.now()))
    return asked


def _problems(error: ValidationError) -> Iterator[tuple[str, str]]:
    for found in error.errors(include_url=False, include_input=False):
        name = str(found["loc"][0]) if found["loc"] else ""
        place = _PLACES.get(name, name)
        code = "reach_unknown" if place == "reach" else str(found["type"])
        yield place, _sentence(code, found.get("ctx") or {})


def _sentence(code: str, values: Mapping[str, object]) -> str:
    return gettext(FIELD_PROBLEMS.get(code, FIELD_PROBLEMS["wrong"])) % values


@contextmanager
def _refusals(asked: Asked) -> Iterator[None]:
    """Turn what a service refuses into problems of the form."""
    try:
        yield
    except ChangeRefused as error:
        problems = {
            asked.change.field_of(one): _sentence(one.code, {}) for one in reversed(error.problems)
        }
        raise Refused(problems) from None
    except (CalendarNotYours, CalendarNotFound, AgencyNotFound) as error:
        raise Refused({"reach": message_for(error)}) from None
    except CalendarExhausted as error:
        raise Refused({"": message_for(error)}) from None


def _applied(asked: Asked, token: str) -> CalendarPreview:
    with _refusals(asked), write() as db:
        return apply_change(
            db,
            asked.change.to_change(),
            asked.reach,
            expected=token,
            by=identity.actor().user_id,
            at=clock.now(),
        )


def _shown(asked: Asked, *, said: str = "") -> str:
    """The page of what would move; `said` is why it is shown once more."""
    with _refusals(asked), read() as db:
        found = preview_change(db, asked.change.to_change(), asked.reach, at=clock.now())
    pages = max(1, -(-len(found.moves) // ROWS))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "admin/calendar_change_preview.html",
        found=found,
        rows=found.moves[(page - 1) * ROWS : page * ROWS],
        page=page,
        pages=pages,
        link=partial(_link, asked.typed),
        change=asked.change.to_change(),
        typed=asked.typed,
        said=said,
        moved_scope=moved_scope,
    )


def _link(typed: Typed, page: int) -> str:
    values: dict[str, Any] = {**typed, "page": page}
    return url_for(".preview", **values)


def _form(typed: Typed, problems: dict[str, str]) -> str:
    with read() as db:
        today = office_date(clock.now())
        paths = identity.actor().subtrees_with(Right.ADMINISTER)
        own = [row for row in agency_tree(db, on=today) if row.path.startswith(paths)]
        choices = Choices(tuple(calendars(db)), tuple(own))
    return render_template(
        "admin/calendar_change.html", typed=typed, problems=problems, choices=choices, kinds=KINDS
    )
