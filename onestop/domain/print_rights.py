"""Who may print which paper of a dossier, and who may hold the receipt in hand again."""

from dataclasses import dataclass

from onestop.domain.errors import DomainError
from onestop.domain.rights import Actor, Role

RECEIPT, SUPPLEMENT_REQUEST = "receipt", "supplement_request"
BULK_RECEIPT = "bulk_receipt"
CONTROL_SLIP = "control_slip"
APOLOGY, STOP_NOTICE = "apology_extension", "stop_notice"
REJECTION = "rejection"
WITH_LINK = frozenset({RECEIPT, BULK_RECEIPT})
"""Their QR opens the dossier to whoever holds them."""
LETTERS = frozenset({APOLOGY, STOP_NOTICE, REJECTION})
"""Issued with the decision they tell; whoever works on the dossier or serves at its desk prints."""


class PrintNotAllowed(DomainError):
    """The paper is another agency's, or another role's, to print or to open."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind!r} is not printed by this person")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Asking:
    """The step that last asked for papers: at which agency it stands and for which role."""

    agency: int
    role: Role


@dataclass(frozen=True, slots=True)
class PrintRights:
    """What one person may print of one dossier.

    serves   is clerk of the receiving agency: alone holds the receipt, whose QR opens the dossier.
    asks     works at the agency whose step last asked for papers.
    works    has work, not only sight, at an agency that takes part.
    """

    serves: bool
    asks: bool
    works: bool
    has_asked: bool
    is_voided: bool

    def may_print(self, kind: str) -> bool:
        """Whether the person may issue this paper, or print it again."""
        allowed = {
            RECEIPT: self.serves,
            BULK_RECEIPT: self.serves,
            SUPPLEMENT_REQUEST: self.serves or self.asks,
            CONTROL_SLIP: self.works,
            **dict.fromkeys(LETTERS, self.works or self.serves),
        }
        return allowed.get(kind, False)

    def may_open(self, kind: str) -> bool:
        """Whether the person may open the kept bytes of this paper."""
        return kind not in WITH_LINK or self.serves

    def offers(self, kind: str) -> bool:
        """Whether a button for this paper makes sense: it may be printed and says something."""
        asked = kind != SUPPLEMENT_REQUEST or self.has_asked
        return asked and not self.is_voided and self.may_print(kind)


def print_rights_of(
    actor: Actor, *, receiving: int, asking: Asking | None, works: bool, is_voided: bool
) -> PrintRights:
    """Return what `actor` may print of a dossier received at the agency `receiving`.

    Source: docs/rules.md, rules R16, R21.
    """
    return PrintRights(
        serves=actor.holds(Role.CLERK, receiving),
        asks=asking is not None
        and any(actor.holds(role, asking.agency) for role in (Role.OFFICER, asking.role)),
        works=works,
        has_asked=asking is not None,
        is_voided=is_voided,
    )
