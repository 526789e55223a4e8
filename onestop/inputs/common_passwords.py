"""The passwords that guessers try first, from a file that people can read and lengthen."""

from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "data" / "common-passwords.txt"


@lru_cache
def common_passwords(path: Path = FILE) -> frozenset[str]:
    """Return the entries in lower case; blank lines and lines with # at the start do not count."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(
        line.strip().casefold() for line in lines if line.strip() and not line.startswith("#")
    )
