"""What a calendar change moves, as it is shown, kept by a job and held to its confirmation."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Self


@dataclass(frozen=True, slots=True)
class MovedDate:
    """One date that moves. `scope` is total, phase:1, leg:2, step:KEY for a running step, or
    term:1 for the papers that a citizen has to bring.

    `told` marks the later date of an apology, which is no longer what punctuality counts.
    """

    code: str
    scope: str
    before: datetime
    after: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class ChangedCalendar:
    """The next version of one calendar, or a copy of it for `copied_for` agencies."""

    key: str
    version: int
    name: str
    copied_for: int


@dataclass(frozen=True, slots=True)
class ShownChange:
    """Everything that stands on the page of a preview.

    `terms` counts citizens' terms that end later; `past` are days that are over; `token` has to be
    true still when the change is confirmed.
    """

    token: str
    calendars: tuple[ChangedCalendar, ...]
    moves: tuple[MovedDate, ...]
    dossiers: int
    promises: int
    steps: int
    terms: int
    past: tuple[date, ...]

    def to_text(self) -> str:
        """Return the preview as JSON."""
        values = asdict(self)
        values["past"] = [day.isoformat() for day in self.past]
        values["moves"] = [
            [m.code, m.scope, m.before.isoformat(), m.after.isoformat(), m.told] for m in self.moves
        ]
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the preview that `to_text` wrote."""
        values = json.loads(text)
        read = datetime.fromisoformat
        values["past"] = tuple(date.fromisoformat(day) for day in values["past"])
        values["calendars"] = tuple(ChangedCalendar(**one) for one in values["calendars"])
        values["moves"] = tuple(
            MovedDate(code, scope, read(before), read(after), told)
            for code, scope, before, after, told in values["moves"]
        )
        return cls(**values)


def token_of(versions: Sequence[str], moves: Sequence[MovedDate]) -> str:
    """Return what binds a confirmation to what was shown: each version and each single date."""
    hashed = sha256("\n".join(sorted(versions)).encode())
    for move in moves:
        line = f"\n{move.code} {move.scope} {move.before.timestamp()} {move.after.timestamp()}"
        hashed.update(f"{line} {move.told:d}".encode())
    return hashed.hexdigest()
