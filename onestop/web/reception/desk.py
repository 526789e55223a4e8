"""At which counter the person sits: the agency, its desks, the paper they print on."""

from dataclasses import dataclass

from flask import abort, request
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Role
from onestop.queries.agencies import AgencyRow, DeskRow, agency_by_id, desks_of
from onestop.web import identity
from onestop.web.asked import number


@dataclass(frozen=True, slots=True)
class Counter:
    """The agency one receives for, its open desks, and the one chosen (None: has no desks)."""

    agency: AgencyRow
    agencies: tuple[AgencyRow, ...]
    desks: tuple[DeskRow, ...]
    desk: DeskRow | None

    @property
    def desk_id(self) -> int | None:
        """The desk that a dossier is received at."""
        return self.desk.id if self.desk else None

    @property
    def paper_size(self) -> str:
        """The paper of the desk's printer."""
        return self.desk.paper_size if self.desk else "A5"


def counter(db: Session) -> Counter:
    """Return the counter of the person signed in, as the form or the address names it.

    Stops with 403 for a person who is clerk nowhere, or names an agency where not.
    """
    ids = clerk_agencies(identity.actor())
    asked = request.values.get("agency", type=number) or (ids[0] if ids else None)
    if asked is None or asked not in ids:
        abort(403)
    agencies = tuple(found for held in ids if (found := agency_by_id(db, held)))
    agency = next(one for one in agencies if one.id == asked)
    desks = desks_of(db, asked)
    chosen = request.values.get("desk", type=number)
    desk = next((one for one in desks if one.id == chosen), desks[0] if desks else None)
    return Counter(agency, agencies, desks, desk)


def clerk_agencies(actor: Actor) -> list[int]:
    """Ids of the agencies where the person serves as clerk, in the order of the roles."""
    held = (a.agency_id for a in actor.assignments if a.role is Role.CLERK and not a.assistant)
    return list(dict.fromkeys(held))
