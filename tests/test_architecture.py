"""Every module is parsed: who imports whom, how files are called, what only one place may do."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "onestop"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

SQL = {"sqlalchemy"}
# Layer -> the packages of others and the layers of ours that it may import directly.
MAY_IMPORT: dict[str, tuple[set[str], set[str]]] = {
    "domain": (set(), {"domain"}),
    # Sealing is a column type; the cipher it needs belongs to the table, not to a rule.
    "models": ({*SQL, "cryptography"}, {"domain", "models"}),
    "queries": ({*SQL}, {"domain", "models", "queries"}),
    "services": ({*SQL, "argon2", "pyotp", "cryptography"}, {"domain", "models", "services"}),
    "documents": (
        {"reportlab", "rl_accel", "qrcode", "fontpkg"},
        {"domain", "queries", "documents"},
    ),
    "inputs": ({"pydantic", "pydantic_core", "yaml", "phonenumbers"}, {"domain", "inputs"}),
    # An edge without a door of its own: `onestop demo` calls it.
    "demo": ({*SQL}, {"domain", "inputs", "queries", "services", "documents", "demo"}),
}
EDGES = ("web", "api", "cli", "jobs")
# Commands about another part of the house: one writes migrations, one lists what pages declare.
ALSO = {"cli/revisions.py": {"models"}, "cli/routes.py": {"web"}}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "misc", "manager"}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The full names that a module imports at run time, at any depth of the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in walk_run_time(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides the layer"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def walk_run_time(node: ast.AST) -> list[ast.AST]:
    """Every node but those under `if TYPE_CHECKING:`, which never runs."""
    if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
        return []
    inner = [found for child in ast.iter_child_nodes(node) for found in walk_run_time(child)]
    return [node, *inner]


def ours(names: set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("onestop.")}


def theirs(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"onestop"}


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_only_go_down(path: Path) -> None:
    names = imported(path)
    layer = layer_of(path)

    if layer in MAY_IMPORT:
        packages, layers = MAY_IMPORT[layer]
        assert theirs(names) <= packages
        assert ours(names) <= layers
    elif layer in EDGES:
        others = {*EDGES, "models"} - {layer} - ALSO.get(relative(path), set())
        assert not ours(names) & others
    if relative(path) != "__main__.py":
        assert not {"config", "wsgi"} & theirs(names)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_every_module_says_in_a_sentence_what_lives_in_it(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert text
    assert text.split("\n\n")[0].endswith(".")


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: path.name)
def test_no_module_has_a_name_that_says_nothing(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_the_clock_reads_the_system_clock(path: Path) -> None:
    called = calls(path)

    if relative(path) != "clock.py":
        assert not called & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_one_module_commits(path: Path) -> None:
    if relative(path) not in {"db.py"}:
        assert not {name for name in calls(path) if name.endswith((".commit", ".rollback"))}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_the_package_reads_no_environment(path: Path) -> None:
    assert not {"os.getenv", "os.environ.get", "os.environ.pop"} & calls(path)


def calls(path: Path) -> set[str]:
    """The dotted names that are called anywhere in the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_the_package_itself_imports_nothing() -> None:
    assert imported(PACKAGE / "__init__.py") == set()
