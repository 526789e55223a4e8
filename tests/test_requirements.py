"""The pinned requirements name no host, carry hashes, and cover what pyproject.toml asks for."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [ROOT / f"requirements{part}.txt" for part in ("", "-dev", "-bench")]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.MULTILINE)


def names(path: Path) -> set[str]:
    return {name for name, _ in PIN.findall(path.read_text(encoding="utf-8"))}


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=;~! ]", line, maxsplit=1)[0].lower() for line in requirements}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("word", ["://", "--index-url", "--extra-index-url", "--find-links"])
def test_no_host_is_named(path: Path, word: str) -> None:
    assert word not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_pin_has_a_hash(path: Path) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_what_is_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert wanted(project["dependencies"]) <= names(FILES[0])
    assert wanted(project["optional-dependencies"]["dev"]) <= names(FILES[1])
    assert wanted(project["optional-dependencies"]["bench"]) <= names(FILES[2])


@pytest.mark.parametrize("larger", [1, 2])
def test_what_is_developed_and_measured_with_is_what_is_served_with(larger: int) -> None:
    served = dict(PIN.findall(FILES[larger - 1].read_text(encoding="utf-8")))
    developed = dict(PIN.findall(FILES[larger].read_text(encoding="utf-8")))

    assert {name: developed.get(name) for name in served} == served


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml"])
def test_files_that_record_hosts_are_not_tracked(name: str) -> None:
    found = subprocess.run(  # noqa: S603
        ["git", "ls-files", name],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout == ""
