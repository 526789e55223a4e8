"""An announced day enters the calendars: worked out first, then every date moves at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from onestop.domain.calendar_changes import CalendarChange
from onestop.domain.calendar_previews import MovedDate
from onestop.domain.errors import DomainError
from onestop.domain.office_time import office_date
from onestop.services.agencies import tree_revision
from onestop.services.calendar_preview import (
    CalendarPreview,
    Told,
    each_moving,
    moved_dates,
    preview_of,
    shifts_of,
    versions_looked_at,
)
from onestop.services.calendar_reach import CalendarToBe, Reach, calendars_to_be, save_to_be
from onestop.services.calendars import claim_calendars
from onestop.services.event_log import PreparedEvents, prepare_each, write_prepared


class PreviewOutdated(DomainError):
    """Between preview and confirmation something changed: `now` is what would move now."""

    def __init__(self, shown: str, now: CalendarPreview) -> None:
        super().__init__(f"{shown!r} was shown, {now.token!r} is true now", now)
        self.shown, self.found = shown, now.token

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def now(self) -> CalendarPreview:
        """What would move now; no attribute, because those are shown in sentences."""
        preview: CalendarPreview = self.args[1]
        return preview


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A change worked out to its last row, and what it stands on: every version looked at.

    `revision` is the word of the agencies and calendars it was worked out with. It is held in
    memory, some kilobytes for a dossier that moves.
    """

    preview: CalendarPreview
    revision: str
    looked_at: dict[int, int]
    moves: dict[int, list[MovedDate]]
    events: list[PreparedEvents]


def prepare_change(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    *,
    by: int,
    at: datetime,
    told: Told | None = None,
) -> PreparedChange:
    """Return the change ready to be written; nothing is. Raises what the preview raises.

    Working it out takes most of the time and needs no lock.
    """
    revision = tree_revision(session)
    made = calendars_to_be(session, change, reach, on=office_date(at))
    looked_at = versions_looked_at(session, made)
    moves: dict[int, list[MovedDate]] = {}
    events: list[PreparedEvents] = []
    shifts = shifts_of(session, made)
    for chunk in each_moving(session, sorted(looked_at), shifts, at=at, by=by, told=told):
        moves |= {one[0].dossier_id: moved_dates(*one) for one in chunk}
        if chunk:
            events.append(prepare_each(chunk, actor=by, at=at))
    preview = preview_of(made, moves, change, at)
    return PreparedChange(preview, revision, looked_at, moves, events)


def apply_prepared(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    prepared: PreparedChange,
    *,
    expected: str,
    by: int,
    at: datetime,
) -> CalendarPreview:
    """Save the changed calendars and write every event that was prepared.

    Dossiers that somebody changed meanwhile are looked at again; the dates have to be those that
    were confirmed all the same. Raises PreviewOutdated and what the preview raises.
    Source: docs/rules.md, rule R11.
    """
    _lock(session)
    made = calendars_to_be(session, change, reach, on=office_date(at))
    if tree_revision(session) != prepared.revision:
        raise PreviewOutdated(expected, prepared.preview)
    prepared = _renewed(session, change, prepared, made, by=by, at=at)
    if prepared.preview.token != expected:
        raise PreviewOutdated(expected, prepared.preview)
    for events in prepared.events:
        write_prepared(session, events)
    save_to_be(session, made, source=change.source, at=at, by=by)
    return prepared.preview


def _renewed(
    session: Session,
    change: CalendarChange,
    prepared: PreparedChange,
    made: Sequence[CalendarToBe],
    *,
    by: int,
    at: datetime,
) -> PreparedChange:
    """The change as it is now: dossiers that moved on are worked out again, the others stand."""
    now = versions_looked_at(session, made)
    then = prepared.looked_at
    other = {one for one in now.keys() | then.keys() if now.get(one) != then.get(one)}
    if not other:
        return prepared
    moves = {one: found for one, found in prepared.moves.items() if one not in other}
    events = [left for one in prepared.events if (left := one.without(other)).events]
    shifts = shifts_of(session, made)
    for chunk in each_moving(session, sorted(other & now.keys()), shifts, at=at, by=by, told=None):
        moves |= {one[0].dossier_id: moved_dates(*one) for one in chunk}
        if chunk:
            events.append(prepare_each(chunk, actor=by, at=at))
    preview = preview_of(made, moves, change, at)
    return PreparedChange(preview, prepared.revision, now, moves, events)


def apply_change(
    session: Session,
    change: CalendarChange,
    reach: Reach,
    *,
    expected: str,
    by: int,
    at: datetime,
) -> CalendarPreview:
    """Save the changed calendars and move every date, each dossier with an event of its own.

    `expected` is the token of the preview that was confirmed. Returns what was moved; the caller
    commits all of it, or nothing. Raises PreviewOutdated and what the preview raises.
    Source: docs/rules.md, rule R11.
    """
    _lock(session)
    prepared = prepare_change(session, change, reach, by=by, at=at)
    return apply_prepared(session, change, reach, prepared, expected=expected, by=by, at=at)


def _lock(session: Session) -> None:
    """Let nobody write a dossier until this is committed; reading goes on."""
    claim_calendars(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE dossiers IN EXCLUSIVE MODE"))
    # SQLite has one writer.
