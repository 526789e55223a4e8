"""Who may do what: six roles held at agencies, and one table from role to right."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is at one agency (docs/rules.md, rule R17)."""

    CLERK = "clerk"
    OFFICER = "officer"
    LEADER = "leader"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Right(StrEnum):
    """What an endpoint or an action asks for; screens, API and tests read the same names."""

    RECEIVE = "receive"
    RETURN = "return"
    SEE_WORKLIST = "see_worklist"
    SEE_DOSSIER = "see_dossier"
    WORK = "work"
    SIGN = "sign"
    REGISTER = "register"
    STOP = "stop"
    OVERSEE = "oversee"
    EXPORT = "export"
    SEE_BOOK = "see_book"
    AUDIT = "audit"
    ADMINISTER = "administer"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: frozenset(
        {
            Right.RECEIVE,
            Right.RETURN,
            Right.SEE_WORKLIST,
            Right.SEE_DOSSIER,
            Right.WORK,
            Right.SEE_BOOK,
        }
    ),
    Role.OFFICER: frozenset({Right.SEE_WORKLIST, Right.SEE_DOSSIER, Right.WORK}),
    Role.LEADER: frozenset(
        {
            Right.SEE_WORKLIST,
            Right.SEE_DOSSIER,
            Right.WORK,
            Right.SIGN,
            Right.STOP,
            Right.OVERSEE,
            Right.EXPORT,
            Right.SEE_BOOK,
        }
    ),
    Role.REGISTRAR: frozenset(
        {Right.SEE_WORKLIST, Right.SEE_DOSSIER, Right.WORK, Right.REGISTER, Right.SEE_BOOK}
    ),
    Role.AUDITOR: frozenset(
        {Right.SEE_DOSSIER, Right.OVERSEE, Right.EXPORT, Right.SEE_BOOK, Right.AUDIT}
    ),
    Role.ADMIN: frozenset({Right.ADMINISTER}),
}
"""Role to rights. An assistant of a leader keeps only those of `LOOKING` (sees and prints)."""

LOOKING = frozenset({Right.SEE_DOSSIER, Right.OVERSEE, Right.EXPORT, Right.SEE_BOOK})

SUBTREE_ROLES = frozenset({Role.LEADER, Role.AUDITOR, Role.ADMIN})
"""Roles whose right reaches the agencies below the one they are held at."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one person at one agency; `path` is the agency's place in the tree, "/1/4/9/".

    `lent_by` is the absent colleague whose role it is, None for an own one.
    """

    agency_id: int
    path: str
    role: Role
    assistant: bool = False
    lent_by: int | None = None

    @property
    def rights(self) -> frozenset[Right]:
        """The rights this assignment gives."""
        return RIGHTS[self.role] & LOOKING if self.assistant else RIGHTS[self.role]

    @property
    def reaches_subtree(self) -> bool:
        """Whether the right covers the agencies below."""
        return self.role in SUBTREE_ROLES


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with the roles that person holds at this moment, own and lent."""

    user_id: int
    assignments: tuple[Assignment, ...] = ()

    @property
    def stands_for(self) -> frozenset[int]:
        """The absent colleagues whose roles are held as well (docs/rules.md, rule R17)."""
        return frozenset(a.lent_by for a in self.assignments if a.lent_by is not None)

    def acts_for(self, holder: int | None) -> bool:
        """Whether what `holder` holds may be worked on: one's own, or an absent colleague's."""
        if holder is None:
            return False
        return holder == self.user_id or any(a.lent_by == holder for a in self.assignments)

    def without(self, colleagues: frozenset[int]) -> "Actor":
        """The same person without the roles that these colleagues lend."""
        kept = tuple(a for a in self.assignments if a.lent_by not in colleagues)
        return Actor(self.user_id, kept)

    def lender(self, role: Role, agency_id: int) -> int | None:
        """Whose role it is that is used at an agency: None for an own one, or for none at all."""
        using = [
            a.lent_by
            for a in self.assignments
            if a.role is role and a.agency_id == agency_id and not a.assistant
        ]
        return None if None in using else next(iter(using), None)

    def has(self, right: Right) -> bool:
        """Whether any of the roles gives `right`, wherever it is held."""
        return any(right in held.rights for held in self.assignments)

    def agencies_with(self, right: Right) -> tuple[int, ...]:
        """Ids of the agencies at which `right` is held directly, without their subtrees."""
        return tuple(sorted({a.agency_id for a in self.assignments if right in a.rights}))

    def holds(self, role: Role, agency_id: int) -> bool:
        """Whether `role` is held, with the power to act, at exactly this agency."""
        return any(
            a.role is role and a.agency_id == agency_id and not a.assistant
            for a in self.assignments
        )

    def subtrees_with(self, right: Right) -> tuple[str, ...]:
        """Paths of the agencies whose whole subtree `right` covers, outermost only, sorted."""
        paths = sorted(
            {a.path for a in self.assignments if right in a.rights and a.reaches_subtree}
        )
        kept: list[str] = []
        for path in paths:
            if not any(path.startswith(outer) for outer in kept):
                kept.append(path)
        return tuple(kept)
