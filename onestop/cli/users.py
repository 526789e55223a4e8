"""`onestop user`: accounts of staff."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from sqlalchemy.orm import Session

from onestop import clock
from onestop.cli import pass_settings
from onestop.domain.accounts import BadUsername, RoleNotHeld, UnknownUser, UsernameTaken
from onestop.domain.rights import Role
from onestop.installation import open_database
from onestop.queries import accounts as accounts_query
from onestop.queries.accounts import UserRow
from onestop.queries.roles import RoleRow
from onestop.services import accounts as accounts_service
from onestop.services.holdings import StillHolds
from onestop.services.passwords import one_time_password
from onestop.settings import Settings

ONCE = "One-time password, to be changed at the first sign-in: {}"


@click.group()
def user() -> None:
    """Accounts of staff: add, disable, reset, list."""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The person's name as colleagues see it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What as.")
@click.option("--agency", help="Identifier of the agency where the role is held.")
@click.option("--assistant", is_flag=True, help="Assistant of a leader: sees and prints only.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@pass_settings
def add(
    settings: Settings,
    username: str,
    name: str,
    role: str | None,
    agency: str | None,
    assistant: bool,
    language: str,
) -> None:
    """Add an account, or give an existing one a further role; print the one-time password."""
    if (role is None) != (agency is None):
        raise click.UsageError("--role and --agency belong together.")
    if assistant and role != Role.LEADER:
        raise click.UsageError("--assistant belongs to --role leader.")
    now, password = clock.now(), None
    with _in_words(), open_database(settings) as database, database.write() as session:
        agency_id = _agency(session, agency) if agency else None
        known = accounts_query.account_for_sign_in(session, username.lower(), now=now)
        if known is None or role is None:
            password = one_time_password()
            user_id = accounts_service.create_user(
                session, username, display_name=name, password=password, at=now, language=language
            )
        else:
            user_id = known.user_id
        if role and agency_id:
            accounts_service.assign_role(
                session,
                user_id,
                agency_id=agency_id,
                role=Role(role),
                at=now,
                assistant=assistant,
            )
    click.echo(f"Account {username}: {role or 'no role yet'}{f' at {agency}' if agency else ''}.")
    if password:
        click.echo(ONCE.format(password))


@user.command()
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only this role.")
@click.option("--agency", help="Identifier of the agency where the role is held.")
@pass_settings
def disable(settings: Settings, username: str, role: str | None, agency: str | None) -> None:
    """Close an account, or end one of its roles; refused while it has dossiers in hand.

    Whoever is signed in with it is out, or without the role, at the next request.
    """
    if (role is None) != (agency is None):
        raise click.UsageError("--role and --agency belong together.")
    now = clock.now()
    with (
        _in_words(settings.base_url),
        open_database(settings) as database,
        database.write() as session,
    ):
        if role and agency:
            agency_id = _agency(session, agency)
            accounts_service.end_role(
                session, username, agency_id=agency_id, role=Role(role), at=now
            )
        else:
            accounts_service.disable_user(session, username, at=now)
    if role:
        click.echo(f"Account {username}: no longer {role} at {agency}.")
    else:
        click.echo(f"Account {username} is closed.")


@user.command()
@click.argument("username")
@click.option("--second-factor", is_flag=True, help="The phone is lost: enrol another one.")
@pass_settings
def reset(settings: Settings, username: str, second_factor: bool) -> None:
    """Print a new one-time password; open the account again if it was closed."""
    with _in_words(), open_database(settings) as database, database.write() as session:
        password = accounts_service.reset_password(
            session, username, at=clock.now(), drop_second_factor=second_factor
        )
    click.echo(ONCE.format(password))


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_settings
def list_command(settings: Settings, as_json: bool) -> None:
    """List the accounts with their roles and when they were last used."""
    with open_database(settings) as database, database.read() as session:
        rows = accounts_query.users(session, now=clock.now())
    if as_json:
        click.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(_line(row))


def _agency(session: Session, code: str) -> int:
    agency_id = accounts_query.agency_id_by_code(session, code)
    if agency_id is None:
        raise click.ClickException(f"No agency has the identifier {code}.")
    return agency_id


@contextmanager
def _in_words(base_url: str = "") -> Iterator[None]:
    """Turn refusals into one sentence and exit code 1."""
    try:
        yield
    except UsernameTaken as error:
        raise click.ClickException(f"There is an account {error.username} already.") from None
    except BadUsername as error:
        raise click.ClickException(
            f"{error.username!r} cannot be an account name: use 2 to 64 signs of a-z, 0-9, dot, "
            "dash and underscore."
        ) from None
    except UnknownUser as error:
        raise click.ClickException(f"There is no account {error.username}.") from None
    except RoleNotHeld as error:
        raise click.ClickException(f"{error.username} is not {error.role} there.") from None
    except StillHolds as error:
        raise click.ClickException(_still_holds(error, base_url)) from None


def _still_holds(error: StillHolds, base_url: str) -> str:
    """What the account holds, and the page where a leader of each agency moves it."""
    steps = "1 step" if error.count == 1 else f"{error.count} steps"
    held = [f"{steps} of dossiers"] if error.count else []
    if error.papers:
        held.append("1 paper original" if error.papers == 1 else f"{error.papers} paper originals")
    lines = [f"{error.username} still has {' and '.join(held)} in hand and stays open."]
    for one in error.holdings:
        if one.steps:
            lines.append(
                f"  {one.steps} at {one.agency}: a leader there gives them to others at "
                f"{base_url}/casework/staff/{one.agency_id}/{one.user_id}"
            )
        if one.papers:
            lines.append(
                f"  {one.papers} on paper at {one.agency}: a colleague there takes them over at "
                f"{base_url}/piles/held"
            )
    return "\n".join(lines)


def _line(row: UserRow) -> str:
    marks = [
        mark
        for mark, holds in (
            ("closed", row.disabled),
            ("one-time password", row.must_change_password),
            ("second factor", row.has_second_factor),
            ("demo", row.demo),
        )
        if holds
    ]
    roles = "; ".join(_role(held) for held in row.roles) or "no role"
    seen = f"last used {_day(row.seen_at)}" if row.seen_at else "never used"
    return f"{row.username:<24} {row.display_name} | {roles} | {', '.join([seen, *marks])}"


def _role(held: RoleRow) -> str:
    return f"{held.role}{' (assistant)' if held.assistant else ''} at {held.agency_name}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _as_json(row: UserRow) -> dict[str, object]:
    return {
        "username": row.username,
        "display_name": row.display_name,
        "roles": [
            {"role": r.role, "assistant": r.assistant, "agency": r.agency_name} for r in row.roles
        ],
        "disabled": row.disabled,
        "must_change_password": row.must_change_password,
        "second_factor": row.has_second_factor,
        "demo": row.demo,
        "last_used_at": row.seen_at.isoformat() if row.seen_at else None,
    }


def register(group: click.Group) -> None:
    """Add the commands of this module to `group`."""
    group.add_command(user)
