"""Many steps at once from one officer to another: an event each, all in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.dossier import LIVE
from onestop.domain.errors import DomainError
from onestop.domain.rights import Actor
from onestop.models.dossiers import Dossier, Step
from onestop.services.casework import reassign


class NoLongerHeld(DomainError):
    """The officer does not hold the step any more, or never did."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A step out of a list, and the version of its dossier that the list showed."""

    code: str
    step: str
    version: int


@dataclass(frozen=True, slots=True)
class NotMoved:
    """A chosen step that stayed where it was, and why."""

    chosen: Chosen
    error: DomainError


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the chosen steps, each by dossier code."""

    moved: tuple[Chosen, ...]
    refused: tuple[NotMoved, ...]


def reassign_many(
    session: Session,
    chosen: Collection[Chosen],
    *,
    held_by: int,
    agency_id: int,
    holder: int,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
) -> Moved:
    """Give the chosen steps that `held_by` holds at the agency to `holder`; their dates stay.

    What cannot be moved is told and keeps the others from nothing: NoLongerHeld (also for an
    unknown code), DossierChanged, MoveNotAllowed, CannotHold, AlreadyHolds, ReasonMissing.
    """
    held = _held(session, chosen, held_by, agency_id)
    moved: list[Chosen] = []
    refused: list[NotMoved] = []
    versions: dict[str, int] = {}
    # In one order for everybody: two lists moved at once wait, they do not lock each other out.
    for one in sorted(set(chosen), key=lambda one: (one.code, one.step)):
        try:
            if (one.code, one.step) not in held:
                raise NoLongerHeld
            with session.begin_nested():
                loaded = reassign(
                    session,
                    one.code,
                    step=one.step,
                    holder=holder,
                    reason=reason,
                    note=note,
                    actor=actor,
                    at=at,
                    # A second step of the same dossier follows what was done here to the first.
                    expected_version=versions.get(one.code, one.version),
                )
        except DomainError as error:
            refused.append(NotMoved(one, error))
        else:
            moved.append(one)
            versions[one.code] = loaded.state.version
    return Moved(tuple(moved), tuple(refused))


def _held(
    session: Session, chosen: Collection[Chosen], held_by: int, agency_id: int
) -> set[tuple[str, str]]:
    rows = session.execute(
        select(Dossier.code, Step.key)
        .join(Step, Step.dossier_id == Dossier.id)
        .where(
            Dossier.code.in_({one.code for one in chosen}),
            Step.holder_id == held_by,
            Step.agency_id == agency_id,
            Step.status.in_(LIVE),
        )
    )
    return {(code, key) for code, key in rows}
