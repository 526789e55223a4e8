"""`onestop document`: a paper of a dossier as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the PDF library
    from sqlalchemy.orm import Session

MADE_ANEW = ("receipt", "control_slip")
"""Kinds that can be made from the tables alone; the others exist once somebody has issued them."""


@click.command("document")
@click.argument("kind")
@click.argument("code")
@click.option("--out", "out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@pass_settings
def document_command(settings: Settings, kind: str, code: str, out: Path) -> None:
    """Write the KIND of paper of the dossier CODE to a PDF file: the issued bytes if it was issued.

    Kinds: receipt, supplement_request, rejection, control_slip.
    """
    from onestop.installation import open_database
    from onestop.queries.issued_documents import issued_content

    with open_database(settings) as database, database.read() as session:
        content = issued_content(session, code, kind)
        issued = content is not None
        if content is None:
            content = _made(session, settings, kind, code)
    out.write_bytes(content)
    click.echo(f"{out}: {'as issued' if issued else 'made now, not issued'}")


def _made(session: "Session", settings: Settings, kind: str, code: str) -> bytes:
    from onestop import clock
    from onestop.documents.renderers import RENDERERS
    from onestop.inputs.form_editions import form_editions
    from onestop.queries.control_slips import control_slip_row
    from onestop.queries.issued_documents import dossier_id_of
    from onestop.queries.paper_rows import Printing, receipt_row

    dossier_id = dossier_id_of(session, code)
    if dossier_id is None:
        raise click.ClickException(f"No dossier has the code {code}.")
    if kind not in MADE_ANEW:
        raise click.ClickException(f"No {kind} of {code} has been issued.")
    printing = Printing(at=clock.now(), forms=form_editions(), base_url=settings.base_url)
    row = {"receipt": receipt_row, "control_slip": control_slip_row}[kind]
    pdf: bytes = RENDERERS[kind](row(session, dossier_id, printing)).pdf
    return pdf


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(document_command)
