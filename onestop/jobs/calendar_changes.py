"""The jobs of a calendar change: what it would move, and the move itself, in one transaction."""

from onestop.background import Outcome, Task, written
from onestop.domain.calendar_changes import CalendarChange
from onestop.domain.jobs import JobNotAllowed
from onestop.domain.office_time import office_date
from onestop.domain.rights import Right
from onestop.inputs.calendar_changes import TypedChange
from onestop.queries.jobs import asker
from onestop.services import jobs
from onestop.services.calendar_changes import (
    CalendarPreview,
    PreviewOutdated,
    apply_change,
    preview_change,
)
from onestop.services.calendar_reach import Reach, require_within

PREVIEW, CHANGE = "calendar_preview", "calendar_change"


def show_change(task: Task) -> Outcome:
    """Leave what a change would move; raises what the preview raises, and JobNotAllowed.

    Source: docs/rules.md, rules R11, R26.
    """
    change, reach = _asked(task)
    with task.database.read() as session:
        at = task.now()
        person = asker(session, task.asked_by, now=at).actor
        if not person.has(Right.ADMINISTER):
            raise JobNotAllowed
        require_within(session, person, reach, on=office_date(at))
        shown = preview_change(session, change, reach, at=at, told=task.tell)
    _keep(task, shown)
    return Outcome({"dossiers": shown.dossiers})


def make_change(task: Task) -> Outcome | None:
    """Save the calendars and move every date that was shown, or leave what would move now.

    The end of the job is told in the same transaction: killed before, nothing has happened;
    killed after, it is not begun again. Source: docs/rules.md, rules R11, R26.
    """
    change, reach = _asked(task)
    # The only writer of an SQLite file is this transaction: nobody can tell how far it is.
    told = task.tell if task.database.dialect == "postgresql" else None
    try:
        with task.database.write() as session:
            at = task.now()
            person = asker(session, task.asked_by, now=at).actor
            if not person.has(Right.ADMINISTER):
                raise JobNotAllowed
            require_within(session, person, reach, on=office_date(at))
            token = task.arguments["token"]
            done = apply_change(
                session, change, reach, expected=token, by=task.asked_by, at=at, told=told
            )
            jobs.finish(session, task.id, outcome=_counts(done), at=task.now())
    except PreviewOutdated as error:
        _keep(task, error.now)
        return Outcome({"outdated": True})
    return None


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
