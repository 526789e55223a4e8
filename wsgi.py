"""Where settings and package meet: the console script, and the application for servers."""

import os
from typing import TYPE_CHECKING, Any

from config import Config

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """Return the application with the settings of the environment."""
    from onestop.loading import loading

    with loading():
        from onestop.app import create_app as create
        from onestop.cli import make_group

        settings = Config.from_environment()
        app = create(settings)
    app.extensions["onestop_settings"] = settings
    app.cli = make_group()  # any click group serves `flask --app wsgi`
    return app


def __getattr__(name: str) -> Any:
    # `wsgi:app` for servers that know no factories; made when asked for, because the console
    # script imports this module for every command.
    if name == "app":
        app = globals()["app"] = create_app()
        return app
    raise AttributeError(name)


def main() -> None:
    """Run the console script `onestop`."""
    from onestop.cli import make_group

    # Database, its log, files of jobs: nobody but the owner reads what a command makes.
    os.umask(0o077)
    try:
        settings = Config.from_environment()
    except ValueError as error:
        raise SystemExit(f"Error: {error}") from None
    make_group().main(prog_name="onestop", obj=settings)
