"""`onestop run`: the production server."""

import os
import socket
from importlib import import_module
from urllib.parse import urlsplit

import click

from onestop.cli import pass_settings
from onestop.db import Database
from onestop.installation import (
    open_database,
    prepare_data_dir,
    prepare_printing,
    refuse_plain_http,
    refuse_public_demo,
    secret_key,
)
from onestop.loading import loading
from onestop.schema import is_current
from onestop.settings import LOOPBACK, Settings, is_loopback

TARGET = "wsgi:create_app"
THREADS = 4  # in each process (docs/rules.md, rule R26)


@click.command()
@click.option("--host", help="Address to bind to. Default: 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: the port of the base URL.")
@click.option("--lan", is_flag=True, help="A demonstration for the local network, over plain http.")
@click.option("--workers", type=click.IntRange(1), help="Processes. Default: one per core.")
@click.option("--threads", type=click.IntRange(1), default=THREADS, show_default=True)
@click.option("--upgrade", is_flag=True, help="Bring the schema up to date first.")
@click.option("--demo", is_flag=True, help="Fill an empty database with the invented province.")
@click.option("--first-admin", is_flag=True, help="Make one administrator if there is nobody.")
@pass_settings
def run(
    settings: Settings,
    host: str | None,
    port: int | None,
    lan: bool,
    workers: int | None,
    threads: int,
    upgrade: bool,
    demo: bool,
    first_admin: bool,
) -> None:
    """Serve, until stopped, on 127.0.0.1:8000."""
    port = port or urlsplit(settings.base_url).port or 8000
    host = host or ("0.0.0.0" if lan else "127.0.0.1")  # noqa: S104 - asked for by --lan
    if is_loopback(settings) and not lan and host not in LOOPBACK:
        raise click.ClickException(
            f"ONESTOP_BASE_URL is {settings.base_url}, so only this machine is served and {host} "
            "is refused. Set it to the address that citizens use."
        )
    if not lan:
        refuse_plain_http(settings)
        refuse_public_demo(settings, demo=demo)
    prepare_data_dir(settings.data_dir)
    secret_key(settings)
    _refuse_a_taken_port(host, port)
    _prepare(settings, upgrade=upgrade, demo=demo, first_admin=first_admin)
    if not lan:
        _refuse_a_public_demo(settings)
    url = _tell_workers(settings, port, lan)
    _serve(host, port, workers or os.cpu_count() or 1, threads, url)


def _prepare(settings: Settings, *, upgrade: bool, demo: bool, first_admin: bool) -> None:
    """What `make demo` and `make run` want before the server, in one process: starts stay short."""
    if upgrade:
        from onestop.cli.database import bring_up_to_date

        bring_up_to_date(settings)
    _refuse_an_old_schema(settings)
    _load(settings)
    if demo:
        from onestop.cli.demo import make_demo

        make_demo(settings)
    else:
        _warn_of_a_bench(settings)
    if first_admin:
        _announce_first_administrator(settings)


def _load(settings: Settings) -> None:
    """Load all that workers need: where they are forked, none of them loads it again."""
    with loading():
        import_module("onestop.app")
        import_module("onestop.web").load()
        prepare_printing(settings)


def _warn_of_a_bench(settings: Settings) -> None:
    """Say of a database without histories what it is; `--demo` says so itself."""
    from onestop.cli.bench_only import bench_only
    from onestop.queries.demo import dossiers_without_history

    with Database(settings.database_url) as database, database.read() as session:
        if bare := dossiers_without_history(session):
            click.echo(bench_only(bare))


def _refuse_a_public_demo(settings: Settings) -> None:
    """Say it here, in words and once: workers that refuse would be started again for ever."""
    from onestop.queries.accounts import holds_demo_accounts

    with Database(settings.database_url) as database, database.read() as session:
        refuse_public_demo(settings, demo=holds_demo_accounts(session))


def _refuse_an_old_schema(settings: Settings) -> None:
    with Database(settings.database_url) as database:
        if is_current(database):
            return
    raise click.ClickException("The schema is not up to date. Run `onestop db upgrade` first.")


def _refuse_a_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} cannot be served ({error.strerror}): another program may hold it. "
                f"Stop that one, or choose another: `onestop run --port {port + 1}` "
                f"(`make demo PORT={port + 1}`)."
            ) from None


def _announce_first_administrator(settings: Settings) -> None:
    from onestop import clock
    from onestop.cli.first_start import USERNAME, make_first_administrator

    with open_database(settings) as database:
        password = make_first_administrator(database, clock.now())
    if password:
        click.echo(f"First administrator: {USERNAME}, one-time password: {password}")


def _tell_workers(settings: Settings, port: int, lan: bool) -> str:
    # The workers are new processes that read the environment like this one did.
    url = settings.base_url
    if lan:
        os.environ["ONESTOP_LAN"] = "1"
        if is_loopback(settings):
            url = f"http://{lan_address()}:{port}"
    elif is_loopback(settings):
        url = f"http://{urlsplit(url).hostname}:{port}"
    os.environ["ONESTOP_BASE_URL"] = url
    return url


def lan_address() -> str:
    """Return the address of this machine on its local network; no packet is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _serve(host: str, port: int, workers: int, threads: int, url: str) -> None:
    try:
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server
    except ImportError:
        _serve_plainly(host, port, workers * threads, url)
        return
    os.environ["ONESTOP_WORKERS"] = str(workers)
    server = Server(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: click.echo(f"onestop serves at {url} (stop: Ctrl+C)"))
    server.serve()


def _serve_plainly(host: str, port: int, threads: int, url: str) -> None:
    import waitress

    module, _, name = TARGET.partition(":")
    app = getattr(import_module(module), name)()
    click.echo(f"onestop serves at {url} (stop: Ctrl+C)")
    waitress.serve(app, host=host, port=port, threads=threads)


def register(group: click.Group) -> None:
    """Add the command to `group`."""
    group.add_command(run)
