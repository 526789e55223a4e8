"""Anchors as text: what is hashed is what stands in the file, line by line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from onestop.domain.chain import HASH_BYTES
from onestop.domain.merkle import MerkleTree

FIRST_LINE: Final = "onestop anchor 1"
PRINTED_DIGITS: Final = 16
"""How many hexadecimal digits of a hash stand on paper."""
_FIELDS: Final = ("anchor", "at", "previous", "dossiers", "events", "root", "hash")
_LONGEST_LINE: Final = 300
_HEAD = re.compile(r"(\S{1,60}) ([1-9][0-9]{0,8}) ([0-9a-f]{64})")


class NotAnAnchor(Exception):
    """A file is not an anchor, or is not whole; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """Where a dossier stood: its code, the version of its last event and that event's hash."""

    code: str
    version: int
    hash: bytes

    def line(self) -> str:
        """Return the leaf as it is hashed and written."""
        return f"{self.code} {self.version} {self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class AnchorSeal:
    """An anchor without its heads: what its hash is made of.

    number    1, 2, 3, ... without a gap.
    at        aware, whole seconds.
    previous  hash of the anchor before; 32 zero bytes for the first.
    events    how many events stand below the heads.
    root      Merkle root of the heads' lines.
    """

    number: int
    at: datetime
    previous: bytes
    dossiers: int
    events: int
    root: bytes

    def lines(self) -> list[str]:
        """Return the lines that are hashed."""
        return [
            FIRST_LINE,
            f"anchor {self.number}",
            f"at {self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            f"previous {self.previous.hex()}",
            f"dossiers {self.dossiers}",
            f"events {self.events}",
            f"root {self.root.hex()}",
        ]

    def hash(self) -> bytes:
        """Return the 32 bytes that bind the anchor and, by `previous`, every anchor before it."""
        return sha256("".join(f"{line}\n" for line in self.lines()).encode()).digest()


class HeadTally:
    """Root and sums over heads that arrive one by one."""

    def __init__(self) -> None:
        self._tree = MerkleTree()
        self.events = 0

    def add(self, head: AnchoredHead) -> None:
        """Count one head."""
        self._tree.add(head.line().encode())
        self.events += head.version

    def agrees(self, seal: AnchorSeal) -> bool:
        """Say whether these are the heads the anchor was made of."""
        return self.sums() == (seal.dossiers, seal.events, seal.root)

    def sums(self) -> tuple[int, int, bytes]:
        """Return how many dossiers, how many events below them, and the root."""
        return self._tree.length, self.events, self._tree.root()


def anchor_lines(seal: AnchorSeal, heads: Iterable[AnchoredHead]) -> Iterator[str]:
    """Yield the lines of the file of an anchor, each with its end."""
    yield from (f"{line}\n" for line in (*seal.lines(), f"hash {seal.hash().hex()}", ""))
    yield from (f"{head.line()}\n" for head in heads)


def read_seal(lines: Iterator[str]) -> AnchorSeal:
    """Return the seal at the beginning of a file, its hash checked; the heads are left unread.

    Raises NotAnAnchor.
    """
    found = [_line(lines, n) for n in range(1, 10)]
    said = dict(line.split(" ", 1) for line in found[1:8] if " " in line)
    if found[0] != FIRST_LINE or tuple(said) != _FIELDS or found[8]:
        raise NotAnAnchor(1, "not the beginning of an anchor")
    try:
        seal = AnchorSeal(
            number=int(said["anchor"]),
            at=datetime.strptime(said["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
            previous=_digest(said["previous"]),
            dossiers=int(said["dossiers"]),
            events=int(said["events"]),
            root=_digest(said["root"]),
        )
    except ValueError as error:
        raise NotAnAnchor(1, "a value cannot be read") from error
    if found[:7] != seal.lines() or seal.hash().hex() != said["hash"]:
        raise NotAnAnchor(8, "the hash is not that of the lines above")
    return seal


def read_heads(lines: Iterator[str], seal: AnchorSeal) -> Iterator[AnchoredHead]:
    """Yield the heads of a file after its seal was read; raise NotAnAnchor unless all are there.

    The answer is complete only when the iterator has come to its end.
    """
    tally = HeadTally()
    for n in range(seal.dossiers):
        match = _HEAD.fullmatch(_line(lines, n + 10))
        if match is None:
            raise NotAnAnchor(n + 10, "not a head of a dossier")
        head = AnchoredHead(match[1], int(match[2]), bytes.fromhex(match[3]))
        tally.add(head)
        yield head
    if next(lines, None) is not None or not tally.agrees(seal):
        raise NotAnAnchor(seal.dossiers + 10, "the heads are not those the anchor was made of")


def _line(lines: Iterator[str], n: int) -> str:
    line = next(lines, None)
    if line is None:
        raise NotAnAnchor(n, "the file ends here")
    if len(line) > _LONGEST_LINE:
        raise NotAnAnchor(n, "the line is too long")
    return line.rstrip("\r\n")


def _digest(text: str) -> bytes:
    digest = bytes.fromhex(text)
    if len(digest) != HASH_BYTES:
        raise ValueError("not 32 bytes")
    return digest
