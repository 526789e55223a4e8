"""An administrator enters an announced day: the form, every date that moves, the confirmation."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from onestop import clock
from onestop.domain.calendar_changes import CalendarChange
from onestop.domain.calendar_previews import ShownChange
from onestop.domain.calendar_spec import CalendarNotFound
from onestop.domain.jobs import JobState
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.domain.working_time import CalendarExhausted
from onestop.inputs.calendar_changes import TypedChange, TypedKind
from onestop.queries.agencies import AgencyRow, agency_tree
from onestop.queries.calendars import CalendarRow, calendars
from onestop.queries.jobs import JobRow
from onestop.services.agencies import AgencyNotFound
from onestop.services.calendar_changes import PreviewOutdated, apply_change
from onestop.services.calendar_preview import CalendarPreview, dossiers_to_look_at, preview_change
from onestop.services.calendar_reach import CalendarNotYours, ChangeRefused, Reach, require_within
from onestop.web import identity
from onestop.web.data import read, write
from onestop.web.endpoints import endpoint
from onestop.web.filters import number
from onestop.web.flash import flash
from onestop.web.jobs import ask_for, content_of, own_job
from onestop.web.language import gettext
from onestop.web.messages import message_for, message_of
from onestop.web.messages.calendar_changes import FIELD_PROBLEMS
from onestop.web.messages.entry import N_
from onestop.web.messages.refused import refused_fields

bp = Blueprint("calendar_changes", __name__, url_prefix="/admin/calendar-changes")

ROWS = 50
FEW = 300
"""Open dossiers that are looked at while one waits; more are a job (rule R26)."""
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
    """Show what would move; where that takes long, ask whether to have it worked out."""
    typed = _typed(request.args)
    try:
        asked = _asked(typed)
        if (count := _to_look_at(asked)) <= FEW:
            return _shown(asked)
    except Refused as refused:
        return _form(typed, refused.problems), 422
    return render_template(
        "jobs/ask.html",
        title=gettext("Xem trước thay đổi lịch"),
        said=gettext(
            "%(count)s hồ sơ đang giải quyết có thể phải lùi ngày. Việc tính toán chạy nền và có"
            " thể mất vài phút; chưa có gì được lưu.",
            count=number(count),
        ),
        action=url_for(".ask_for_preview"),
        fields=typed,
    )


@bp.post("/previews")
@endpoint(Right.ADMINISTER)
def ask_for_preview() -> ResponseReturnValue:
    typed = _typed(request.form)
    try:
        _to_look_at(_asked(typed))
    except Refused as refused:
        return _form(typed, refused.problems), 422
    return ask_for("calendar_preview", {"typed": typed})


@bp.get("/previews/<int(max=2147483647):job_id>")
@endpoint(Right.ADMINISTER)
def preview_of_job(job_id: int) -> ResponseReturnValue:
    return _kept(own_job(job_id, "calendar_preview"))


@bp.get("/changes/<int(max=2147483647):job_id>")
@endpoint(Right.ADMINISTER)
def change_of_job(job_id: int) -> ResponseReturnValue:
    job = own_job(job_id, "calendar_change")
    if job.outcome.get("outdated"):
        return _kept(job, said=message_of(["PreviewOutdated"], {}))
    if job.state is not JobState.DONE:
        abort(404)
    return _saved(job.outcome["calendar"], job.outcome["dossiers"])


@bp.post("")
@endpoint(Right.ADMINISTER)
def confirm() -> ResponseReturnValue:
    typed, token = _typed(request.form), request.form.get("token", "")
    try:
        asked = _asked(typed)
        if _to_look_at(asked) > FEW:
            return ask_for("calendar_change", {"typed": typed, "token": token[:64]})
        try:
            done = _applied(asked, token)
        except PreviewOutdated as error:
            return _shown(asked, said=message_for(error)), 409
    except Refused as refused:
        return _form(typed, refused.problems), 422
    return _saved(done.calendars[0].new.spec.key if done.calendars else "", done.dossiers)


def _saved(calendar: str, dossiers: int) -> ResponseReturnValue:
    """Say what was done, on the page of the calendar."""
    flash(
        gettext(
            "Đã lưu lịch. %(dossiers)s hồ sơ được lùi ngày hẹn hoặc hạn bước.", dossiers=dossiers
        )
    )
    if not calendar:
        return redirect(url_for("admin.calendars"))
    return redirect(url_for("admin.calendar", key=calendar))


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
        case "term":
            return gettext("Hạn bổ sung giấy tờ")
        case _:
            return gettext("Bước đang làm")


def _typed(sent: Mapping[str, str]) -> Typed:
    return {name: sent.get(name, "")[:400] for name in FIELDS}


def _asked(typed: Typed) -> Asked:
    """Read the form and hold it to what this administrator may change. Raises Refused."""
    try:
        change = TypedChange.read(typed)
    except ValidationError as error:
        raise Refused(dict(_problems(error))) from None
    agencies = () if change.agency is None else (change.agency,)
    asked = Asked(typed, change, Reach(change.calendar, agencies, change.below))
    with _refusals(asked), read() as db:
        require_within(db, identity.actor(), asked.reach, on=office_date(clock.now()))
    return asked


def _problems(error: ValidationError) -> Iterator[tuple[str, str]]:
    for field in refused_fields(error):
        place = _PLACES.get(field.name, field.name)
        yield place, _sentence("reach_unknown" if place == "reach" else field.code, field.values)


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
    link = partial(_link, asked.typed)
    return _page(found.to_shown(), asked.typed, asked.change.to_change(), link, said)


def _kept(job: JobRow, *, said: str = "") -> str:
    """The same page from what a job left."""
    found = ShownChange.from_text(content_of(job).read_text(encoding="utf-8"))
    typed: Typed = job.arguments["typed"]
    link = partial(_link_of_job, str(request.endpoint), job.id)
    return _page(found, typed, TypedChange.read(typed).to_change(), link, said)


def _page(
    found: ShownChange,
    typed: Typed,
    change: CalendarChange,
    link: Callable[[int], str],
    said: str,
) -> str:
    pages = max(1, -(-len(found.moves) // ROWS))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "admin/calendar_change_preview.html",
        found=found,
        rows=found.moves[(page - 1) * ROWS : page * ROWS],
        page=page,
        pages=pages,
        link=link,
        change=change,
        typed=typed,
        said=said,
        moved_scope=moved_scope,
    )


def _link(typed: Typed, page: int) -> str:
    values: dict[str, Any] = {**typed, "page": page}
    return url_for(".preview", **values)


def _link_of_job(endpoint: str, job_id: int, page: int) -> str:
    return url_for(endpoint, job_id=job_id, page=page)


def _to_look_at(asked: Asked) -> int:
    with _refusals(asked), read() as db:
        return dossiers_to_look_at(db, asked.change.to_change(), asked.reach, at=clock.now())


def _form(typed: Typed, problems: dict[str, str]) -> str:
    with read() as db:
        today = office_date(clock.now())
        paths = identity.actor().subtrees_with(Right.ADMINISTER)
        own = [row for row in agency_tree(db, on=today) if row.path.startswith(paths)]
        choices = Choices(tuple(calendars(db)), tuple(own))
    return render_template(
        "admin/calendar_change.html", typed=typed, problems=problems, choices=choices, kinds=KINDS
    )
