"""The jobs of a calendar change: what it would move, and the move itself, in one transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from onestop.background import Outcome, Task, written
from onestop.db import Database
from onestop.domain.calendar_changes import CalendarChange
from onestop.domain.jobs import JobNotAllowed
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.inputs.calendar_changes import TypedChange
from onestop.queries.jobs import asker
from onestop.services import jobs
from onestop.services.calendar_changes import PreviewOutdated, apply_prepared, prepare_change
from onestop.services.calendar_preview import CalendarPreview, Told, preview_change
from onestop.services.calendar_reach import Reach, require_within

PREVIEW, CHANGE = "calendar_preview", "calendar_change"


def show_change(task: Task) -> Outcome:
    """Leave what a change would move; raises what the preview raises, and JobNotAllowed.

    Source: docs/rules.md, rules R11, R26.
    """
    change, reach = _asked(task)
    with task.database.read() as session:
        at = task.now()
        _require_right(session, task, reach, at)
        shown = preview_change(session, change, reach, at=at, told=task.tell)
    _keep(task, shown)
    return Outcome({"dossiers": shown.dossiers})


def make_change(task: Task) -> Outcome | None:
    """Save the calendars and move every date that was shown, or leave what would move now.

    The end of the job is told in the same transaction: killed before, nothing has happened; killed
    after, it is not begun again. Source: docs/rules.md, rules R11, R26.
    """
    change, reach = _asked(task)

    def allowed(session: Session) -> None:
        _require_right(session, task, reach, task.now())

    def ended(session: Session, done: CalendarPreview) -> None:
        jobs.finish(session, task.id, outcome=_counts(done), at=task.now())

    try:
        move_dates(
            task.database,
            change,
            reach,
            expected=task.arguments["token"],
            by=task.asked_by,
            now=task.now,
            told=task.tell,
            allowed=allowed,
            ended=ended,
        )
    except PreviewOutdated as outdated:
        _keep(task, outdated.now)
        return Outcome({"outdated": True})
    return None


def move_dates(
    database: Database,
    change: CalendarChange,
    reach: Reach,
    *,
    expected: str,
    by: int,
    now: Callable[[], datetime],
    told: Told | None = None,
    allowed: Callable[[Session], None] = lambda _: None,
    ended: Callable[[Session, CalendarPreview], None] = lambda *_: None,
) -> CalendarPreview:
    """Save the calendars and move every date that was shown; return what was moved.

    All is worked out while others go on working; only the writing keeps them out. `allowed` is
    asked before either; `ended` is told in the transaction that writes.
    Raises PreviewOutdated, with what would move now, and what the preview raises.
    Source: docs/rules.md, rule R11.
    """
    with database.read() as session:
        allowed(session)
        prepared = prepare_change(session, change, reach, by=by, at=now(), told=told)
    if prepared.preview.token != expected:
        raise PreviewOutdated(expected, prepared.preview)
    try:
        with database.write() as session:
            allowed(session)
            done = apply_prepared(
                session, change, reach, prepared, expected=expected, by=by, at=now()
            )
            ended(session, done)
    except PreviewOutdated:
        with database.read() as session:
            fresh = preview_change(session, change, reach, at=now())
        raise PreviewOutdated(expected, fresh) from None
    return done


def _require_right(session: Session, task: Task, reach: Reach, at: datetime) -> None:
    person = asker(session, task.asked_by, now=at).actor
    if not person.has(Right.ADMINISTER):
        raise JobNotAllowed
    require_within(session, person, reach, on=office_date(at))


def _asked(task: Task) -> tuple[CalendarChange, Reach]:
    typed = TypedChange.read(task.arguments["typed"])
    agencies = () if typed.agency is None else (typed.agency,)
    return typed.to_change(), Reach(typed.calendar, agencies, typed.below)


def _keep(task: Task, shown: CalendarPreview) -> None:
    with written(task.file) as file:
        file.write(shown.to_shown().to_text().encode())


def _counts(done: CalendarPreview) -> dict[str, int | str]:
    return {
        "calendar": done.calendars[0].new.spec.key if done.calendars else "",
        "dossiers": done.dossiers,
        "promises": done.promises,
        "steps": done.steps,
    }
