"""Every module is parsed: who imports whom, how files are called, what only one place may do."""

import ast
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

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
        {"reportlab", "rl_accel", "qrcode", "fontpkg", "xlsxwriter"},
        {"domain", "queries", "documents"},
    ),
    "inputs": ({"pydantic", "pydantic_core", "yaml", "phonenumbers"}, {"domain", "inputs"}),
    # Edges without a door of their own: pages, jobs and commands make papers; `onestop demo`.
    "issuing": ({*SQL}, {"domain", "inputs", "queries", "services", "documents", "issuing"}),
    "demo": ({*SQL}, {"domain", "inputs", "queries", "services", "documents", "issuing", "demo"}),
}
EDGES = ("web", "api", "cli", "jobs")
# Commands about another part of the house: one writes migrations, one lists what pages declare,
# the others run what a job does.
ALSO = {
    "cli/anchor.py": {"jobs"},
    "cli/calendar_add.py": {"jobs"},
    "cli/revisions.py": {"models"},
    "cli/routes.py": {"web"},
    "cli/sweep.py": {"jobs"},
    "cli/jobs.py": {"jobs"},
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "misc", "manager"}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The full names that a module imports at run time, at any depth of the file."""
    found = set()
    for node in walk_run_time(tree_of(path)):
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


def problems(
    found_in: Callable[[Path], Iterable[object]], paths: Iterable[Path] = MODULES
) -> dict[str, list[str]]:
    """What is wrong, by file: one walk over all of them tells everything at once."""
    found = {path: sorted(map(str, found_in(path))) for path in paths}
    return {path.relative_to(ROOT).as_posix(): wrong for path, wrong in found.items() if wrong}


def test_the_walk_reaches_every_layer() -> None:
    assert {layer_of(path) for path in MODULES} >= {*MAY_IMPORT, "web", "cli"}


def test_imports_only_go_down() -> None:
    assert problems(imports_upwards) == {}


def imports_upwards(path: Path) -> set[str]:
    """What the module imports and its layer may not."""
    names = imported(path)
    layer = layer_of(path)
    wrong: set[str] = set()
    if layer in MAY_IMPORT:
        packages, layers = MAY_IMPORT[layer]
        wrong = (theirs(names) - packages) | (ours(names) - layers)
    elif layer in EDGES:
        others = {*EDGES, "models"} - {layer} - ALSO.get(relative(path), set())
        wrong = ours(names) & others
    if relative(path) != "__main__.py":
        wrong |= {"config", "wsgi"} & theirs(names)
    return wrong


def test_every_module_says_in_a_sentence_what_lives_in_it() -> None:
    def without_sentence(path: Path) -> list[str]:
        text = ast.get_docstring(tree_of(path)) or ""
        return [] if text.split("\n\n")[0].endswith(".") else [text or "nothing"]

    assert problems(without_sentence) == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert problems(lambda path: FORBIDDEN_NAMES & {path.stem}, [*MODULES, *TESTS]) == {}


def test_only_the_clock_reads_the_system_clock() -> None:
    clocks = {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    readers = problems(lambda path: clocks & calls(path))

    assert set(readers) == {"onestop/clock.py"}, readers


def test_only_one_module_commits() -> None:
    committers = problems(
        lambda path: {name for name in calls(path) if name.endswith((".commit", ".rollback"))}
    )

    assert set(committers) == {"onestop/db.py"}, committers


def test_the_package_reads_no_environment() -> None:
    readers = {"os.getenv", "os.environ.get", "os.environ.pop"}

    assert problems(lambda path: readers & calls(path)) == {}


@cache
def calls(path: Path) -> set[str]:
    """The dotted names that are called anywhere in the module."""
    return {ast.unparse(n.func) for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)}


def test_the_package_itself_imports_nothing() -> None:
    assert imported(PACKAGE / "__init__.py") == set()
