"""`onestop demo`: fills an empty database with the invented province and says how to get in."""

from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy.orm import Session

from onestop import clock
from onestop.cli import pass_settings
from onestop.cli.bench_only import bench_only
from onestop.db import Database
from onestop.demo.sign_ins import PASSWORD, SHOWN
from onestop.domain.accounts import needs_second_factor
from onestop.domain.calendar_spec import BadCalendar
from onestop.domain.statuses import OPEN, Status
from onestop.domain.working_time import CalendarExhausted
from onestop.installation import open_database, prepare_data_dir
from onestop.queries import demo as demo_query
from onestop.queries.accounts import demo_secret
from onestop.queries.demo import Holding, SignInRow
from onestop.schema import is_current
from onestop.services.accounts import disable_user, enable_user
from onestop.services.links import live_link
from onestop.services.second_factor import present_code
from onestop.settings import Settings, is_loopback

MOST_WITH_HISTORY = 100_000
SCALE = 2000
SEED = 1


@click.command()
@click.option(
    "--scale",
    type=click.IntRange(1),
    default=SCALE,
    show_default=True,
    help="About how many dossiers.",
)
@click.option(
    "--seed", type=int, default=SEED, show_default=True, help="Other people, other fates."
)
@click.option(
    "--history",
    type=click.Choice(["full", "none"]),
    default="full",
    show_default=True,
    help="`none`: one event each, for benchmarks only.",
)
@click.option(
    "--if-empty", is_flag=True, help="Do nothing when the demonstration is there already."
)
@pass_settings
def demo(settings: Settings, scale: int, seed: int, history: str, if_empty: bool) -> None:
    """Fill an empty database with an invented province; print the sign-ins."""
    make_demo(settings, scale=scale, seed=seed, history=history, if_empty=if_empty)


def make_demo(
    settings: Settings,
    *,
    scale: int = SCALE,
    seed: int = SEED,
    history: str = "full",
    if_empty: bool = True,
) -> None:
    """Do what the command does; as it stands, what `make demo` asks for."""
    if history == "full" and scale > MOST_WITH_HISTORY:
        raise click.ClickException(
            f"Up to {MOST_WITH_HISTORY} dossiers can be made, each with its whole history. "
            f"`onestop demo --scale {scale} --history none` loads them with one event each, into a "
            "database that is for benchmarks only from then on."
        )
    prepare_data_dir(settings.data_dir)
    with open_database(settings) as database:
        if not is_current(database):
            raise click.ClickException(
                "The schema is not up to date. Run `onestop db upgrade` first."
            )
        first = "The demonstration is there already."
        if not _is_there(database, if_empty):
            first = _fill(settings, database, scale, seed, history, clock.now())
        _open_or_close(settings, database)
        _say(settings, database, first)


def _is_there(database: Database, if_empty: bool) -> bool:
    with database.read() as session:
        held = demo_query.holding(session)
    if held is Holding.REAL:
        raise click.ClickException(
            "This database holds real accounts or dossiers; invented ones are not mixed in. Set "
            "ONESTOP_DATA_DIR to another folder for a demonstration."
        )
    if held is Holding.DEMO and not if_empty:
        raise click.ClickException(
            "The demonstration is there already. `onestop demo --if-empty` keeps it; for a new one "
            "delete the database."
        )
    return held is Holding.DEMO


def _fill(
    settings: Settings, database: Database, scale: int, seed: int, history: str, now: datetime
) -> str:
    from onestop.demo.filling import TooEarly

    bar = click.progressbar(length=scale, label="Inventing a province")
    try:
        with bar:
            if history == "none":
                return _load(database, scale, seed, now, bar.update)
            return _tell(settings, database, scale, seed, now, bar.update)
    except (TooEarly, BadCalendar, CalendarExhausted) as error:
        raise click.ClickException(
            f"The province is invented from July 2025 to the last year of data/calendars, and the "
            f"clock of this machine says {now:%Y-%m-%d}. ({error})"
        ) from None


def _tell(
    settings: Settings,
    database: Database,
    scale: int,
    seed: int,
    now: datetime,
    progress: Callable[[int], None],
) -> str:
    from onestop.demo.filling import fill

    with database.write() as session:
        made = fill(
            session,
            scale=scale,
            seed=seed,
            now=now,
            base_url=settings.base_url,
            progress=progress,
        )
    return (
        f"{made.dossiers} dossiers of the last 13 weeks, {made.visits} visits without one, "
        f"{made.receipts} receipts ready to print. Everything is invented."
    )


def _load(
    database: Database, scale: int, seed: int, now: datetime, progress: Callable[[int], None]
) -> str:
    from onestop.demo.without_history import fill_without_history

    made = fill_without_history(database.write, scale=scale, seed=seed, now=now, progress=progress)
    return f"{made.dossiers} dossiers of a year, one event each. Everything is invented."


def _open_or_close(settings: Settings, database: Database) -> None:
    """On the local network nobody may sign in as leader, auditor or administrator (rule R29)."""
    with database.read() as session:
        wrong = [
            row.username
            for row in demo_query.demo_accounts(session)
            if row.disabled != (settings.lan and needs_second_factor([row.role]))
        ]
    if not wrong:
        return
    with database.write() as session:
        for username in wrong:
            if settings.lan:
                disable_user(session, username, at=clock.now(), with_dossiers=True)
            else:
                enable_user(session, username)


def _say(settings: Settings, database: Database, first: str) -> None:
    now = clock.now()
    with database.read() as session:
        accounts = {row.username: row for row in demo_query.demo_accounts(session)}
        click.echo(first)
        if bare := demo_query.dossiers_without_history(session):
            click.echo(bench_only(bare))
        click.echo(_standing(session, now))
        click.echo(f"\nAddress:  {settings.base_url}/\nPassword: {PASSWORD} (every account)")
        for label, username in SHOWN:
            if row := accounts.get(username):
                click.echo(f"  {label:<24}{username:<20}{_code(session, settings, row, now)}")
        click.echo(f"  all {len(accounts)} accounts: `onestop user list`")
        if (row_under_way := demo_query.under_way(session)) and (
            link := live_link(session, row_under_way.dossier_id)
        ):
            url = f"{settings.base_url}/s/{link.token.text}"
            click.echo(f"\nStatus link of {row_under_way.code}: {url}")


def _standing(session: Session, now: datetime) -> str:
    counts = demo_query.counts_by_status(session)
    under_way = sum(n for status, n in counts.items() if status in OPEN)
    return (
        f"Now {under_way} under way, {demo_query.overdue_count(session, now=now)} of them overdue; "
        f"{counts.get(Status.COMPLETED, 0)} results wait to be fetched."
    )


def _code(session: Session, settings: Settings, row: SignInRow, now: datetime) -> str:
    if row.disabled:
        return "closed on the local network"
    if not needs_second_factor([row.role]):
        return ""
    secret = demo_secret(session, row.user_id)
    if secret is None or not is_loopback(settings):
        return ""
    return f"code now {present_code(secret, now)} (the sign-in page shows the current one)"


def register(group: click.Group) -> None:
    """Add the command to `group`."""
    group.add_command(demo)
