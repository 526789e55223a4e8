"""The commands: `onestop NAME`, each loaded only when it is called."""

from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import Any

import click

from onestop.loading import loading
from onestop.settings import Settings

# Name of the command -> module of this package whose `register(group)` adds it.
COMMANDS = {
    "agencies": "catalogue",
    "anchor": "anchor",
    "book": "books",
    "calendar": "calendar",
    "db": "database",
    "demo": "demo",
    "document": "documents",
    "jobs": "jobs",
    "procedures": "catalogue",
    "routes": "routes",
    "run": "serve",
    "sweep": "sweep",
    "user": "users",
    "verify": "verification",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for.

    The web framework, the PDF library and the models take longer to import than most commands run.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            with loading():
                import_module(f"onestop.cli.{COMMANDS[cmd_name]}").register(self)
        return self.commands.get(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with the installation is said in words, exit code 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from onestop.cli.refusals import sentence_for

            if sentence := sentence_for(error):
                raise click.ClickException(sentence) from error
            raise


def make_group() -> LazyGroup:
    """Return the group of all commands; its context object is the settings."""
    return LazyGroup("onestop", help="One-stop desks: dossiers, promises, receipts.")


def pass_settings(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the settings as its first argument."""

    @click.pass_context
    def with_settings(context: click.Context, *args: Any, **options: Any) -> Any:
        return context.invoke(function, settings_of(context), *args, **options)

    return update_wrapper(with_settings, function)


def settings_of(context: click.Context) -> Settings:
    """Return the settings, whether called as `onestop ...` or as `flask --app wsgi ...`."""
    found = context.find_root().obj
    if hasattr(found, "load_app"):
        found = found.load_app().extensions["onestop_settings"]
    settings: Settings = found
    return settings
