"""`onestop jobs`: works off what is too long for a request."""

import json
import os
from dataclasses import asdict

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

NICENESS = 5
"""Whoever waits at a counter comes before whoever waits for a file."""


@click.command("jobs")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@pass_settings
def jobs_command(settings: Settings, as_json: bool) -> None:
    """Do the jobs that wait, one after another, then end.

    Safe at any time and twice: a second one ends at once. Takes up what a killed one left. The
    web server starts it by itself; a timer catches what was left when the machine was off.
    """
    from onestop import clock
    from onestop.app import create_app
    from onestop.jobs.kinds import KINDS
    from onestop.jobs.runner import work_off

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    app = create_app(settings)
    database = app.extensions["onestop"]
    try:
        # Files of pages need the words of the pages.
        with app.app_context():
            kinds = {**KINDS, **app.extensions["onestop_jobs"]}
            worked = work_off(database, kinds, now=clock.now)
    finally:
        database.close()
    if as_json:
        click.echo(json.dumps(asdict(worked)))
    else:
        click.echo(
            f"{worked.done} done, {worked.refused} refused, {worked.broken} broken, "
            f"{worked.expired} files deleted."
        )
    raise SystemExit(1 if worked.broken else 0)


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(jobs_command)
