"""`onestop calendar`: what the working calendars say, and why a date is what it is."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from onestop import clock
from onestop.cli import pass_settings
from onestop.cli.calendar_add import add_command
from onestop.cli.calendar_seed import seed_command
from onestop.cli.catalogue_sentences import problem_text, yaml_text
from onestop.db import Database
from onestop.domain.calendar_spec import WEEKDAYS, BadCalendar, CalendarNotFound, Hours
from onestop.domain.explanation import ExplanationRow, explain
from onestop.domain.limits import BadLimit, Limit, due
from onestop.domain.working_time import CalendarExhausted, WorkingCalendar
from onestop.inputs.calendars import SHIPPED, read_calendars, refused_calendar
from onestop.inputs.file_problems import BadFile
from onestop.inputs.yaml_files import BadYaml, read_yaml
from onestop.queries.calendars import CalendarRow, calendar_key_of, calendars, working_calendar
from onestop.services.calendars import install_calendars
from onestop.settings import Settings

DEFAULT_CALENDAR = "vn-0700"
MINUTE_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


@click.group()
def calendar() -> None:
    """Show and take in working calendars; explain due dates."""


@calendar.command("show")
@click.argument("key", required=False)
@click.option("--year", type=int, help="Only the days of this year.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_settings
def show_command(settings: Settings, key: str | None, year: int | None, as_json: bool) -> None:
    """List the calendars, or show what KEY says: hours, days off, make-up days."""
    with _read(settings) as session:
        rows = [row for row in calendars(session) if key in (None, row.key)]
    if key is not None and not rows:
        raise click.ClickException(f"There is no calendar {key!r}. `onestop calendar show` lists.")
    described = [_described(row, year) for row in rows]
    if as_json:
        click.echo(json.dumps(described, ensure_ascii=False, indent=2))
        return
    for one in described:
        _print_calendar(one, with_days=key is not None)


@calendar.command("explain")
@click.option(
    "--from", "start", required=True, type=click.DateTime(MINUTE_FORMATS), help="Local time."
)
@click.option("--limit", "limit_text", required=True, help='As in "3 working_days".')
@click.option("--agency", help="Count on the calendar of the agency with this code.")
@click.option("--calendar", "key", help=f"Count on this calendar [default: {DEFAULT_CALENDAR}].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_settings
def explain_command(
    settings: Settings,
    start: datetime,
    limit_text: str,
    agency: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Print the rows that lead from a moment and a limit to the due instant."""
    limit = _limit(limit_text)
    with _read(settings) as session:
        chosen = _calendar(session, agency, key)
    answer = _answer(limit, start.replace(tzinfo=chosen.zone), chosen)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print_answer(answer)


@calendar.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SHIPPED
)
@pass_settings
def import_command(settings: Settings, file: Path) -> None:
    """Take in the calendars of FILE (YAML), all or none; without FILE those of Viet Nam.

    A calendar that says something new becomes a new version.
    """
    try:
        located = read_yaml(file)
        specs = read_calendars(located)
        with closing(Database(settings.database_url)) as database, database.write() as session:
            saved = install_calendars(session, specs, source=file.name, at=clock.now())
    except BadYaml as error:
        raise click.ClickException(yaml_text(error)) from None
    except BadCalendar as error:
        raise _refused(refused_calendar(located, error)) from None
    except BadFile as error:
        raise _refused(error) from None
    for one in saved:
        click.echo(f"{one.key}@{one.version} {'added' if one.is_new else 'unchanged'}.")


def _refused(error: BadFile) -> click.ClickException:
    lines = (problem_text(error.name, problem) for problem in error.problems)
    return click.ClickException("\n".join(lines))


@contextmanager
def _read(settings: Settings) -> Iterator[Session]:
    with closing(Database(settings.database_url)) as database, database.read() as session:
        yield session


def _limit(text: str) -> Limit:
    try:
        return Limit.parse(text)
    except BadLimit as error:
        raise click.BadParameter(f"{text!r} cannot be counted ({error.code}).") from None


