"""Work too long for a request: its list, its progress, its file; only for whoever asked for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from onestop import clock
from onestop.background import Work, file_of, is_runner_at_work, start_runner
from onestop.domain.jobs import JobState
from onestop.domain.rights import Right
from onestop.queries.jobs import JobRow, job_of, jobs_of
from onestop.services import jobs as services
from onestop.settings import Settings
from onestop.web.data import database, read, write
from onestop.web.endpoints import endpoint
from onestop.web.identity import actor
from onestop.web.messages import message_of
from onestop.web.messages.entry import N_

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

START = "onestop_start_jobs"
KINDS = "onestop_jobs"
RESTLESS = timedelta(seconds=20)
"""A job that has not moved for so long may have lost its process: another one is started."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of job is called, who may have what it makes, which page shows what came out.

    `shown` is an endpoint that takes the job's id, "" where a file is all there is; `again` one
    that takes the job's arguments and asks anew.
    """

    name: str
    right: Right
    shown: str = ""
    again: str = ""


NAMES: dict[str, Kind] = {
    "tracking_book": Kind(N_("Sổ theo dõi hồ sơ"), Right.SEE_BOOK),
    "list_file": Kind(N_("Danh sách Excel"), Right.EXPORT),
    "calendar_preview": Kind(
        N_("Xem trước thay đổi lịch"),
        Right.ADMINISTER,
        shown="calendar_changes.preview_of_job",
        again="calendar_changes.preview",
    ),
    "calendar_change": Kind(
        N_("Lưu lịch và lùi các ngày hẹn"),
        Right.ADMINISTER,
        shown="calendar_changes.change_of_job",
        again="calendar_changes.preview",
    ),
}
TONES = {JobState.RUNNING: "busy", JobState.DONE: "good", JobState.FAILED: "late"}
STATES = {
    JobState.QUEUED: N_("Đang chờ"),
    JobState.RUNNING: N_("Đang chạy"),
    JobState.DONE: N_("Đã xong"),
    JobState.FAILED: N_("Không thực hiện được"),
    JobState.EXPIRED: N_("Tệp đã xóa sau một ngày"),
}


def init_jobs(app: Flask, settings: Settings) -> None:
    """Tell how a runner starts; blueprints add the works that need the words of pages."""
    app.extensions.setdefault(KINDS, {})
    app.extensions[START] = lambda: start_runner(settings)


def add_work(app: Flask, kind: str, work: Work) -> None:
    """Let the runner do jobs of `kind` by `work`; called by a blueprint when it is registered."""
    app.extensions.setdefault(KINDS, {})[kind] = work


def ask_for(
    kind: str, arguments: Mapping[str, Any], *, agency_id: int | None = None
) -> ResponseReturnValue:
    """Put a job into the queue, see to it that a runner takes it, and go to its page.

    Raises TooManyJobs.
    """
    with write() as db:
        job_id = services.enqueue(
            db, kind, arguments, by=actor().user_id, at=clock.now(), agency_id=agency_id
        )
    _start()
    return redirect(url_for("jobs.page", job_id=job_id), 303)


def own_job(job_id: int, kind: str = "") -> JobRow:
    """Return a job of whoever asks; 404 for any other, and 403 once the right is gone."""
    with read() as db:
        job = job_of(db, actor().user_id, job_id)
    if job is None or (kind and job.kind != kind) or job.kind not in NAMES:
        abort(404)
    if not actor().has(NAMES[job.kind].right):
        abort(403)
    return job


def content_of(job: JobRow) -> Path:
    """Return where the file of a job lies; 410 when it has gone."""
    path = file_of(_data_dir(), job.id)
    gone = job.expires_at is None or job.expires_at <= clock.now()
    if job.state is not JobState.DONE or gone or not path.is_file():
        abort(410)
    return path


@bp.get("")
@endpoint()
def own_jobs() -> ResponseReturnValue:
    with read() as db:
        rows = jobs_of(db, actor().user_id)
    known = [row for row in rows if row.kind in NAMES]
    return render_template(
        "jobs/list.html", rows=known, names=NAMES, states=STATES, tones=_tones(), now=clock.now()
    )


@bp.get("/<int(max=2147483647):job_id>")
@endpoint()
def page(job_id: int) -> ResponseReturnValue:
    job, now = own_job(job_id), clock.now()
    moved_at = max(filter(None, (job.asked_at, job.started_at, job.beat_at)))
    if job.is_open and now - moved_at > RESTLESS and not is_runner_at_work(_data_dir()):
        _start()
    return render_template(
        "jobs/page.html",
        job=job,
        kind=NAMES[job.kind],
        state=STATES[job.state],
        tone=_tones()[job.state],
        refusal=_refusal(job),
        has_file=job.has_file(now),
        shown=_shown(job, now),
        again=_again(job),
    )


@bp.get("/<int(max=2147483647):job_id>/file")
@endpoint(reads_personal=True, subject="job:{job_id}")
def file(job_id: int) -> ResponseReturnValue:
    job = own_job(job_id)
    path = content_of(job)
    if not job.file_name:
        abort(404)
    mimetype = "application/pdf" if job.file_name.endswith(".pdf") else EXCEL
    response = Response(_pieces(path), mimetype=mimetype)
    response.content_length = path.stat().st_size
    response.headers.set("Content-Disposition", "attachment", filename=job.file_name)
    return response


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 256 * 1024


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        while piece := content.read(PIECE):
            yield piece


def _refusal(job: JobRow) -> str:
    if job.state is not JobState.FAILED:
        return ""
    return message_of(job.outcome.get("refused", ()), job.outcome.get("values", {}))


def _shown(job: JobRow, now: datetime) -> str:
    """The page of what came out, while it is kept."""
    shown = NAMES[job.kind].shown
    kept = job.state is JobState.DONE and job.expires_at is not None and job.expires_at > now
    return url_for(shown, job_id=job.id) if shown and kept else ""


def _again(job: JobRow) -> str:
    """The page that asks anew, once nothing is to be had."""
    again = NAMES[job.kind].again
    over = job.state in (JobState.FAILED, JobState.EXPIRED)
    return url_for(again, **job.arguments["typed"]) if again and over else ""


def _tones() -> dict[JobState, str]:
    return {state: TONES.get(state, "plain") for state in JobState}


def _data_dir() -> Path:
    return cast(Path, database().data_dir)


def _start() -> None:
    start: Callable[[], None] = current_app.extensions[START]
    try:
        start()
    except OSError:
        # The job is in the queue: the timer, or the next look at its page, starts one.
        current_app.logger.exception("no runner could be started")
