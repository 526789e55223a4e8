"""Personal values beside the history: an event holds a commitment, a row the value itself."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onestop.domain.chain import commitment, new_salt
from onestop.domain.events import PersonalRef
from onestop.domain.names import nfc
from onestop.models.base import table_of
from onestop.models.events import PersonalValue

_INSERT_PERSONAL = insert(table_of(PersonalValue))


@dataclass(frozen=True, slots=True)
class PersonalText:
    """A personal value on its way into the log: only its commitment enters the event (rule R13)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Committed:
    """References for an event, and the rows that keep the values beside it."""

    refs: tuple[PersonalRef, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()

    def joined(self, other: "Committed") -> "Committed":
        """Both together."""
        return Committed(self.refs + other.refs, self.rows + other.rows)


NOTHING_PERSONAL = Committed()


def commit_to(*texts: PersonalText) -> Committed:
    """Return what an event may hold of personal values, and the rows that keep them.

    Empty values are left out. Source: docs/rules.md, rule R13.
    """
    refs, rows = [], []
    for text in texts:
        value = nfc(text.value).strip()
        if value:
            row_id, salt = secrets.token_hex(13), new_salt()
            seal = commitment(salt, text.kind, value).hex()
            refs.append(PersonalRef(row_id, text.kind, seal))
            rows.append({"id": row_id, "kind": text.kind, "salt": salt, "value": value})
    return Committed(tuple(refs), tuple(rows))


def keep_personal(session: Session, dossier_id: int, personal: Committed) -> None:
    """Write the rows that keep the values of a dossier beside its events."""
    if personal.rows:
        rows = [dict(row) | {"dossier_id": dossier_id} for row in personal.rows]
        session.execute(_INSERT_PERSONAL, rows)