def _calendar(session: Session, agency: str | None, key: str | None) -> WorkingCalendar:
    if agency is not None:
        key = calendar_key_of(session, agency)
        if key is None:
            raise click.ClickException(f"No agency has the code {agency!r}.")
    try:
        return working_calendar(session, key or DEFAULT_CALENDAR)
    except CalendarNotFound as error:
        raise click.ClickException(
            f"There is no calendar {error.key!r}. `onestop calendar show` lists."
        ) from None


def _answer(limit: Limit, received_at: datetime, chosen: WorkingCalendar) -> dict[str, Any]:
    try:
        promise = due(limit, received_at, chosen)
        rows = explain(limit, received_at, chosen)
    except CalendarExhausted as error:
        raise click.ClickException(
            f"The calendar {error.key!r} does not hold the year {error.year}. "
            "A date that needs it is not guessed: add that year first."
        ) from None
    return {
        "calendar": chosen.id,
        "limit": limit.to_text(),
        "starts_at": _local(promise.starts_at, chosen),
        "due_at": _local(promise.due_at, chosen),
        "late_at": _local(promise.late_at, chosen),
        "rows": [_plain_row(row, chosen) for row in rows],
    }


def _plain_row(row: ExplanationRow, chosen: WorkingCalendar) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "from_at": _local(row.from_at, chosen),
        "to_at": _local(row.to_at, chosen),
        "amount": row.amount.to_text() if row.amount is not None else None,
        "count": row.count,
        "name": row.name,
        "note": row.note,
    }


def _local(at: datetime, chosen: WorkingCalendar) -> str:
    return at.astimezone(chosen.zone).isoformat(timespec="minutes")


def _print_answer(answer: dict[str, Any]) -> None:
    click.echo(f"Calendar {answer['calendar']}, limit {answer['limit']}")
    for row in answer["rows"]:
        amount = row["amount"] or row["count"] or ""
        what = f"{row['kind']:<22}{amount!s:<14}{row['name']} {row['note']}".rstrip()
        click.echo(f"  {_shown(row['from_at'])}  {_shown(row['to_at'])}  {what}")
    click.echo(f"Due {_shown(answer['due_at'])}, late from {_shown(answer['late_at'])}")


def _shown(local: str) -> str:
    return f"{datetime.fromisoformat(local):%a %Y-%m-%d %H:%M}"


def _described(row: CalendarRow, year: int | None) -> dict[str, Any]:
    spec = row.spec
    return {
        "key": row.key,
        "version": row.version,
        "name": spec.name,
        "zone": spec.zone,
        "years": spec.years,
        "source": row.source,
        "working_week": _week(spec.working_week),
        "reception_week": _week(spec.reception_week),
        "exceptions": [
            {
                "on": day.on.isoformat(),
                "kind": day.kind,
                "name": day.name,
                "hours": [str(interval) for interval in day.hours],
                "certainty": day.certainty,
                "source": day.source,
            }
            for day in sorted(spec.exceptions, key=lambda day: day.on)
            if year in (None, day.on.year)
        ],
    }


def _week(week: Iterable[Hours]) -> dict[str, list[str]]:
    named = zip(WEEKDAYS, week, strict=True)
    return {weekday: [str(interval) for interval in hours] for weekday, hours in named}


def _print_calendar(one: dict[str, Any], *, with_days: bool) -> None:
    years = f"{one['years'][0]}-{one['years'][-1]}"
    click.echo(f"{one['key']}@{one['version']}  {years}  {one['name']}")
    if not with_days:
        return
    for field in ("working_week", "reception_week"):
        click.echo(field.replace("_", " "))
        for weekday, hours in one[field].items():
            click.echo(f"  {weekday:<11}{', '.join(hours) or '-'}")
    click.echo("days")
    for day in one["exceptions"]:
        hours = ", ".join(day["hours"])
        facts = f"{day['kind']:<20}{day['certainty']:<11}{day['name']} {hours}"
        click.echo(f"  {day['on']}  {facts.rstrip()}")


def register(group: click.Group) -> None:
    """Add the commands of this module to `group`."""
    calendar.add_command(seed_command)
    calendar.add_command(add_command)
    group.add_command(calendar)
