"""Random walks of a dossier: at each stop one of the moves that its rules allow."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.agencies import AgencyReference
from onestop.domain.decisions import (
    AlreadyHolds,
    ExtensionTooLate,
    NothingCorrected,
    refund_reasons,
)
from onestop.domain.dossier import DossierState
from onestop.domain.events import Delivery, PaperTick
from onestop.domain.moves import (
    Move,
    allowed_moves,
    may_reroute,
    reopening_targets,
    rework_targets,
)
from onestop.domain.office_time import office_date
from onestop.domain.rights import Actor, Assignment, Role
from onestop.domain.statuses import Action
from onestop.inputs.people import Person
from onestop.models.accounts import RoleAssignment, User
from onestop.models.agencies import Agency
from onestop.services import casework, corrections, pauses, promises, reception
from onestop.services.catalogue import edition_by_id, procedure_in_force
from onestop.services.corrections import RightRoute
from onestop.services.event_log import load
from onestop.services.refunds import refund_fee

HOUSEHOLD = "1.001612"
WHY = {"reason": "other", "note": "ghi chú thử"}
ENDINGS = frozenset({Action.WITHDRAW, Action.STOP, Action.VOID, Action.SUSPEND, Action.REOPEN})
DETOURS = frozenset(
    {
        Action.SEND_BACK,
        Action.REFUSE_STEP,
        Action.REASSIGN,
        Action.REQUEST_SUPPLEMENT,
        Action.PROPOSE_SUPPLEMENT,
        Action.REQUEST_PAYMENT,
        Action.DRAFT_EXTENSION,
        Action.EXTEND,
        Action.CORRECT,
        Action.REFUND,
    }
)


def make_everybody(session: Session, at: datetime) -> tuple[Actor, ...]:
    """People of each working role at every agency, two officers: a walk never gets stuck."""
    paths = {row.id: row.path for row in session.execute(select(Agency.id, Agency.path))}
    people = []
    roles = (Role.CLERK, Role.OFFICER, Role.OFFICER, Role.LEADER, Role.REGISTRAR)
    for n, role in enumerate(roles):
        user = User(username=f"everywhere-{n}", display_name=role, password_hash="-", created_at=at)
        session.add(user)
        session.flush()
        session.add_all(
            RoleAssignment(user_id=user.id, agency_id=agency, role=role, since=at)
            for agency in paths
        )
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
        return [(who, move) for who, move in every if move.action not in dull]

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
        getattr(self, f"_{move.action.name.lower()}")(code, state, move, {"actor": who, "at": at})

    def _accept_step(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        casework.accept_step(self.session, code, step=move.step, **by)

    def _refuse_step(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        casework.refuse_step(self.session, code, step=move.step, **WHY, **by)

    def _finish_step(self, code: str, state: DossierState, move: Move, by: dict) -> None:
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
            **by,
        )

    def _send_back(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        target = self.random.choice(rework_targets(state, move.step))
        casework.send_back(self.session, code, step=move.step, target=target, **WHY, **by)

    def _reassign(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        step = state.latest(move.step)
        able = [p for p in self.people if p.holds(step.planned.role, step.agency)]
        holder = self.random.choice(able).user_id
        with suppress(AlreadyHolds):
            casework.reassign(self.session, code, step=move.step, holder=holder, **WHY, **by)

    def _request_supplement(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        papers = self._some_paper(state)
        pauses.request_supplement(self.session, code, step=move.step, papers=papers, **WHY, **by)

    def _propose_supplement(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        papers = self._some_paper(state)
        pauses.propose_supplement(self.session, code, step=move.step, papers=papers, **WHY, **by)

    def _approve_supplement(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        pauses.approve_supplement(self.session, code, proposal=move.proposal, **by)

    def _request_payment(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        pauses.request_payment(self.session, code, step=move.step, amount=50_000, **WHY, **by)

    def _take_in_supplement(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        self._take_in(code, state, move, by)

    def _take_in_payment(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        self._take_in(code, state, move, by)

    def _resume(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        self._take_in(code, state, move, by)

    def _take_in(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        pause = next(p for p in state.open_pauses if p.pause == move.pause)
        pauses.take_in(
            self.session,
            code,
            kind=pause.kind,
            pause=pause.pause,
            papers=[PaperTick(paper, "copy", 1) for paper in pause.papers],
            amount=pause.amount,
            **by,
        )

    def _suspend(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        pauses.suspend(self.session, code, **WHY, **by)

    def _draft_extension(self, code: str, state: DossierState, _: Move, by: dict) -> None:
        with suppress(ExtensionTooLate):
            promises.draft_extension(self.session, code, until=self._later(state), **WHY, **by)

    def _extend(self, code: str, state: DossierState, move: Move, by: dict) -> None:
        with suppress(ExtensionTooLate):
            promises.extend(
                self.session,
                code,
                proposal=move.proposal,
                until=self._later(state),
                **WHY,
                **by,
            )

    def _decline(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        promises.decline(self.session, code, proposal=move.proposal, **WHY, **by)

    def _correct(self, code: str, state: DossierState, _: Move, by: dict) -> None:
        if may_reroute(state, by["actor"]) and self.random.random() < 0.7:
            named = {"route": self._right_route(state)}
        else:
            name = self.random.choice(("Lê Thị Ví Dụ", "Phạm Văn Mẫu"))
            named = {"people": (("applicant", Person(name=name)),)}
        with suppress(NothingCorrected):
            corrections.correct(self.session, code, **named, **WHY, **by)

    def _stop(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        casework.stop(self.session, code, **WHY, **by)

    def _withdraw(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        casework.withdraw(self.session, code, **WHY, **by)

    def _void(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        reception.void_reception(self.session, code, **WHY, **by)

    def _refund(self, code: str, state: DossierState, _: Move, by: dict) -> None:
        reason = self.random.choice(refund_reasons(state))
        amount = self.random.randint(1, state.paid)
        refund_fee(self.session, code, amount=amount, reason=reason, **by)

    def _accept_result(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        casework.accept_result(self.session, code, outcome="granted", **by)

    def _return_result(self, code: str, _: DossierState, move: Move, by: dict) -> None:
        casework.return_result(
            self.session, code, taker="Trần Văn Ví Dụ", delivery=Delivery.DESK, **by
        )

    def _reopen(self, code: str, state: DossierState, _: Move, by: dict) -> None:
        target = self.random.choice(reopening_targets(state))
        casework.reopen(self.session, code, target=target, **WHY, **by)

    # What a move needs

    def _some_paper(self, state: DossierState) -> list[str]:
        spec = edition_by_id(self.session, state.received.edition_id).spec
        return [self.random.choice(spec.papers).code]

    def _later(self, state: DossierState) -> date:
        told = office_date(state.last_promise().due_at)
        return told + timedelta(days=self.random.randint(1, 9))

    def _right_route(self, state: DossierState) -> RightRoute:
        other = self.random.choice((HOUSEHOLD, state.received.procedure))
        spec = procedure_in_force(self.session, other, office_date(state.received_at)).spec
        papers = tuple(PaperTick(p.code, "copy", 1) for p in spec.required_papers)
        answers = dict.fromkeys(spec.questions, 1)
        same = other == state.received.procedure
        competent = state.received.competent_agency if same else None
        return RightRoute(other, competent, papers, answers)

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
