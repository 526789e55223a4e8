"""`onestop verify`: whether history and tables agree."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.cli.bench_only import bench_only
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the models
    from onestop.services.verification import Verified

FINE, BROKEN, NOT_CHECKED = 0, 1, 2


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@pass_settings
def verify_command(settings: Settings, as_json: bool) -> None:
    """Hash every event again, fold every dossier again, compare with the tables.

    Exits 0 when all agree, 1 when something was rewritten, 2 when it could not be checked.
    Without an anchor this says that the history is consistent in itself, not that it is genuine.
    """
    from onestop.installation import open_database
    from onestop.services.verification import verify

    try:
        with open_database(settings) as database, database.read() as session:
            found = verify(session)
    except Exception as error:
        click.echo(f"Could not check: {type(error).__name__}: {error}", err=True)
        raise SystemExit(NOT_CHECKED) from error
    click.echo(json.dumps(asdict(found)) if as_json else "\n".join(_lines(found)))
    raise SystemExit(BROKEN if found.breaks else FINE)


def _lines(found: "Verified") -> list[str]:
    checked = f"{found.dossiers} dossiers, {found.events} events"
    if found.erased:
        checked += f", {found.erased} personal values lawfully erased"
    lines = [bench_only(found.without_history)] if found.without_history else []
    if not found.breaks:
        return [*lines, f"Consistent in itself: {checked}."]
    lines += [
        f"BROKEN  {b.dossier}  version {b.version}  {b.fault.value}  {b.detail}".rstrip()
        for b in found.breaks
    ]
    return [*lines, f"{len(found.breaks)} broken of {checked}."]


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(verify_command)
