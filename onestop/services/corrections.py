"""Corrections after reception: wrong people, wrong procedure, wrong agency; the code stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from onestop.domain import decisions
from onestop.domain.decisions import Act, Rerouting
from onestop.domain.dossier import DossierState
from onestop.domain.events import DossierCorrected, PaperTick, Recorded
from onestop.domain.fold import apply
from onestop.domain.office_time import office_date
from onestop.domain.procedures import fee_of, missing_papers
from onestop.domain.rights import Actor
from onestop.models.base import table_of
from onestop.models.dossiers import Party, SearchTerm, StatusLink
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import edition_by_id, procedure_in_force
from onestop.services.event_log import Loaded, load, record
from onestop.services.following import settle
from onestop.services.links import make_link
from onestop.services.papers import CORRECTED, void_kind
from onestop.services.parties import PersonLike, add_parties, party_rows, personal_texts
from onestop.services.personal_values import PersonalText, commit_to
from onestop.services.routing import plan_route


@dataclass(frozen=True, slots=True)
class RightRoute:
    """What the dossier should have been filed under; None keeps what it was filed under.

    `papers` are the papers of the right procedure that lie in the dossier; `answers` what its fee
    depends on.
    """

    procedure: str | None
    competent_agency: int | None
    papers: tuple[PaperTick, ...]
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a new route would lead to: what would be recorded, and the dossier after it."""

    event: DossierCorrected
    after: DossierState


def foresee(
    session: Session,
    state: DossierState,
    *,
    reason: str,
    route: RightRoute,
    actor: Actor,
    at: datetime,
) -> Foreseen:
    """Return what `correct` would make of the route and its dates at `at`; nothing is written.

    Raises what `correct` raises.
    """
    event = decisions.correct(
        Act(state, actor, at),
        reason=reason,
        calendar_of=agency_calendars(session),
        rerouting=_rerouting(session, state, route, at),
    )
    recorded = Recorded(state.version + 1, event, actor.user_id, at, at)
    return Foreseen(event, apply(state, recorded))


def correct(
    session: Session,
    code: str,
    *,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    people: tuple[tuple[str, PersonLike], ...] = (),
    route: RightRoute | None = None,
    expected_version: int | None = None,
) -> Loaded:
    """Put right what was entered at reception; receipt and link so far are void.

    `people` (role and person) replaces everybody of the dossier, unless they are as they were.
    Raises MoveNotAllowed, ReasonMissing, NothingCorrected, ProcedureNotFound, ProcedureClosed,
    UnknownPaper, BadFeeAnswer, DossierChanged and what resolving agencies or dates raises.
    Source: docs/rules.md, rules R4, R20, R21.
    """
    loaded = load(session, code, expected_version=expected_version)
    people = () if _are_as_they_were(session, loaded.dossier_id, people) else people
    texts = [text for role, person in people for text in personal_texts(role, person)]
    named, noted = commit_to(*texts), commit_to(PersonalText("note", note))
    calendar_of = agency_calendars(session)
    event = decisions.correct(
        Act(loaded.state, actor, at),
        reason=reason,
        calendar_of=calendar_of,
        persons=named.refs,
        applicant_kind=next((str(p.kind) for role, p in people if role == "applicant"), ""),
        rerouting=None if route is None else _rerouting(session, loaded.state, route, at),
        personal=noted.refs,
    )
    loaded = record(session, loaded, event, actor=actor, at=at, personal=named.joined(noted))
    if people:
        _replace_people(session, loaded.dossier_id, people)
    _replace_receipt(session, loaded, at)
    return settle(session, loaded, actor=actor.user_id, at=at, calendar_of=calendar_of)


def _rerouting(session: Session, state: DossierState, route: RightRoute, at: datetime) -> Rerouting:
    received = state.received
    on = office_date(state.received_at)
    if route.procedure is None:
        edition = edition_by_id(session, received.edition_id)
    else:
        edition = procedure_in_force(session, route.procedure, on)
    spec = edition.spec
    plan = plan_route(
        session,
        spec,
        receiving=received.receiving_agency,
        competent=route.competent_agency,
        on=on,
        at=at,
    )
    kept = route.procedure is None
    if not kept:
        missing_papers(spec, [paper.code for paper in route.papers])  # refuses unknown ones
    return Rerouting(
        procedure=spec.code,
        edition=spec.edition,
        edition_id=edition.id,
        competent_agency=plan.competent.id,
        papers=received.papers if kept else route.papers,
        fee=received.fee if kept else fee_of(spec, route.answers),
        limit=spec.limit,
        phases=spec.phases,
        steps=plan.steps,
    )


def _are_as_they_were(
    session: Session, dossier_id: int, people: Sequence[tuple[str, PersonLike]]
) -> bool:
    stored = session.execute(select(table_of(Party)).where(Party.dossier_id == dossier_id))
    rows = {row.role: row._mapping for row in stored}
    typed = {row["role"]: row for row in party_rows(dossier_id, people)}
    return typed.keys() == rows.keys() and all(
        rows[role][name] == value for role, row in typed.items() for name, value in row.items()
    )


def _replace_people(
    session: Session, dossier_id: int, people: tuple[tuple[str, PersonLike], ...]
) -> None:
    session.execute(delete(Party).where(Party.dossier_id == dossier_id))
    session.execute(delete(SearchTerm).where(SearchTerm.dossier_id == dossier_id))
    add_parties(session, dossier_id, people)


def _replace_receipt(session: Session, loaded: Loaded, at: datetime) -> None:
    """Papers so far are void, the link says so, and the next print of each is a new original."""
    void_kind(session, loaded.dossier_id, *CORRECTED, at=at)
    session.execute(
        update(StatusLink)
        .where(StatusLink.dossier_id == loaded.dossier_id, StatusLink.state == "live")
        .values(state="superseded", ended_at=at)
    )
    version = loaded.state.corrections + 1
    make_link(session, loaded.dossier_id, version=version, at=at)
