"""`onestop agencies` and `onestop procedures`: the catalogue from files, all or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import click
import yaml
from sqlalchemy.orm import Session

from onestop import clock
from onestop.cli import pass_settings
from onestop.cli.catalogue_sentences import problem_text, yaml_text
from onestop.db import Database
from onestop.domain.procedures import ProcedureSpec
from onestop.inputs.agencies import read_agencies
from onestop.inputs.file_problems import BadFile
from onestop.inputs.procedures import procedure_to_lines, read_procedure
from onestop.inputs.process_table import codes_in, read_processes, read_table
from onestop.inputs.xlsx_cells import BadWorkbook
from onestop.inputs.yaml_files import BadYaml, read_yaml
from onestop.queries.calendars import calendars
from onestop.queries.catalogue import procedure_page
from onestop.services.agency_imports import AgencyMoved, AgencyOverlap, import_agencies
from onestop.services.catalogue import EditionInUse, import_procedures
from onestop.settings import Settings

TABLES = {".xlsx", ".csv"}
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def agencies() -> None:
    """The tree of agencies from files."""


@agencies.command("import")
@click.argument("file", type=EXISTING)
@pass_settings
def import_agencies_command(settings: Settings, file: Path) -> None:
    """Take in the agencies of FILE (YAML), all or none; twice changes nothing."""
    with _in_words(file), closing(Database(settings.database_url)) as database:
        specs = read_agencies(read_yaml(file))
        with database.write() as session:
            done = import_agencies(session, specs)
        with database.read() as session:
            known = {row.key for row in calendars(session)}
    click.echo(f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged.")
    for missing in sorted({spec.calendar_key for spec in specs} - known):
        click.echo(f"Warning: there is no calendar {missing!r} yet. `onestop calendar show` lists.")


@click.group()
def procedures() -> None:
    """Procedures with their papers, fees and routes from files."""


@procedures.command("import")
@click.argument("files", type=EXISTING, nargs=-1, required=True)
@pass_settings
def import_command(settings: Settings, files: Sequence[Path]) -> None:
    """Take in FILES (YAML, or a table of internal processes as XLSX or CSV), all or none."""
    with closing(Database(settings.database_url)) as database, database.write() as session:
        for file in files:
            with _in_words(file):
                specs = _read(session, file)
                outcomes = import_procedures(session, specs, at=clock.now())
            for spec, outcome in zip(specs, outcomes, strict=True):
                click.echo(f"{spec.code} edition {spec.edition}: {outcome}.")


@procedures.command("check")
@click.argument("files", type=EXISTING, nargs=-1, required=True)
@pass_settings
def check_command(settings: Settings, files: Sequence[Path]) -> None:
    """Say whether FILES could be taken in; nothing is stored. Tables need the stored editions."""
    for file in files:
        with _in_words(file):
            if file.suffix.lower() in TABLES:
                with closing(Database(settings.database_url)) as db, db.read() as session:
                    specs = _read(session, file)
            else:
                specs = (read_procedure(read_yaml(file)),)
        for spec in specs:
            click.echo(f"{file.name}: {spec.code} edition {spec.edition} is in order.")


@procedures.command("export")
@click.argument("code")
@click.option("--edition", help="Another edition than the one in force.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@pass_settings
def export_command(settings: Settings, code: str, edition: str | None, out: Path | None) -> None:
    """Write the edition of CODE as YAML; importing that file again changes nothing."""
    with closing(Database(settings.database_url)) as database, database.read() as session:
        page = procedure_page(session, code, on=clock.now().date(), edition=edition)
    if page is None:
        raise click.ClickException(
            f"There is no procedure {code}" + (f", edition {edition}." if edition else ".")
        )
    text = yaml.safe_dump(
        procedure_to_lines(page.row.spec), allow_unicode=True, sort_keys=False, width=100
    )
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {out}.")


def _read(session: Session, file: Path) -> tuple[ProcedureSpec, ...]:
    if file.suffix.lower() not in TABLES:
        return (read_procedure(read_yaml(file)),)
    cells = read_table(file)
    bases = {code: _base(session, code) for code in codes_in(cells, file.name)}
    known = {code: spec for code, spec in bases.items() if spec is not None}
    return read_processes(cells, file.name, known)


def _base(session: Session, code: str) -> ProcedureSpec | None:
    """The edition that began last: the next one takes papers and fees from it."""
    page = procedure_page(session, code, on=date.max)
    return page.row.spec if page else None


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    """Say what is wrong in a file with its lines; exit code 1, nothing stored."""
    try:
        yield
    except BadFile as error:
        raise click.ClickException(
            "\n".join(problem_text(error.name, problem) for problem in error.problems)
        ) from None
    except BadYaml as error:
        raise click.ClickException(yaml_text(error)) from None
    except BadWorkbook as error:
        raise click.ClickException(
            f"{error.name}: this is no Excel workbook ({error.code})."
        ) from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name}: save the file as UTF-8.") from None
    except EditionInUse as error:
        raise click.ClickException(
            f"{file.name}: dossiers were received under edition {error.edition} of {error.code}; "
            "give the changed file a new edition and first day."
        ) from None
    except AgencyMoved as error:
        raise click.ClickException(
            f"{file.name} line {error.line}: agency {error.code} hangs under another parent in the "
            "database; end it and enter a new one."
        ) from None
    except AgencyOverlap as error:
        raise click.ClickException(
            f"{file.name} line {error.line}: code {error.code} is in force twice on some day; "
            "end the earlier agency with valid_to."
        ) from None


def register(group: click.Group) -> None:
    """Add the commands of this module to `group`."""
    group.add_command(agencies)
    group.add_command(procedures)
