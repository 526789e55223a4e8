"""`onestop anchor`: one word for the whole log, to be kept where nobody here can change it."""

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the models
    from onestop.domain.anchors import AnchorSeal

NOT_WRITABLE = 2


@click.command("anchor")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="A second copy: a file, or a folder on another machine or a stick.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the anchor as JSON.")
@pass_settings
def anchor_command(settings: Settings, out: Path | None, as_json: bool) -> None:
    """Bind every dossier that changed since the last anchor under one hash.

    The file stands in the folder anchors of the data directory. Keep a copy elsewhere: it proves
    by `onestop verify --anchor FILE` that nothing before it was rewritten. `onestop sweep` makes
    one a day by itself.
    """
    from onestop import clock
    from onestop.installation import open_database
    from onestop.jobs.anchors import anchor, write_file

    if out is not None:
        _require_writable(out)
    with open_database(settings) as database:
        seal = anchor(database, at=clock.now())
        if out is not None:
            name = f"anchor-{seal.number:06}.txt"
            out = write_file(database, seal.number, out / name if out.is_dir() else out)
    click.echo(json.dumps(_as_json(seal)) if as_json else _said(seal, out))


def _require_writable(out: Path) -> None:
    """Exit with 2 before anything is bound when no copy can be written there."""
    try:
        with NamedTemporaryFile(dir=out if out.is_dir() else out.parent, prefix=".anchor-"):
            pass
    except OSError as error:
        click.echo(f"{out}: no copy can be written there ({error.strerror}).", err=True)
        raise SystemExit(NOT_WRITABLE) from error


def _said(seal: "AnchorSeal", out: Path | None) -> str:
    lines = [
        f"Anchor {seal.number} of {seal.at:%Y-%m-%d %H:%M} UTC: {seal.dossiers} dossiers, "
        f"{seal.events} events.",
        seal.hash().hex(),
    ]
    return "\n".join([*lines, f"{out}: written"] if out else lines)


def _as_json(seal: "AnchorSeal") -> dict[str, str | int]:
    return {
        "number": seal.number,
        "at": seal.at.isoformat(),
        "previous": seal.previous.hex(),
        "dossiers": seal.dossiers,
        "events": seal.events,
        "root": seal.root.hex(),
        "hash": seal.hash().hex(),
    }


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(anchor_command)
