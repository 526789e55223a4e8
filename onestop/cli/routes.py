"""`onestop routes`: every URL, its methods, and who may use it."""

import json
from typing import TYPE_CHECKING

import click

from onestop.cli import pass_settings
from onestop.settings import Settings

if TYPE_CHECKING:
    from onestop.web.endpoints import DeclaredRoute


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_settings
def routes(settings: Settings, as_json: bool) -> None:
    """List every URL with its methods, audience and right."""
    from onestop.app import create_app
    from onestop.web.endpoints import declared_routes

    found = list(declared_routes(create_app(settings)))
    if as_json:
        click.echo(json.dumps([_as_json(route) for route in found], indent=2))
        return
    for route in found:
        said = route.declaration
        right = said.right or "-"
        click.echo(f"{','.join(route.methods):<9} {route.url:<48} {said.audience:<7} {right}")


def _as_json(route: "DeclaredRoute") -> dict[str, object]:
    said = route.declaration
    return {
        "url": route.url,
        "methods": route.methods,
        "endpoint": route.endpoint,
        "audience": said.audience,
        "right": said.right,
        "reads_personal": said.reads_personal,
        "csrf": said.csrf,
    }


def register(group: click.Group) -> None:
    """Add the command to `group`."""
    group.add_command(routes)
