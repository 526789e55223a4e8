"""`onestop sweep`: does what time itself brings about; a timer calls it every few minutes."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the models
    from onestop.jobs.sweep import Swept

MOST_NAMED = 20
WORDS = {
    "citizen_reminded": "Citizens warned that a term ends",
    "dossier_stopped": "Dossiers stopped after their term",
    "extension_drafted": "Later dates drafted for signature",
    "step_due_soon": "Holders reminded of steps due soon",
    "step_late": "Leaders told of late steps",
    "dossier_late": "Leaders told of late dossiers",
    "pile_late": "Piles of originals of which both sides were reminded",
    "notice_forgotten": "Reminders that hold no more forgotten",
    "visit_erased": "Visits erased",
    "job_file_deleted": "Files of jobs deleted",
    "key_forgotten": "Keys of requests forgotten",
    "failure_forgotten": "Failed sign-ins forgotten",
}


@click.command("sweep")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_settings
def sweep_command(settings: Settings, as_json: bool) -> None:
    """Warn, stop, draft later dates, remind staff, erase what has expired; anchor once a day.

    Safe at any time, twice, or two at once; what an outage left undone is caught up with. Exits 1
    when something failed: the rest is done all the same.
    """
    from onestop import clock
    from onestop.installation import open_database
    from onestop.jobs.sweep import sweep
    from onestop.schema import is_current

    bar = click.progressbar(length=1, label="Sweeping", file=sys.stderr, hidden=as_json)

    def progress(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    with open_database(settings) as database:
        if not is_current(database):
            raise click.ClickException(
                "The schema is not up to date. Run `onestop db upgrade` first."
            )
        with bar:
            swept = sweep(database, now=clock.now, progress=progress, base_url=settings.base_url)
    click.echo(_as_json(swept) if as_json else _said(swept))
    raise SystemExit(1 if swept.failures else 0)


def _as_json(swept: "Swept") -> str:
    told = {
        "done": dict(swept.done),
        "anchors": [seal.hash().hex() for seal in swept.anchors],
        "failures": [asdict(one) for one in swept.failures],
        "short_calendars": [asdict(row) for row in swept.short_calendars],
    }
    return json.dumps(told, ensure_ascii=False)


def _said(swept: "Swept") -> str:
    lines = [f"{words}: {swept.done[name]}." for name, words in WORDS.items() if swept.done[name]]
    lines += [f"Anchor {seal.number} of the day made." for seal in swept.anchors]
    for row in swept.short_calendars:
        years = ", ".join(map(str, row.years))
        lines.append(
            f"WARNING  The calendar {row.key} lacks {years}: dates that need it are refused. "
            f"Begin with `onestop calendar seed {row.years[0]}`."
        )
    lines += [f"FAILED  {one.what}  {one.error}" for one in swept.failures[:MOST_NAMED]]
    if more := len(swept.failures) - MOST_NAMED:
        lines += [f"FAILED  and {more} more"] if more > 0 else []
    return "\n".join(lines) or "Nothing was due."


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(sweep_command)
