"""Random walks of a dossier: at each stop one of the moves that its rules allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyReference
from onestop.domain.dossier import DossierState
from onestop.domain.events import Delivery, PaperTick
from onestop.domain.moves import Move, allowed_moves, rework_targets
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.statuses import Action
from onestop.models.accounts import User
from onestop.models.agencies import Agency
from onestop.services import casework, pauses, reception
from onestop.services.catalogue import edition_by_id
from onestop.services.event_log import load

ENDINGS = frozenset({Action.WITHDRAW, Action.STOP, Action.VOID, Action.SUSPEND})
DETOURS = frozenset({Action.SEND_BACK, Action.REQUEST_SUPPLEMENT, Action.REQUEST_PAYMENT})


def make_everybody(session: Session, at: datetime) -> tuple[Actor, ...]:
    """One person for each working role, who holds it at every agency: a walk never gets stuck."""
    paths = {row.id: row.path for row in session.execute(select(Agency.id, Agency.path))}
    people = []
    for role in (Role.CLERK, Role.OFFICER, Role.LEADER, Role.REGISTRAR):
        user = User(
            username=f"everywhere-{role}", display_name=role, password_hash="-", created_at=at
        )
        session.add(user)
        session.flush()
        held = tuple(Assignment(agency, path, role) for agency, path in paths.items())
        people.append(Actor(user.id, held))
    return tuple(people)


@dataclass(frozen=True, slots=True)
class Walker:
    """Makes random moves on one dossier."""

    session: Session
    people: Sequence[Actor]
    random: Random

    def options(self, state: DossierState, at: datetime) -> list[tuple[Actor, Move]]:
        """Everything anybody may do now; endings and detours are made rarer than progress."""
        every = [(who, move) for who in self.people for move in allowed_moves(state, who, at)]
        dull = ENDINGS if self.random.random() > 0.04 else frozenset()
        dull |= DETOURS if self.random.random() > 0.3 else frozenset()
        kept = [(who, move) for who, move in every if move.action not in dull]
        return [o for o in kept if o[1].action is not Action.REOPEN]

    def step(self, code: str, at: datetime) -> Move | None:
        """Make one random move; return it, or None when nothing is left to do."""
        state = load(self.session, code).state
        options = self.options(state, at)
        if not options:
            return None
        who, move = self.random.choice(options)
        self._do(code, state, who, move, at)
        return move

    def _do(self, code: str, state: DossierState, who: Actor, move: Move, at: datetime) -> None:
        common = {"actor": who, "at": at}
        match move.action:
            case Action.ACCEPT_STEP:
                casework.accept_step(self.session, code, step=move.step, **common)
            case Action.FINISH_STEP:
                self._finish(code, state, move, common)
            case Action.SEND_BACK:
                target = self.random.choice(rework_targets(state, move.step))
                casework.send_back(
                    self.session,
                    code,
                    step=move.step,
                    target=target,
                    reason="wrong_data",
                    note="sai ngày sinh",
                    **common,
                )
            case Action.REQUEST_SUPPLEMENT:
                spec = edition_by_id(self.session, state.received.edition_id).spec
                pauses.request_supplement(
                    self.session,
                    code,
                    step=move.step,
                    papers=[self.random.choice(spec.papers).code],
                    reason="paper_missing",
                    note="",
                    **common,
                )
            case Action.REQUEST_PAYMENT:
                pauses.request_payment(
                    self.session,
                    code,
                    step=move.step,
                    amount=50_000,
                    reason="fee",
                    note="",
                    **common,
                )
            case Action.TAKE_IN_SUPPLEMENT | Action.TAKE_IN_PAYMENT | Action.RESUME:
                self._take_in(code, state, move, common)
            case Action.ACCEPT_RESULT:
                casework.accept_result(self.session, code, outcome="granted", **common)
            case Action.RETURN_RESULT:
                casework.return_result(
                    self.session, code, taker="Trần Văn Ví Dụ", delivery=Delivery.DESK, **common
                )
            case _:
                self._end(code, move, common)

    def _finish(self, code: str, state: DossierState, move: Move, common: dict) -> None:
        branches = [s.key for s in state.plan if s.optional and move.step in s.after]
        casework.finish_step(
            self.session,
            code,
            step=move.step,
            late_reason="waiting_for_agency",
            payment=120_000,
            result_number="15/GXN",
            registered_on=date(2026, 3, 2),
            chosen={key: self._asked(key, state) for key in branches if self.random.random() < 0.5},
            **common,
        )

    def _asked(self, key: str, state: DossierState) -> int:
        """An agency that may be consulted in an optional step."""
        spec = edition_by_id(self.session, state.received.edition_id).spec
        functions = AgencyReference.parse(spec.route.step(key).agency).functions
        mine = {step.agency for step in state.live_steps}
        found = self.session.scalars(
            select(Agency.id).where(
                Agency.function.in_(functions), Agency.valid_to.is_(None), Agency.id.not_in(mine)
            )
        )
        return self.random.choice(sorted(found))

    def _take_in(self, code: str, state: DossierState, move: Move, common: dict) -> None:
        pause = next(p for p in state.open_pauses if p.pause == move.pause)
        pauses.take_in(
            self.session,
            code,
            kind=pause.kind,
            pause=pause.pause,
            papers=[PaperTick(paper, "copy", 1) for paper in pause.papers],
            amount=pause.amount,
            **common,
        )

    def _end(self, code: str, move: Move, common: dict) -> None:
        reasons = {"reason": "other", "note": "", **common}
        if move.action is Action.WITHDRAW:
            casework.withdraw(self.session, code, **reasons)
        elif move.action is Action.STOP:
            casework.stop(self.session, code, **reasons)
        elif move.action is Action.VOID:
            reception.void_reception(self.session, code, **reasons)
        else:
            pauses.suspend(self.session, code, **reasons)
