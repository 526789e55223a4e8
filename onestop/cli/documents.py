"""`onestop document`: a paper of a dossier as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the PDF library
    from sqlalchemy.orm import Session

    from onestop.queries.issued_documents import IssuedRow

MADE_ANEW = ("receipt", "control_slip", "apology_extension", "stop_notice", "rejection")
"""Kinds that can be made from the tables alone; the others exist once somebody has issued them."""


@click.command("document")
@click.argument("kind")
@click.argument("code")
@click.option("--out", "out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@pass_settings
def document_command(settings: Settings, kind: str, code: str, out: Path) -> None:
    """Write the KIND of paper of the dossier CODE to a PDF file: the issued bytes if it was issued.

    One whose bytes were erased is not made anew.

    Kinds: receipt, bulk_receipt, supplement_request, apology_extension, stop_notice, rejection,
    control_slip.
    """
    from onestop.installation import open_database, prepare_printing
    from onestop.queries.issued_documents import latest_issue

    prepare_printing(settings)
    with open_database(settings) as database, database.read() as session:
        issued = latest_issue(session, code, kind)
        if issued is not None:
            content = _kept(issued, kind, code)
            said = "as issued, VOID: it does not hold any more" if issued.is_void else "as issued"
        else:
            content, said = _made(session, settings, kind, code), "made now, not issued"
    out.write_bytes(content)
    click.echo(f"{out}: {said}")


def _kept(issued: "IssuedRow", kind: str, code: str) -> bytes:
    # One made now from what is left would pass for the paper that the citizen was given.
    if issued.content is None:
        raise click.ClickException(f"The {kind} of {code} was issued and has been erased.")
    return issued.content


def _made(session: "Session", settings: Settings, kind: str, code: str) -> bytes:
    from onestop import clock
    from onestop.documents.renderers import RENDERERS
    from onestop.issuing import ROWS, Press
    from onestop.queries.accounts import holds_demo_accounts
    from onestop.queries.issued_documents import dossier_id_of

    dossier_id = dossier_id_of(session, code)
    if dossier_id is None:
        raise click.ClickException(f"No dossier has the code {code}.")
    row = None
    if kind in MADE_ANEW:
        press = Press(settings.base_url, is_sample=holds_demo_accounts(session))
        row = ROWS[kind](session, dossier_id, press.printing(clock.now()))
    if row is None:
        raise click.ClickException(f"No {kind} of {code} has been issued.")
    pdf: bytes = RENDERERS[kind](row).pdf
    return pdf


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(document_command)
