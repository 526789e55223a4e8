"""`onestop db`: the schema of the database."""

import click

from onestop.cli import pass_settings
from onestop.db import Database
from onestop.installation import prepare_data_dir
from onestop.schema import is_current, upgrade
from onestop.settings import Settings


@click.group()
def db() -> None:
    """Bring the schema up to date; write migrations."""


@db.command("upgrade")
@pass_settings
def upgrade_command(settings: Settings) -> None:
    """Bring the schema up to date."""
    bring_up_to_date(settings)


def bring_up_to_date(settings: Settings) -> None:
    """Run the migrations that are missing, and say from where to where."""
    prepare_data_dir(settings.data_dir)
    with Database(settings.database_url) as database:
        before = database.revision()
        if is_current(database):
            click.echo(f"The schema is up to date ({before}).")
            return
        upgrade(database)
        click.echo(f"The schema was brought from {before or 'nothing'} to {database.revision()}.")


@db.command("revision")
@click.argument("message")
@click.option("--initial", is_flag=True, help="Write 0001 anew; only until the first release.")
def revision_command(message: str, initial: bool) -> None:
    """Write the next migration from the models (developers)."""
    from onestop.cli.revisions import add_revision, rewrite_initial

    click.echo(rewrite_initial() if initial else add_revision(message))


def register(group: click.Group) -> None:
    """Add the commands of this module to `group`."""
    group.add_command(db)
