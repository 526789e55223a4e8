"""How Alembic runs our migrations: on the connection handed over by `onestop db`."""

from typing import Any

from alembic import context

import onestop.models  # noqa: F401 - fills the metadata
from onestop.models.base import Base


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain types they are stored in.

    A migration must run for ever, also when the class it was made from is gone.
    """
    if kind != "type" or not type(item).__module__.startswith("onestop."):
        return False
    return f"sa.{item.impl!r}"


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_item,
    transactional_ddl=True,
    transaction_per_migration=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
