"""QR symbols as vector paths: version and mask fixed per link prefix, one table look-up each."""

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Final

from qrcode import constants
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, QRData

TOKEN_LENGTH: Final = 26
QUIET_ZONE: Final = 4
"""Width of the white border in modules; it belongs to the side of a drawn symbol."""
SMALLEST_MODULE: Final = 72 / 25.4 / 2
"""Half a millimetre in points: below it a grey copy or a fold makes a symbol unreadable."""
# Any mask scans as well as the "best" one, and choosing it takes nine tenths of an encoder's time.
_MASK = 3
_PAIR_BITS = 11
_HALF = 6
_CHUNK = 6
_DARK_RUNS = re.compile("1+")
_VALUE = {chr(char): value for value, char in enumerate(ALPHA_NUM)}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol: `modules` per side without quiet zone, `rows` as bits, leftmost highest."""

    modules: int
    rows: tuple[int, ...]

    def smallest_side(self) -> float:
        """Return the least side in points, quiet zone inside, with modules of half a millimetre."""
        return (self.modules + 2 * QUIET_ZONE) * SMALLEST_MODULE

    def path(self, x: float, y: float, side: float) -> str:
        """Return PDF operators that fill the symbol in the square (x, y, side), points.

        (x, y) is the lower left corner; the quiet zone lies inside.
        """
        unit = side / (self.modules + 2 * QUIET_ZONE)
        top = self.modules + QUIET_ZONE - 1
        # Rows in pieces of six modules: few enough kinds that every piece is written once only.
        columns = [
            (max(self.modules - at - _CHUNK, 0), min(_CHUNK, self.modules - at), at + QUIET_ZONE)
            for at in range(0, self.modules, _CHUNK)
        ]
        boxes = [
            _boxes(row >> shift & ((1 << width) - 1), width, left, top - n)
            for n, row in enumerate(self.rows)
            for shift, width, left in columns
        ]
        return f"q {unit:.4f} 0 0 {unit:.4f} {x:.2f} {y:.2f} cm\n{''.join(boxes)}f Q"


@cache
def _boxes(bits: int, width: int, left: int, y: int) -> str:
    """Return the operators for the dark modules of one piece of a row."""
    return "".join(
        f"{left + run.start()} {y} {run.end() - run.start()} 1 re\n"
        for run in _DARK_RUNS.finditer(f"{bits:0{width}b}")
    )


class QrSpec:
    """Symbols for one link prefix followed by a token of 26 upper-case letters and digits.

    With version, level (M), mask and lengths fixed, a symbol is an affine function over GF(2) of
    the payload bits: one symbol for "all zero" and one difference per bit give all the others.
    The 143 differences are made by `qrcode` when the first symbol is asked for (about 0.1 s).
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.version = _version_for(prefix)
        self.modules = 17 + 4 * self.version

    def symbol(self, token: str) -> Symbol:
        """Return the symbol of prefix + token. Raises ValueError for another kind of token."""
        if len(token) != TOKEN_LENGTH or not _VALUE.keys() >= set(token):
            raise ValueError("not a token of a status link")
        bits, pairs = self._table
        for at, (low, high) in zip(range(0, TOKEN_LENGTH, 2), pairs, strict=True):
            value = _VALUE[token[at]] * 45 + _VALUE[token[at + 1]]
            bits ^= low[value & ((1 << _HALF) - 1)] ^ high[value >> _HALF]
        return Symbol(self.modules, _rows(bits, self.modules))

    @cached_property
    def _table(self) -> tuple[int, list[tuple[list[int], list[int]]]]:
        blank = "0" * TOKEN_LENGTH
        origin = self._encode(blank)
        pairs = []
        for at in range(0, TOKEN_LENGTH, 2):
            bits = [
                self._encode(blank[:at] + _pair(1 << bit) + blank[at + 2 :]) ^ origin
                for bit in range(_PAIR_BITS)
            ]
            pairs.append((_sums(bits[:_HALF]), _sums(bits[_HALF:])))
        return origin, pairs

    def _encode(self, token: str) -> int:
        return _bits(_code(self.prefix, token, self.version))


@lru_cache(maxsize=16)
def qr_spec(prefix: str) -> QrSpec:
    """Return the spec of a link prefix such as "https://motcua.example.vn/s/", made once."""
    return QrSpec(prefix)


def symbol_of(text: str) -> Symbol:
    """Return the symbol of any text: by table for status links, else by the plain encoder."""
    prefix, token = text[:-TOKEN_LENGTH], text[-TOKEN_LENGTH:]
    if prefix.endswith("/s/") and _VALUE.keys() >= set(token):
        return qr_spec(prefix).symbol(token)
    code: QRCode[Any] = QRCode(error_correction=constants.ERROR_CORRECT_M, mask_pattern=_MASK)
    code.add_data(text)
    code.make(fit=True)
    return Symbol(len(code.modules), _rows(_bits(code), len(code.modules)))


def _version_for(prefix: str) -> int:
    return int(_code(prefix, "0" * TOKEN_LENGTH, None).version)


def _code(prefix: str, token: str, version: int | None) -> QRCode[Any]:
    code: QRCode[Any] = QRCode(version, constants.ERROR_CORRECT_M, mask_pattern=_MASK)
    code.add_data(QRData(prefix.encode(), mode=4))
    # The token as letters and digits (mode 2) takes 143 bits instead of 208 as bytes (mode 4):
    # often one version smaller.
    code.add_data(QRData(token.encode(), mode=2))
    code.make(fit=version is None)
    return code


def _bits(code: QRCode[Any]) -> int:
    return int("".join("1" if dark else "0" for row in code.modules for dark in row), 2)


def _pair(value: int) -> str:
    return chr(ALPHA_NUM[value // 45]) + chr(ALPHA_NUM[value % 45])


def _sums(differences: list[int]) -> list[int]:
    """Return the sum over GF(2) of every selection of `differences`, by the selection's bits."""
    sums = [0]
    for difference in differences:
        sums += [known ^ difference for known in sums]
    return sums


def _rows(bits: int, size: int) -> tuple[int, ...]:
    row = (1 << size) - 1
    return tuple(bits >> size * n & row for n in range(size - 1, -1, -1))
