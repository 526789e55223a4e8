"""The migrations of the schema: which there are, and how a database is brought to the newest."""

from pathlib import Path
from typing import TYPE_CHECKING

from onestop.db import Database
from onestop.triggers import check_triggers

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def head_revision() -> str:
    """Return the number of the newest migration, from the file names: "0001"."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def is_current(database: Database) -> bool:
    """Say whether the schema of `database` is the one this version of onestop needs."""
    return database.revision() == head_revision()


def upgrade(database: Database) -> None:
    """Bring the schema up to date and read back the triggers; raise TriggerMissing without them."""
    # Alembic takes a fifth of a second to import; the second start of a desk must not pay for it.
    from alembic import command

    with database.alone(), database.write_engine.connect() as connection:
        command.upgrade(alembic_config(connection), "head")
        check_triggers(connection)


def alembic_config(connection: "Connection") -> "Config":
    """Return Alembic's settings for work on `connection`."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
