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


@pytest.mark.parametrize("name", NAMES)
def test_every_imported_macro_is_used(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    tree = parser().parse(source)
    for node in tree.find_all(nodes.FromImport):
        for imported in node.names:
            called = imported[1] if isinstance(imported, tuple) else imported
            assert len(re.findall(rf"\b{called}\b", source)) > 1, called


@pytest.mark.parametrize("name", NAMES)
def test_every_template_it_names_is_there(name: str) -> None:
    tree = parser().parse((TEMPLATES / name).read_text(encoding="utf-8"))

    for other in meta.find_referenced_templates(tree):
        assert other is None or (TEMPLATES / other).is_file(), other


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_let_through_unescaped(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe\b|autoescape\s+false", source)


def parser() -> Environment:
    return Environment(  # noqa: S701 - parses only, nothing is rendered
        loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"]
    )
