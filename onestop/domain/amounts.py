"""Exact amounts of working time, in open minutes or in working days; the two never mix."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Self

_AMOUNT = re.compile(r"([0-9]{1,30})(?:/([1-9][0-9]{0,29}))? (minutes|days)")


class Scale(StrEnum):
    """What an amount of working time is counted in; nothing converts one into the other."""

    MINUTES = "minutes"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount of working time, never negative. Source: docs/rules.md, rule R1."""

    scale: Scale
    value: Fraction

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(f"an amount of working time is not negative: {self.value}")

    @classmethod
    def zero(cls, scale: Scale) -> Self:
        return cls(scale, Fraction(0))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the amount that `to_text` wrote. Raises ValueError."""
        match = _AMOUNT.fullmatch(text)
        if match is None:
            raise ValueError(f"not an amount of working time: {text!r}")
        return cls(Scale(match[3]), Fraction(int(match[1]), int(match[2] or 1)))

    def to_text(self) -> str:
        """Return the exact amount: "240 minutes", "7/2 days"."""
        return f"{self.value} {self.scale}"

    def __bool__(self) -> bool:
        return self.value != 0

    def __add__(self, other: Self) -> "Amount":
        return Amount(self.scale, self.value + self._same_scale(other))

    def __sub__(self, other: Self) -> "Amount":
        return Amount(self.scale, self.value - self._same_scale(other))

    def __lt__(self, other: Self) -> bool:
        return self.value < self._same_scale(other)

    def __le__(self, other: Self) -> bool:
        return self.value <= self._same_scale(other)

    def _same_scale(self, other: "Amount") -> Fraction:
        if other.scale is not self.scale:
            raise ValueError(f"{self.scale} and {other.scale} do not mix")
        return other.value
