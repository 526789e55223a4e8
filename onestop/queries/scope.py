"""Who may see which dossier: the one predicate that every staff query of dossiers joins."""

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Right
from onestop.models.agencies import Agency
from onestop.models.dossiers import Dossier, Participation


def visible_dossiers(actor: Actor, right: Right = Right.SEE_DOSSIER) -> ColumnElement[bool]:
    """Return the condition on `Dossier` that an agency within the actor's reach takes part in it.

    Clerks, officers and registrars reach the agencies where they hold `right`; leaders and
    auditors the subtree below as well. Admins reach nothing. An agency that has done its part
    goes on seeing the dossier. Source: docs/rules.md, rule R16.
    """
    taking_part = exists().where(
        Participation.dossier_id == Dossier.id,
        Participation.agency_id.in_(reachable_agencies(actor, right)),
    )
    # Said outright: a query that itself joins these tables must not change what is asked here.
    return taking_part.correlate(Dossier)


def reachable_agencies(actor: Actor, right: Right = Right.SEE_DOSSIER) -> Select[int]:
    """Return the ids of the agencies that `right` covers for the actor, for use with `in_`."""
    below = [Agency.path.startswith(path) for path in actor.subtrees_with(right)]
    held = Agency.id.in_(actor.agencies_with(right))
    return select(Agency.id).where(or_(held, *below)).correlate(None)


def is_visible(session: Session, actor: Actor, code: str) -> bool:
    """Return whether the dossier with this code exists and the actor may see it.

    No for an unknown code and for a stranger's alike: both get the same answer.
    """
    found = select(Dossier.id).where(Dossier.code == code, visible_dossiers(actor))
    return session.scalar(found) is not None
