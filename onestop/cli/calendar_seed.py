"""`onestop calendar seed`: the days off to propose for a year, with how sure each of them is."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from onestop.cli import pass_settings
from onestop.db import Database
from onestop.domain.calendar_spec import BadCalendar, CalendarSpec, Certainty
from onestop.domain.holidays_of_year import (
    LAW_SINCE,
    WEEKEND,
    LunarDays,
    ProposedDay,
    Swap,
    proposed_days,
    rest_days,
    with_year,
)
from onestop.inputs.calendar_file import calendar_file_text
from onestop.queries.calendars import CalendarRow, calendars
from onestop.settings import Settings

FIRST_YEAR, LAST_YEAR = 2007, 2100
"""The years whose lunar holidays the library knows; Giỗ Tổ is a holiday since 2007."""


@click.command("seed")
@click.argument("year", type=click.IntRange(FIRST_YEAR, LAST_YEAR))
@click.option("--calendar", "key", help="Only this calendar [default: all].")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the calendars with this year added to a new file, for `calendar import`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_settings
def seed_command(
    settings: Settings, year: int, key: str | None, out: Path | None, as_json: bool
) -> None:
    """Propose the days off of YEAR, each with how sure it is; nothing is saved.

    law: follows from the Labour Code. announced: published for that year. guessed: as past years
    were arranged, until the announcement comes. optional: listed, not in force.
    """
    from onestop.cli.holidays_library import announced_swaps, lunar_days

    rows = _chosen(settings, key)
    lunar, swaps = lunar_days(year), announced_swaps(year)
    rest = rest_days(rows[0].spec) if rows else WEEKEND
    days = proposed_days(year, lunar, rest=rest, swaps=swaps)
    if out is not None:
        _write(out, year, rows, lunar, swaps)
    if as_json:
        click.echo(json.dumps([_plain(day) for day in days], ensure_ascii=False, indent=2))
    else:
        _print(year, days, rows, out)


def _chosen(settings: Settings, key: str | None) -> list[CalendarRow]:
    with closing(Database(settings.database_url)) as database, database.read() as session:
        rows = [row for row in calendars(session) if key in (None, row.key)]
    if key is not None and not rows:
        raise click.ClickException(f"There is no calendar {key!r}. `onestop calendar show` lists.")
    return rows


def _write(
    out: Path, year: int, rows: Sequence[CalendarRow], lunar: LunarDays, swaps: tuple[Swap, ...]
) -> None:
    if not rows:
        raise click.ClickException("There are no calendars yet. Run `onestop calendar import`.")
    if held := [row.key for row in rows if year in row.spec.years]:
        raise click.ClickException(
            f"{', '.join(held)}: the year {year} is there already. "
            "Single days are changed with `onestop calendar add`."
        )
    specs = [_seeded(row.spec, year, lunar, swaps) for row in rows]
    if len({(spec.zone, spec.years) for spec in specs}) > 1:
        raise click.ClickException(
            "The calendars hold different years. Write one at a time: --calendar KEY."
        )
    heading = (
        f"Working calendars with the year {year} proposed. Compare its rows marked guessed with\n"
        f"the announcement, change them, then take the file in: onestop calendar import {out.name}"
    )
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(calendar_file_text(specs, heading=heading))
    except FileExistsError:
        raise click.ClickException(f"{out} is there already; nothing was written.") from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None


def _seeded(
    spec: CalendarSpec, year: int, lunar: LunarDays, swaps: tuple[Swap, ...]
) -> CalendarSpec:
    days = proposed_days(year, lunar, rest=rest_days(spec), swaps=swaps)
    try:
        return with_year(spec, year, days)
    except BadCalendar as error:
        missing = [problem.values[0] for problem in error.problems if problem.code == "year_gap"]
        if not missing:
            raise
        raise click.ClickException(
            f"{spec.key} holds {spec.years[0]}-{spec.years[-1]}: seed {missing[0]} first."
        ) from None


def _plain(day: ProposedDay) -> dict[str, Any]:
    return {
        "on": day.on.isoformat(),
        "kind": day.kind,
        "name": day.name,
        "certainty": day.certainty,
        "source": day.source,
        "in_place_of": day.in_place_of.isoformat() if day.in_place_of else None,
    }


def _print(
    year: int, days: Sequence[ProposedDay], rows: Sequence[CalendarRow], out: Path | None
) -> None:
    for day in days:
        click.echo(f"{day.on:%Y-%m-%d %a}  {day.kind:<20}{day.certainty:<11}{day.name}")
    marked = Counter(day.certainty for day in days)
    click.echo(", ".join(f"{marked[c]} {c}" for c in Certainty if marked[c]) + ".")
    if year < LAW_SINCE:
        click.echo(f"Before {LAW_SINCE} another Labour Code held: check every day.")
    if out is not None:
        named = ", ".join(row.key for row in rows)
        click.echo(f"Written to {out}: {named}. Nothing is saved before `calendar import`.")
