"""For whom somebody acts who stands in for absent colleagues."""

from datetime import datetime

from onestop.domain.dossier import DossierState
from onestop.domain.events import Event, PauseClosed
from onestop.domain.moves import allowed_moves
from onestop.domain.rights import Actor


def on_behalf_of(state: DossierState, actor: Actor, event: Event, at: datetime) -> int | None:
    """Return the absent colleague without whose roles the actor could not have done this.

    None when the own roles allow it as well, and for somebody who stands in for nobody.
    Source: docs/rules.md, rule R17.
    """
    absent = actor.stands_for
    if not absent or _may(state, actor.without(absent), event, at):
        return None
    able = (one for one in sorted(absent) if _may(state, actor.without(absent - {one}), event, at))
    return next(able, None)


def _may(state: DossierState, actor: Actor, event: Event, at: datetime) -> bool:
    step = getattr(event, "step", "")
    pause = event.pause if isinstance(event, PauseClosed) else 0
    return any(
        move.action is event.ACTION and step in ("", move.step) and pause in (0, move.pause)
        for move in allowed_moves(state, actor, at)
    )
