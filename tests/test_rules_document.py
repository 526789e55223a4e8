"""docs/rules.md and the code name the same rules: no number is dangling, no rule is forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
FOLDERS = ("onestop", "templates", "static/js", "migrations", "tests", "tools", "bench")
SUFFIXES = {".py", ".html", ".js"}

NUMBER = r"[RFPDW]\d+"
LIST = rf"{NUMBER}(?:(?:, | and ){NUMBER})*"
# "docs/rules.md, rules R1 and R2", "rule R8", "docs/rules.md, R29", "(R15)"; (F8) is a key.
CITED = re.compile(rf"(?:docs/rules\.md, (?:rules? |quy tắc )?|\brules? |\((?!F))({LIST})\b")
HEADING = re.compile(rf"^### ({NUMBER}) ", re.MULTILINE)
HEADINGS = HEADING.findall(RULES)

# Rules of building the product; docs/rules.md sends the reader to CONTRIBUTING.md.
ELSEWHERE = {"R25", "R30", "R32"}

# Rules that no single place in the code could name.
UNNAMED = {
    "P7": "about every document at once: tests/documents compares bytes between processes",
    "R34": "the addresses are the routes themselves; tests/web/test_endpoints.py walks them",
}


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (p for p in (ROOT / folder).rglob("*") if p.suffix in SUFFIXES)


def cited_in(text: str) -> set[str]:
    """The rule numbers a file names, also where a line ends between them."""
    joined = re.sub(r"\s*\n\s*(?:#:? |// |\* )?", " ", text)
    return {n for found in CITED.findall(joined) for n in re.findall(NUMBER, found)}


def citations() -> dict[str, set[str]]:
    found = {p: cited_in(p.read_text(encoding="utf-8")) for p in sources() if p != Path(__file__)}
    return {p.relative_to(ROOT).as_posix(): numbers for p, numbers in found.items() if numbers}


CITATIONS = citations()


def test_a_citation_is_found_across_the_end_of_a_line() -> None:
    assert cited_in('"""Source: docs/rules.md,\n    rules R1,\n    R2 and D8."""') == {
        "R1",
        "R2",
        "D8",
    }
    assert cited_in("# kept apart (R15)\n// docs/rules.md, R29") == {"R15", "R29"}
    assert cited_in("the key R9 of a rule of thumb") == set()


def test_no_rule_has_two_headings() -> None:
    assert sorted(HEADINGS) == sorted(set(HEADINGS))


def test_every_rule_that_code_names_stands_in_the_document() -> None:
    known = {*HEADINGS, *ELSEWHERE}

    assert {path: named - known for path, named in CITATIONS.items() if named - known} == {}


def test_every_rule_of_the_document_is_named_by_the_code_or_excused() -> None:
    named = set().union(*CITATIONS.values())

    assert set(HEADINGS) - named - set(UNNAMED) == set()


def test_rules_that_stand_elsewhere_are_said_to() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert all(number in RULES and number in guide for number in ELSEWHERE)
