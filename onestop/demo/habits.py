"""How the procedures behave in a commune: how often, through which door, how late, and why."""

from dataclasses import dataclass
from typing import Final

BIRTH, BUNDLE, MARITAL = "1.001193", "3.000722", "1.004873"
COPIES, BUSINESS, CONSTRUCTION = "2.000815", "1.001612", "1.013225"
LAND_SPLIT, LAND_REISSUE = "1.012784", "1.012786"
LAND: Final = frozenset({LAND_SPLIT, LAND_REISSUE})


@dataclass(frozen=True, slots=True)
class Habit:
    """What usually happens to a procedure; shares are probabilities.

    commune, province   how many of the dossiers of such a desk, in relation to the others.
    late                how many end late, apart from the slow agency and the season.
    late_steps          where they get stuck, frequent ones first.
    online              how many come through the portal or VNeID.
    supplement          how many must bring further papers.
    rework              how many the signer sends back.
    in_person           how many are not fetched by the applicant but sent by post.
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
SEASONAL: Final = frozenset({MARITAL, CONSTRUCTION})
"""Late before Tết: weddings fall after it, and everybody wants to build in spring."""
SEASON_FACTOR: Final = 3.0

ON_THE_SPOT: Final = 0.68
"""How many certified copies are handed back while the citizen waits."""
