"""How the procedures behave in a commune: how often, through which door, how late, and why."""

from dataclasses import dataclass
from typing import Final

BIRTH, BUNDLE, MARITAL = "1.001193", "3.000722", "1.004873"
COPIES, BUSINESS, CONSTRUCTION = "2.000815", "1.001612", "1.013225"
DEATH, MARRIAGE, REGISTER_COPY, ALLOWANCE = "2.002913", "1.000894", "2.000908", "1.001776"
LAND_SPLIT, LAND_REISSUE, LAND_EXCHANGE = "1.012784", "1.012786", "1.012783"
LAND_CORRECTION, LAND_TRANSFER = "1.012790", "1.012785"
LAND: Final = frozenset({LAND_SPLIT, LAND_REISSUE, LAND_EXCHANGE, LAND_CORRECTION, LAND_TRANSFER})


@dataclass(frozen=True, slots=True)
class Habit:
    """What usually happens to a procedure; shares are probabilities.

    commune, province   how many of the dossiers of such a desk, in relation to the others.
    late                how many end late, apart from the slow agency and the season.
    late_steps          where they get stuck, frequent ones first.
    online              how many come through the portal or VNeID.
    supplement          how many must bring further papers.
    rework              how many the signer sends back.
    postal              how many are not fetched at the desk but sent by post.
    step_late           how many single steps take longer than their allotment.
    """

    commune: int
    province: int
    late: float
    late_steps: tuple[str, ...]
    online: float
    supplement: float = 0.0
    rework: float = 0.0
    postal: float = 0.03
    step_late: float = 0.0


HABITS: Final[dict[str, Habit]] = {
    COPIES: Habit(54, 0, 0.012, ("sign", "compare"), 0.0, postal=0.0),
    BIRTH: Habit(10, 0, 0.03, ("verify", "sign"), 0.25, supplement=0.02),
    BUNDLE: Habit(7, 0, 0.11, ("insurance", "insurance", "police"), 1.0, supplement=0.06),
    MARITAL: Habit(13, 12, 0.06, ("check", "check", "sign"), 0.35, 0.08, 0.03, step_late=0.03),
    BUSINESS: Habit(6, 14, 0.08, ("tax", "check", "review"), 0.5, 0.14, 0.04, 0.08, 0.04),
    CONSTRUCTION: Habit(4, 14, 0.11, ("site", "site", "appraise"), 0.2, 0.30, 0.08, 0.04, 0.05),
    LAND_SPLIT: Habit(4, 40, 0.12, ("verify", "verify", "sign"), 0.1, 0.26, 0.06, 0.08, 0.05),
    LAND_REISSUE: Habit(1, 11, 0.10, ("verify", "prepare"), 0.05, 0.08, 0.05, 0.06, 0.04),
    MARRIAGE: Habit(6, 0, 0.02, ("check", "sign"), 0.15, supplement=0.02, postal=0.0),
    DEATH: Habit(4, 0, 0.09, ("insurance", "insurance", "social"), 1.0, supplement=0.07),
    REGISTER_COPY: Habit(5, 0, 0.04, ("search", "sign"), 0.2, postal=0.06),
    ALLOWANCE: Habit(5, 3, 0.07, ("check", "review"), 0.1, 0.15, 0.05, step_late=0.04),
    LAND_EXCHANGE: Habit(3, 20, 0.11, ("verify", "verify", "sign"), 0.1, 0.14, 0.04, 0.08, 0.05),
    LAND_CORRECTION: Habit(2, 9, 0.08, ("verify", "review"), 0.05, 0.10, 0.05, 0.06, 0.04),
    LAND_TRANSFER: Habit(1, 6, 0.10, ("verify", "prepare"), 0.0, 0.12, 0.05, 0.05, 0.04),
}

AGENCY_SHARES: Final = {
    "H91.51.01": 36,
    "H91.53.01": 22,
    "H91.52.01": 17,
    "H91.54.01": 12,
    "H91.01": 13,
}
"""The counters of the province and how many of its dossiers each receives."""

LARGEST_DESK: Final = "H91.51.01"
SLOW_AGENCY: Final = "H91.53.03"
"""The economic office of Gò Thị: two posts vacant, its dossiers wait longest."""
SLOW_FACTOR: Final = 3.5
SEASONAL: Final = frozenset({MARITAL, MARRIAGE, CONSTRUCTION})
"""Late before Tết: weddings fall around it, and everybody wants to build in spring."""
SEASON_FACTOR: Final = 3.0

ON_THE_SPOT: Final = 0.68
"""How many certified copies are handed back while the citizen waits."""
WAITS: Final = frozenset({"publication", "claims"})
"""Steps in which nothing is done but let the days pass that the law gives others."""
