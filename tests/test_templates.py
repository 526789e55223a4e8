"""Every template is walked: it compiles, and uses what it imports."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, meta, nodes

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


@pytest.fixture
def environment(app: Flask) -> Environment:
    return app.jinja_env


@pytest.mark.only_sqlite
def test_every_template_compiles(environment: Environment) -> None:
    for name in NAMES:
        environment.get_template(name)


def test_every_imported_macro_is_used() -> None:
    assert [(name, macro) for name in NAMES for macro in unused_macros(name)] == []


def unused_macros(name: str) -> list[str]:
    text = source(name)
    imported = [
        macro[1] if isinstance(macro, tuple) else macro
        for node in parser().parse(text).find_all(nodes.FromImport)
        for macro in node.names
    ]
    return [macro for macro in imported if len(re.findall(rf"\b{macro}\b", text)) <= 1]


def test_every_template_it_names_is_there() -> None:
    named = [
        (name, other)
        for name in NAMES
        for other in meta.find_referenced_templates(parser().parse(source(name)))
    ]

    assert named
    assert [(name, other) for name, other in named if other and other not in NAMES] == []


def test_no_text_is_let_through_unescaped() -> None:
    loose = re.compile(r"\|\s*safe\b|autoescape\s+false")

    assert [name for name in NAMES if loose.search(source(name))] == []


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def parser() -> Environment:
    return Environment(  # noqa: S701 - parses only, nothing is rendered
        loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"]
    )
