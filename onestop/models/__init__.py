"""Tables, no decisions; importing this package makes the metadata complete."""

from onestop.models import (
    accounts,
    agencies,
    base,
    calendars,
    delegations,
    documents,
    dossiers,
    events,
    notices,
    outbox,
    procedures,
    reception,
    sealing,
)

__all__ = [
    "accounts",
    "agencies",
    "base",
    "calendars",
    "delegations",
    "documents",
    "dossiers",
    "events",
    "notices",
    "outbox",
    "procedures",
    "reception",
    "sealing",
]
