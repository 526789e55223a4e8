"""English is complete: nothing missing, nothing doubtful, nothing that no screen shows."""

import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "onestop" / "translations" / "en" / "LC_MESSAGES" / "messages.po"

PLACE = re.compile(r"%\((\w+)\)s|%[sd]")


@cache
def shown() -> set[str]:
    """The Vietnamese texts that stand in the code and the templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = set()
    for _file, _line, text, _comments, _context in extract_from_dir(ROOT, methods, options):
        found.add(text if isinstance(text, str) else text[0])
    return found


@cache
def english() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def translated() -> list[Message]:
    return [message for message in english() if message.id]


def first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_text_of_a_screen_has_an_english_one() -> None:
    complete = {first(message) for message in translated() if all(forms(message))}

    assert sorted(shown() - complete) == []


def test_no_english_text_is_left_over_or_doubtful() -> None:
    assert sorted({first(message) for message in translated()} - shown()) == []
    assert [first(message) for message in translated() if message.fuzzy] == []


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    for message in translated():
        wanted = sorted(PLACE.findall(first(message)))
        for form in filter(None, forms(message)):
            assert sorted(PLACE.findall(form)) == wanted, first(message)
