"""Pages: one blueprint per audience, behind one gate."""

from importlib import import_module

from flask import Blueprint, Flask

BLUEPRINTS = (
    "assets",
    "health",
    "auth",
    "account",
    "admin",
    "calendar_changes",
    "public",
    "calculator",
    "reception",
    "documents",
    "casework",
    "staff",
    "absences",
    "notices",
    "dossiers",
    "piles",
    "corrections",
    "oversight",
    "oversight_papers",
    "jobs",
    "books",
)
"""Modules of this package that hold a blueprint `bp`."""


def load() -> list[Blueprint]:
    """Import the pages of every audience."""
    return [import_module(f"onestop.web.{name}").bp for name in BLUEPRINTS]


def register(app: Flask) -> None:
    """Add the pages of every audience to the application."""
    for blueprint in load():
        app.register_blueprint(blueprint)
