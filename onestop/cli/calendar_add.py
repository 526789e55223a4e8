"""`onestop calendar add`: an announced day, with every date it moves, shown before it is saved."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy.orm import Session

from onestop import clock
from onestop.cli import pass_settings
from onestop.cli.catalogue_sentences import calendar_text
from onestop.db import Database
from onestop.domain.calendar_spec import CalendarNotFound
from onestop.domain.office_time import OFFICE_ZONE
from onestop.domain.working_time import CalendarExhausted
from onestop.inputs.calendar_changes import TypedChange, TypedKind
from onestop.jobs.calendar_changes import move_dates
from onestop.queries.accounts import account_for_sign_in, agency_id_by_code
from onestop.services.calendar_changes import PreviewOutdated
from onestop.services.calendar_preview import CalendarPreview, preview_change
from onestop.services.calendar_reach import ChangeRefused, Reach
from onestop.services.system_user import system_user
from onestop.settings import Settings

SHOWN_DATES = 20
TYPED = {
    "day_form": "write the day as 2026-08-31 or 31/08/2026",
    "day_impossible": "there is no such day",
    "day_out_of_reach": "the year cannot be right",
    "hours_form": "write hours as 07:00-11:30, 13:30-17:00",
    "name_missing": "the day needs a name",
    "source_missing": "name the document that announces the day",
    "worked_needs_day_off": "only a day off is swapped for a day worked",
    "string_too_long": "this is too long",
}
OPTION = {"on": "DAY", "replaces": "--replace"}


@click.command("add")
@click.argument("day", metavar="DAY")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in TypedKind]),
    default=TypedKind.HOLIDAY.value,
    show_default=True,
    help="What DAY becomes; usual takes away what the calendar says of it.",
)
@click.option("--name", default="", help="What the day is called.")
@click.option("--hours", default="", help="Hours of a day worked: 07:00-11:30, 13:30-17:00.")
@click.option("--worked", default="", help="Day worked in exchange, with the hours of DAY.")
@click.option("--source", required=True, help="Number and date of the announcing document.")
@click.option("--calendar", "key", default="", help="Only this calendar [default: all in use].")
@click.option("--agency", help="Only the agency with this code; it gets a calendar of its own.")
@click.option("--below", is_flag=True, help="With --agency: those under it too.")
@click.option("--replace", is_flag=True, help="Take the place of what stands on the day.")
@click.option("--by", help="Account of the administrator who decided it [default: the system].")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; saves only with --yes.")
@pass_settings
def add_command(
    settings: Settings,
    day: str,
    key: str,
    agency: str | None,
    replace: bool,
    by: str | None,
    yes: bool,
    as_json: bool,
    **typed: Any,
) -> None:
    """Enter an announced DAY and move every date of open dossiers that it puts off.

    First the dates are shown. Nothing is saved when they are no longer the same at the end.
    """
    if key and agency:
        raise click.UsageError("--calendar and --agency exclude each other.")
    with closing(Database(settings.database_url)) as database, _in_words():
        with database.read() as session:
            agency_id, user_id = _agency(session, agency), _user(session, by)
        change = TypedChange.model_validate(
            {**typed, "on": day, "replaces": replace, "calendar": key, "agency": agency_id}
        )
        done = _entered(database, change, user_id, yes=yes, as_json=as_json)
    if as_json:
        click.echo(json.dumps(_plain(*done), ensure_ascii=False, indent=2))


def _entered(
    database: Database, typed: TypedChange, user_id: int | None, *, yes: bool, as_json: bool
) -> tuple[CalendarPreview, bool]:
    """Show, ask, save; once more while somebody changes what was shown. Whether it was saved."""
    change, reach = typed.to_change(), reach_of(typed)
    while True:
        with database.read() as session:
            shown = preview_change(session, change, reach, at=clock.now())
        if as_json and not yes:
            return shown, False
        if not as_json:
            _print(shown)
        if not yes:
            click.confirm("Save the calendar and move these dates?", abort=True)
        by = user_id or _the_house(database)
        try:
            move_dates(database, change, reach, expected=shown.token, by=by, now=clock.now)
        except PreviewOutdated:
            if not as_json:
                click.echo("Dossiers changed in the meantime; nothing was saved. Again:")
            continue
        if not as_json:
            saved = ", ".join(one.new.id for one in shown.calendars)
            click.echo(f"Saved {saved}; {shown.dossiers} dossiers moved.")
        return shown, True


def _the_house(database: Database) -> int:
    with database.write() as session:
        return system_user(session, at=clock.now())


def reach_of(typed: TypedChange) -> Reach:
    """Return which calendars are meant."""
    agencies = () if typed.agency is None else (typed.agency,)
    return Reach(typed.calendar, agencies, typed.below)


def _agency(session: Session, code: str | None) -> int | None:
    found = agency_id_by_code(session, code) if code else None
    if code and found is None:
        raise click.ClickException(f"No agency has the code {code!r}.")
    return found


def _user(session: Session, username: str | None) -> int | None:
    if username is None:
        return None
    account = account_for_sign_in(session, username.lower(), now=clock.now())
    if account is None:
        raise click.ClickException(f"There is no account {username!r}.")
    return account.user_id


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn refusals into sentences and exit code 1."""
    try:
        yield
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        lines = [f"{_option(one['loc'])}: {TYPED.get(one['type'], one['msg'])}." for one in wrong]
        raise click.ClickException("\n".join(lines)) from None
    except ChangeRefused as error:
        keys = ", ".join(error.calendars)
        lines = [f"{keys}: {calendar_text(problem)}." for problem in error.problems]
        raise click.ClickException("\n".join(lines)) from None
    except CalendarNotFound as error:
        raise click.ClickException(
            f"There is no calendar {error.key!r}. `onestop calendar show` lists."
        ) from None
    except CalendarExhausted as error:
        raise click.ClickException(
            f"A date would move into {error.year}, which the calendar {error.key!r} does not "
            "hold. Add that year first; nothing was saved."
        ) from None


