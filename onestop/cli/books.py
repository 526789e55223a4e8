"""`onestop book`: the tracking book of an agency as a file."""

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

if TYPE_CHECKING:  # imported by the command itself: other commands start without the PDF library
    from onestop.queries.tracking_book import BookRow

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.command("book")
@click.option("--agency", required=True, help="Code of the agency that received the dossiers.")
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="Year of the book.")
@click.option("--from", "first", type=DAY, help="First day [default: 1 January].")
@click.option("--to", "last", type=DAY, help="Last day [default: 31 December].")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write: .pdf or .xlsx.",
)
@pass_settings
def book_command(
    settings: Settings,
    agency: str,
    year: int,
    first: datetime | None,
    last: datetime | None,
    out: Path,
) -> None:
    """Write the tracking book of an agency and a year, or a part of it, to a file."""
    from onestop import clock
    from onestop.background import written
    from onestop.documents.excel import write_excel
    from onestop.documents.tracking_book import render_tracking_book
    from onestop.documents.tracking_book_sheet import book_sheet
    from onestop.inputs.form_editions import form_editions
    from onestop.installation import open_database
    from onestop.queries.accounts import agency_id_by_code, holds_demo_accounts
    from onestop.queries.paper_rows import Printing
    from onestop.queries.tracking_book import BookPeriod, book_head, book_rows

    begins = first.date() if first else date(year, 1, 1)
    ends = last.date() if last else date(year, 12, 31)
    if ends < begins:
        raise click.UsageError("--to is before --from.")
    with open_database(settings) as database, database.read() as session:
        agency_id = agency_id_by_code(session, agency)
        if agency_id is None:
            raise click.ClickException(f"No agency has the code {agency!r}.")
        sample = holds_demo_accounts(session)
        printing = Printing(
            at=clock.now(), forms=form_editions(), base_url=settings.base_url, is_sample=sample
        )
        period = BookPeriod(agency_id, year, begins, ends)
        head = book_head(session, period, printing)
        with (
            click.progressbar(length=head.count, label="Tracking book", file=sys.stderr) as bar,
            written(out.resolve()) as file,
        ):
            rows = _counted(book_rows(session, period), bar.update)
            if out.suffix == ".xlsx":
                write_excel(file, book_sheet(head, rows))
            else:
                file.write(render_tracking_book(head, rows).pdf)
    click.echo(f"{out}: {head.count} numbers")


def _counted(rows: "Iterator[BookRow]", update: "Callable[[int], None]") -> "Iterator[BookRow]":
    for row in rows:
        update(1)
        yield row


def register(group: click.Group) -> None:
    """Add the command of this module to `group`."""
    group.add_command(book_command)
