"""The cells of the first sheet of an Excel workbook, as text; nothing is evaluated or looked up."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from onestop.domain.errors import DomainError

MAX_BYTES = 8_000_000
"""Largest unpacked part that is read: a table of processes has a hundredth of it."""

Cells = list[list[str]]
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_COLUMNS = 200
_MOST_ROWS = 20_000


class BadWorkbook(DomainError):
    """A file that is no workbook we read. Codes: not_a_workbook, too_large, no_sheet."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{name}: {code}")
        self.code, self.name = code, name


def read_cells(path: Path) -> Cells:
    """Rows of the first sheet, empty cells as "", dates as the numbers Excel keeps.

    Raises BadWorkbook, and OSError when the file cannot be opened.
    """
    try:
        with zipfile.ZipFile(path) as book:
            names = book.namelist()
            sheet = min((n for n in names if n.startswith("xl/worksheets/sheet")), default=None)
            if sheet is None:
                raise BadWorkbook("no_sheet", path.name)
            shared: list[str] = []
            if "xl/sharedStrings.xml" in names:
                shared = _Strings().read(_part(book, "xl/sharedStrings.xml", path.name))
            return _Sheet(shared).read(_part(book, sheet, path.name))
    except (zipfile.BadZipFile, expat.ExpatError, ValueError, LookupError):
        raise BadWorkbook("not_a_workbook", path.name) from None


def cell_name(row: int, column: int) -> str:
    """The name people know a cell by, counted from 0: "D7"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _part(book: zipfile.ZipFile, name: str, file: str) -> bytes:
    with book.open(name) as part:
        data = part.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadWorkbook("too_large", file)
    return data


class _Reader:
    """Walks one part; a document type, the door of every XML attack, is refused."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def _parse(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = lambda name, attributes: self.start(_local(name), attributes)
        parser.EndElementHandler = lambda name: self.end(_local(name))
        parser.CharacterDataHandler = self.text.append
        parser.Parse(data, True)

    def _refuse(self, *_: object) -> None:
        raise ValueError("a document type")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""


class _Strings(_Reader):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.runs: list[str] = []

    def read(self, data: bytes) -> list[str]:
        self._parse(data)
        return self.strings

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.runs = []
        self.text.clear()

    def end(self, name: str) -> None:
        if name == "t":
            self.runs.append("".join(self.text))
        elif name == "si":
            self.strings.append("".join(self.runs))
        self.text.clear()


class _Sheet(_Reader):
    """Rows and cells of one sheet."""

    def __init__(self, shared: list[str]) -> None:
        super().__init__()
        self.shared = shared
        self.rows: dict[int, dict[int, str]] = {}
        self.place = (0, 0)
        self.kind = ""

    def read(self, data: bytes) -> Cells:
        self._parse(data)
        return list(self._filled())

    def _filled(self) -> Iterator[list[str]]:
        width = 1 + max((column for row in self.rows.values() for column in row), default=-1)
        for number in range(1 + max(self.rows, default=-1)):
            row = self.rows.get(number, {})
            yield [row.get(column, "") for column in range(width)]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.place = _place(attributes["r"])
            self.kind = attributes.get("t", "n")
        if name in ("v", "t"):
            self.text.clear()

    def end(self, name: str) -> None:
        if name == "v" or (name == "t" and self.kind == "inlineStr"):
            value = "".join(self.text)
            row, column = self.place
            shown = self.shared[int(value)] if self.kind == "s" else value
            self.rows.setdefault(row, {})[column] = shown.strip()


def _place(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError("no cell reference")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    if row > _MOST_ROWS or column > _MOST_COLUMNS:
        raise ValueError("a cell too far out")
    return row - 1, column - 1


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]