def _option(loc: tuple[int | str, ...]) -> str:
    name = str(loc[0]) if loc else ""
    return OPTION.get(name, f"--{name}")


def _print(shown: CalendarPreview) -> None:
    for one in shown.calendars:
        first = f"first changed day {one.first_on}" if one.first_on else "no hours change"
        copied = f", a copy for {len(one.copied_for)} agencies" if one.copied_for else ""
        click.echo(f"{one.old.id} -> {one.new.id}, {first}{copied}")
    for day in shown.past:
        click.echo(f"Warning: {day} is over.")
    for move in shown.moves[:SHOWN_DATES]:
        what = f"{move.scope}{' (apology)' if move.told else ''}"
        click.echo(f"  {move.code:<28}{what:<24}{_local(move.before)}  ->  {_local(move.after)}")
    if len(shown.moves) > SHOWN_DATES:
        click.echo(f"  and {len(shown.moves) - SHOWN_DATES} more (--json lists all)")
    click.echo(
        f"{shown.dossiers} dossiers: {shown.promises} promises and {shown.steps} running steps "
        "get a later date."
    )
    if shown.terms:
        click.echo(f"{shown.terms} citizens have longer to bring papers.")


def _plain(shown: CalendarPreview, saved: bool) -> dict[str, Any]:
    return {
        "saved": saved,
        "calendars": [
            {
                "from": one.old.id,
                "to": one.new.id,
                "first_on": one.first_on.isoformat() if one.first_on else None,
            }
            for one in shown.calendars
        ],
        "past": [day.isoformat() for day in shown.past],
        "dossiers": shown.dossiers,
        "promises": shown.promises,
        "steps": shown.steps,
        "terms": shown.terms,
        "dates": [
            {
                "code": move.code,
                "scope": move.scope,
                "told": move.told,
                "before": move.before.astimezone(OFFICE_ZONE).isoformat(timespec="minutes"),
                "after": move.after.astimezone(OFFICE_ZONE).isoformat(timespec="minutes"),
            }
            for move in shown.moves
        ],
    }


def _local(at: datetime) -> str:
    return f"{at.astimezone(OFFICE_ZONE):%a %Y-%m-%d %H:%M}"
