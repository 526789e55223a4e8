"""Which calendars an announcement is for, and the versions or copies of them that it makes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from onestop.domain.calendar_body import calendar_to_body, compile_calendar
from onestop.domain.calendar_changes import CalendarChange, first_changed_day
from onestop.domain.calendar_spec import BadCalendar, CalendarProblem, CalendarSpec
from onestop.domain.errors import DomainError
from onestop.domain.rights import Actor, Right
from onestop.domain.working_time import WorkingCalendar
from onestop.models.agencies import Agency
from onestop.models.calendars import CalendarVersion
from onestop.services.agencies import AgencyNotFound, renew_tree_revision
from onestop.services.calendars import load_calendar

LONGEST_KEY = 40


class ChangeRefused(BadCalendar):
    """A change that some calendars cannot take; `calendars` names them, `problems` says why."""

    def __init__(self, refused: Mapping[str, Sequence[CalendarProblem]]) -> None:
        super().__init__(dict.fromkeys(one for problems in refused.values() for one in problems))
        self.calendars = tuple(refused)


class CalendarNotYours(DomainError):
    """A change reaches agencies that do not lie under those the administrator looks after."""

    def __init__(self, agencies: int) -> None:
        super().__init__(f"{agencies} agencies lie elsewhere")
        self.agencies = agencies


@dataclass(frozen=True, slots=True)
class Reach:
    """Which calendars a change is for: all that are in use, one, or those of some agencies.

    Agencies (ids, with all under them when `below`) that share their calendar with others get a
    copy of their own.
    """

    calendar: str = ""
    agencies: tuple[int, ...] = ()
    below: bool = False


@dataclass(frozen=True, slots=True)
class CalendarToBe:
    """What a change makes of one calendar: its next version, or a copy for `copied_for`.

    `first_on` is the first day that differs, None when no hours do.
    """

    old: WorkingCalendar
    new: WorkingCalendar
    first_on: date | None
    copied_for: tuple[int, ...] = ()


def calendars_to_be(
    session: Session, change: CalendarChange, reach: Reach, *, on: date
) -> tuple[CalendarToBe, ...]:
    """Return what `change` makes of every calendar it reaches on that day; nothing is saved.

    Raises ChangeRefused, CalendarNotFound, AgencyNotFound.
    """
    made, refused = [], {}
    users = _users(session, on)
    for key, meant in _reached(session, reach, users).items():
        old = load_calendar(session, key)
        try:
            spec = change.applied_to(old.spec)
        except BadCalendar as error:
            refused[key] = error.problems
            continue
        shares = reach.agencies and set(users.get(key, ())) - set(meant)
        copied_for = meant if shares else ()
        spec = _copy(session, spec, meant) if shares else replace(spec, version=spec.version + 1)
        new = compile_calendar(calendar_to_body(spec))
        first_on = first_changed_day(old.spec, spec)
        made.append(CalendarToBe(old, new, first_on, copied_for))
    if refused:
        raise ChangeRefused(refused)
    return tuple(made)


def require_within(session: Session, actor: Actor, reach: Reach, *, on: date) -> None:
    """Refuse a change that reaches agencies outside those `actor` administers.

    Raises CalendarNotYours, CalendarNotFound, AgencyNotFound.
    """
    reached = _reached(session, reach, _users(session, on))
    agencies = {agency for meant in reached.values() for agency in meant}
    mine = or_(*(Agency.path.startswith(p) for p in actor.subtrees_with(Right.ADMINISTER)))
    covered = session.scalars(select(Agency.id).where(Agency.id.in_(agencies), mine))
    if elsewhere := agencies - set(covered):
        raise CalendarNotYours(len(elsewhere))


def save_to_be(
    session: Session, made: Sequence[CalendarToBe], *, source: str, at: datetime, by: int
) -> None:
    """Save what a change made, and let agencies with a copy count on it from now on.

    Unlike a calendar from a file it need not hold the next year: a storm waits for nothing.
    """
    for one in made:
        spec = one.new.spec
        session.add(
            CalendarVersion(
                key=spec.key,
                version=spec.version,
                body=calendar_to_body(spec),
                source=source,
                recorded_at=at,
                recorded_by=by,
            )
        )
        if one.copied_for:
            session.execute(
                update(Agency)
                .where(Agency.id.in_(one.copied_for))
                .values(
                    calendar_key=spec.key,
                    calendar_copied_from=case(
                        (Agency.calendar_copied_from == "", one.old.spec.key),
                        else_=Agency.calendar_copied_from,
                    ),
                )
            )
    renew_tree_revision(session)
    session.flush()


def _users(session: Session, on: date) -> dict[str, list[int]]:
    """The agencies in force on that day, by the calendar they count on."""
    in_force = (Agency.valid_from <= on) & or_(Agency.valid_to.is_(None), Agency.valid_to >= on)
    rows = session.execute(
        select(Agency.calendar_key, Agency.id).where(in_force).order_by(Agency.calendar_key)
    )
    users: dict[str, list[int]] = {}
    for key, agency in rows:
        users.setdefault(key, []).append(agency)
    return users


def _reached(
    session: Session, reach: Reach, users: Mapping[str, Sequence[int]]
) -> dict[str, tuple[int, ...]]:
    """The calendars that are meant, each with the agencies that are."""
    if reach.calendar:
        return {reach.calendar: tuple(users.get(reach.calendar, ()))}
    if not reach.agencies:
        return {key: tuple(agencies) for key, agencies in users.items()}
    key_of = {agency: key for key, agencies in users.items() for agency in agencies}
    groups: dict[str, list[int]] = {}
    under = _under(session, reach.agencies) & key_of.keys() if reach.below else set()
    for agency in dict.fromkeys((*reach.agencies, *sorted(under))):
        if agency not in key_of:
            raise AgencyNotFound(agency)
        groups.setdefault(key_of[agency], []).append(agency)
    return {key: tuple(agencies) for key, agencies in groups.items()}


def _under(session: Session, agencies: Sequence[int]) -> set[int]:
    paths = session.scalars(select(Agency.path).where(Agency.id.in_(agencies)))
    below = [Agency.path.startswith(path) for path in paths]
    return set(session.scalars(select(Agency.id).where(or_(*below)))) if below else set()


def _copy(session: Session, spec: CalendarSpec, agencies: Sequence[int]) -> CalendarSpec:
    """The calendar under a key and a name that say whose it is: those of the first agency."""
    row = session.execute(
        select(Agency.code, Agency.short_name)
        .where(Agency.id.in_(agencies))
        .order_by(Agency.path)
        .limit(1)
    ).one()
    own = re.sub("[^a-z0-9]+", "-", row.code.lower()).strip("-")
    base = f"{spec.key}-{own}"[:LONGEST_KEY].rstrip("-")
    taken = set(session.scalars(select(CalendarVersion.key).distinct()))
    keys = (base, *(f"{base[: LONGEST_KEY - 3]}-{n}" for n in range(2, 100)))
    key = next(key for key in keys if key not in taken)
    return replace(spec, key=key, version=1, name=f"{spec.name or spec.key} – {row.short_name}")
