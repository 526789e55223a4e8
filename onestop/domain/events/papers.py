"""What happens to the paper original: given in a pile, taken, kept after all, out of all hands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from onestop.domain.statuses import Action


class TakenBy(StrEnum):
    """How somebody said that a paper is in hand: each scanned, a whole pile by the own password.

    HAND is a paper without a pile: from a colleague of the same agency, or out of the archive.
    """

    SCAN = "scan"
    PASSWORD = "password"  # noqa: S105 - a word for a way of signing, not a password
    HAND = "hand"


class Stayed(StrEnum):
    """Why a paper that was given stays with the giver after all."""

    MISSING = "missing"
    CALLED_BACK = "called_back"


class ReleasedTo(StrEnum):
    """Where a paper goes that nobody has to hold any more."""

    APPLICANT = "applicant"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class PaperGiven:
    """The holder put the original on its way to an agency, in a pile; the holder still answers."""

    TYPE: ClassVar = "paper_given"
    V: ClassVar = 1
    ACTION: ClassVar = Action.GIVE_PAPER

    pile: int
    agency: int


@dataclass(frozen=True, slots=True)
class PaperTaken:
    """Somebody took the original at an agency: out of a pile, or from hand to hand without one."""

    TYPE: ClassVar = "paper_taken"
    V: ClassVar = 1
    ACTION: ClassVar = Action.TAKE_PAPER

    agency: int
    how: TakenBy
    pile: int | None = None


@dataclass(frozen=True, slots=True)
class PaperStayed:
    """The original was not in the pile, or was called back: the giver holds it as before."""

    TYPE: ClassVar = "paper_stayed"
    V: ClassVar = 1
    ACTION: ClassVar = Action.KEEP_PAPER

    pile: int
    why: Stayed


@dataclass(frozen=True, slots=True)
class PaperReleased:
    """The original of a finished dossier left all hands: given back, or put into the archive."""

    TYPE: ClassVar = "paper_released"
    V: ClassVar = 1
    ACTION: ClassVar = Action.RELEASE_PAPER

    to: ReleasedTo


PAPER_EVENTS = (PaperGiven, PaperTaken, PaperStayed, PaperReleased)
"""Facts about the original alone: no step, date or status depends on them."""
