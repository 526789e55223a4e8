"""Piles of paper originals: scanned one after the other, given as one, answered for paper by paper.

A pile is a list; where an original is stands in the history of its dossier. Both change in the
same transaction, under the lock of the pile and then those of the dossiers in the order of ids.
"""

from onestop.services.piles.giving import (
    HANDOVER_LIST,
    LARGEST_PILE,
    AlreadyScanned,
    Given,
    GivenElsewhere,
    PileEmpty,
    PileFull,
    PileOfAnotherAgency,
    closed_pile,
    drop_papers,
    give_pile,
    keep_list,
    scan_paper,
    scanned_pile,
)
from onestop.services.piles.hands import release_paper, take_over
from onestop.services.piles.states import NotGiven, PileAnswered, PileNotFound
from onestop.services.piles.taking import call_back, say_missing, take_paper, take_pile

__all__ = [
    "HANDOVER_LIST",
    "LARGEST_PILE",
    "AlreadyScanned",
    "Given",
    "GivenElsewhere",
    "NotGiven",
    "PileAnswered",
    "PileEmpty",
    "PileFull",
    "PileNotFound",
    "PileOfAnotherAgency",
    "call_back",
    "closed_pile",
    "drop_papers",
    "give_pile",
    "keep_list",
    "release_paper",
    "say_missing",
    "scan_paper",
    "scanned_pile",
    "take_over",
    "take_paper",
    "take_pile",
]
