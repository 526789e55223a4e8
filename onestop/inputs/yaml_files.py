"""Reading YAML files that people write: plain values, and the line on which each of them stands."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from onestop.domain.errors import DomainError

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: Mapping[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}

Key = str | int
FieldPath = tuple[Key, ...]


class BadYaml(DomainError):
    """A file that cannot be read. `code` says why, `line` counts from 1, `value` is the offender.

    Codes: too_long, not_text, syntax, alias, tag, merge, duplicate_key, bad_key, too_deep, empty,
    several_documents.
    """

    def __init__(self, code: str, *, name: str, line: int = 1, value: str = "") -> None:
        super().__init__(f"{name} line {line}: {code} {value!r}")
        self.code, self.name, self.line, self.value = code, name, line, value


@dataclass(frozen=True, slots=True)
class LocatedValue:
    """What a file says (`value`: dict, list, str, int, bool, None) and where it says it.

    `lines` has an entry for every value, keyed by its path: ("steps", 2, "limit"). The line of a
    mapping entry is the line of its key.
    """

    value: Any
    name: str
    lines: Mapping[FieldPath, int]

    def line(self, path: FieldPath) -> int:
        """Return the line of `path`, or of its nearest ancestor when the field is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: FieldPath) -> str:
        """Return "file.yaml line 14", the place a problem report begins with."""
        return f"{self.name} line {self.line(path)}"


def read_yaml(path: Path) -> LocatedValue:
    """Return what the file at `path` says. Raises BadYaml, and OSError when it cannot be opened."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadYaml("too_long", name=path.name, value=str(MAX_BYTES))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadYaml("not_text", name=path.name, line=line) from None
    return load_yaml(text, name=path.name)


def load_yaml(text: str, *, name: str) -> LocatedValue:
    """Return what `text` says. Raises BadYaml.

    Only `true`, `false`, `null` and whole decimal numbers without leading zeros are more than
    text: 07:30, 2026-02-17, 0.25 and 01 stay strings (YAML 1.1 would make 13:30 the number 810).
    Text is brought to NFC. Aliases, tags, merge keys and repeated keys are refused.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise BadYaml("too_long", name=name, value=str(MAX_BYTES))
    return _Reader(text, name).document()


class _Reader:
    """Builds the value from parser events: no object is constructed from a tag."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.events = self._parsed(text)
        self.lines: dict[FieldPath, int] = {}

    def _parsed(self, text: str) -> Iterator[Any]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            yield from yaml.parse(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise BadYaml("syntax", name=self.name, line=line) from None
        except (yaml.YAMLError, UnicodeEncodeError):
            raise BadYaml("not_text", name=self.name) from None

    def document(self) -> LocatedValue:
        next(self.events)  # stream start
        if not isinstance(next(self.events), yaml.DocumentStartEvent):
            raise BadYaml("empty", name=self.name)
        value = self._value(next(self.events), ())
        next(self.events)  # document end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refusal("several_documents", after)
        return LocatedValue(value, self.name, self.lines)

    def _refusal(self, code: str, event: Any, value: str | None = None) -> BadYaml:
        return BadYaml(
            code, name=self.name, line=event.start_mark.line + 1, value=(value or "")[:80]
        )

    def _value(self, event: Any, path: FieldPath) -> Any:
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal("alias", event, event.anchor)
        if event.tag is not None:
            raise self._refusal("tag", event, event.tag)
        if len(path) > MAX_DEPTH:
            raise self._refusal("too_deep", event)
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: FieldPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: FieldPath) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in entries:
                raise self._refusal("duplicate_key", event, key)
            self.lines[(*path, key)] = event.start_mark.line + 1
            entries[key] = self._value(next(self.events), (*path, key))
        return entries

    def _key(self, event: Any) -> str:
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal("alias", event, event.anchor)
        if not isinstance(event, yaml.ScalarEvent) or event.tag is not None:
            raise self._refusal("bad_key", event)
        if event.value == "<<":
            raise self._refusal("merge", event)
        return unicodedata.normalize("NFC", event.value)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    text = unicodedata.normalize("NFC", event.value)
    if not event.implicit[0]:  # quoted or block text is text
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
