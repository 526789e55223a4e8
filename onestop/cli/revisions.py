"""Writing migrations, for developers: from the difference between the models and the newest one."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onestop.db import Database
from onestop.schema import MIGRATIONS, alembic_config, head_revision, upgrade
from onestop.triggers import PROTECTED

INITIAL = MIGRATIONS / "versions" / "0001_initial.py"


def rewrite_initial() -> Path:
    """Write the first migration anew from the models. Only until the first release."""
    from alembic import command

    INITIAL.unlink(missing_ok=True)
    with _scratch_database() as database, database.write_engine.connect() as connection:
        command.revision(alembic_config(connection), "initial", autogenerate=True, rev_id="0001")
    text = _without_remarks(INITIAL.read_text(encoding="utf-8"))
    INITIAL.write_text(_with_triggers(text), encoding="utf-8")
    return INITIAL


def add_revision(message: str) -> Path:
    """Write the next migration, numbered in sequence, and return its file."""
    from alembic import command

    number = f"{int(head_revision()) + 1:04d}"
    with _scratch_database() as database:
        upgrade(database)
        with database.write_engine.connect() as connection:
            config = alembic_config(connection)
            command.revision(config, message, autogenerate=True, rev_id=number)
    path = next((MIGRATIONS / "versions").glob(f"{number}_*.py"))
    path.write_text(_without_remarks(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


@contextmanager
def _scratch_database() -> Iterator[Database]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Database(f"sqlite:///{folder}/scratch.sqlite3") as database,
    ):
        yield database


def _without_remarks(text: str) -> str:
    return re.sub(r"^ *# ###.*\n", "", text, flags=re.MULTILINE)


def _with_triggers(text: str) -> str:
    tables = [name for name in PROTECTED if re.search(rf"create_table\(\s*.{name}.,", text)]
    call = f"    create_triggers(op.get_bind(), {tables!r})\n"
    text = text.replace("\n\n\ndef downgrade", f"\n{call}\n\ndef downgrade")
    return text.replace(
        "from alembic import op\n",
        "from alembic import op\n\nfrom onestop.triggers import create_triggers\n",
    )
