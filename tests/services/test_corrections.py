"""What was entered wrongly is put right: the code and the first promise stay, the receipt goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onestop.domain.decisions import NothingCorrected
from onestop.domain.dossier import StepStatus
from onestop.domain.events import DossierReceived, Ground, PaperTick, from_body
from onestop.domain.limits import Limit, due
from onestop.domain.moves import MoveNotAllowed, ReasonMissing
from onestop.domain.procedures import UnknownPaper
from onestop.domain.rights import Role
from onestop.inputs.people import Person
from onestop.models.documents import IssuedDocument
from onestop.models.dossiers import Dossier, DossierPaper, Party, SearchTerm, StatusLink
from onestop.models.events import DossierEvent, PersonalValue
from onestop.queries.dossiers import dossier_page
from onestop.queries.returns import return_page
from onestop.services import casework, pauses
from onestop.services.calendars import agency_calendars
from onestop.services.catalogue import procedure_in_force
from onestop.services.corrections import RightRoute, correct, foresee
from onestop.services.event_log import DossierChanged, load
from onestop.services.papers import PaperReplaced, issue_document, next_paper_number, reprint
from onestop.services.verification import verify
from tests.conftest import NOW
from tests.factories import (
    BIRTH,
    DESK,
    INSURANCE,
    JUSTICE,
    OTHER_COMMUNE,
    make_person,
    make_province,
    make_staff,
    receive,
)

MARITAL = "1.004873"
LATER = NOW + timedelta(hours=1)
MARITAL_PAPERS = (PaperTick("declaration", "original", 1), PaperTick("identity", "original", 1))


@pytest.fixture
def province(session: Session):
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province):
    return make_staff(session, Role.CLERK, province[DESK])


@pytest.fixture
def head(session: Session, province):
    """The leader of the desk's own agency, who may change the route."""
    return make_staff(session, Role.LEADER, province[DESK])


def person(**changes) -> Person:
    return Person.model_validate(make_person(**changes))


def rename(session: Session, code, clerk, **changes):
    values = {"reason": "wrong_person", "note": "", "at": LATER}
    values["people"] = (("applicant", person(name="Trần Văn Ổi", phone="0987654321")),)
    return correct(session, code, actor=clerk, **values | changes)


def reroute(session: Session, code, head, **changes):
    route = RightRoute(MARITAL, None, MARITAL_PAPERS, {})
    values = {"reason": "wrong_procedure", "note": "", "at": LATER, "route": route}
    return correct(session, code, actor=head, **values | changes)


def issue(session: Session, got, clerk, kind: str = "receipt") -> int:
    desk = clerk.assignments[0].agency_id
    return issue_document(
        session,
        kind=kind,
        dossier_id=got.dossier_id,
        agency_id=desk,
        content=b"%PDF",
        form_edition="tt-03-2025",
        actor=clerk.user_id,
        at=NOW,
        number=next_paper_number(session, desk, kind, at=NOW),
    )


class TestPeople:
    def test_a_clerk_puts_a_name_right_and_the_dossier_is_found_by_it(self, session, clerk):
        got = receive(session, clerk)

        rename(session, got.code, clerk, note="Gõ nhầm dòng")

        party = session.scalars(select(Party).where(Party.dossier_id == got.dossier_id)).one()
        assert (party.name, party.phone) == ("Trần Văn Ổi", "0987654321")
        terms = set(session.scalars(select(SearchTerm.term)))
        assert "oi" in terms
        assert "dao" not in terms
        assert verify(session).breaks == ()

    def test_the_old_values_stay_as_rows_of_the_old_event(self, session, clerk):
        got = receive(session, clerk)

        rename(session, got.code, clerk)

        body = session.scalars(select(DossierEvent.body).order_by(DossierEvent.version)).first()
        first = from_body(body).event
        assert isinstance(first, DossierReceived)
        name = next(ref for ref in first.persons if ref.kind == "applicant.name")
        assert session.get(PersonalValue, name.id).value == "Nguyễn Thị Đào"

    def test_code_dates_and_steps_stay(self, session, clerk):
        got = receive(session, clerk)
        before = load(session, got.code).state

        after = rename(session, got.code, clerk).state

        assert after.received.code == before.received.code
        assert (after.promises, after.steps) == (before.promises, before.steps)

    def test_a_submitter_may_be_added_and_taken_away(self, session, clerk):
        got = receive(session, clerk)
        people = (("applicant", person()), ("submitter", person(name="Lê Thị Ước")))

        rename(session, got.code, clerk, people=people)
        assert verify(session).breaks == ()
        rename(session, got.code, clerk, people=people[:1])

        assert session.scalars(select(Party.role)).all() == ["applicant"]
        assert verify(session).breaks == ()

    def test_a_changed_party_behind_the_correction_is_found(self, session, clerk):
        got = receive(session, clerk)
        rename(session, got.code, clerk)

        session.scalars(select(Party)).one().name = "Nguyễn Thị Đào"
        session.flush()

        assert [found.detail for found in verify(session).breaks] == ["parties: name of applicant"]

    def test_a_note_of_a_correction_is_held_against_its_commitment(self, session, clerk):
        got = receive(session, clerk)
        rename(session, got.code, clerk, note="Gõ nhầm dòng")

        values = select(PersonalValue).where(PersonalValue.kind == "note")
        session.scalars(values).one().value = "Ghi khác"
        session.flush()

        assert [found.version for found in verify(session).breaks] == [2]

    def test_people_as_they_were_are_no_correction(self, session, clerk):
        got = receive(session, clerk)

        with pytest.raises(NothingCorrected):
            rename(session, got.code, clerk, people=(("applicant", person()),))

    def test_a_reason_is_wanted(self, session, clerk):
        got = receive(session, clerk)

        with pytest.raises(ReasonMissing):
            rename(session, got.code, clerk, reason="")

    def test_neither_a_clerk_of_another_desk_nor_an_officer_may(self, session, clerk, province):
        got = receive(session, clerk)

        for who in (
            make_staff(session, Role.OFFICER, province[JUSTICE]),
            make_staff(session, Role.CLERK, province[OTHER_COMMUNE]),
            make_staff(session, Role.LEADER, province[OTHER_COMMUNE]),
        ):
            with pytest.raises(MoveNotAllowed):
                rename(session, got.code, who)

    def test_two_who_correct_at_once_are_told(self, session, clerk):
        got = receive(session, clerk)
        rename(session, got.code, clerk, expected_version=1)

        with pytest.raises(DossierChanged):
            rename(session, got.code, clerk, expected_version=1)

    def test_an_ended_dossier_is_corrected_no_more(self, session, clerk):
        got = receive(session, clerk)
        casework.withdraw(
            session, got.code, reason="applicant_wish", note="", actor=clerk, at=LATER
        )

        with pytest.raises(MoveNotAllowed):
            rename(session, got.code, clerk)


class TestReceipt:
    def test_receipts_are_void_and_the_link_superseded(self, session, clerk):
        got = receive(session, clerk)
        kinds = ("receipt", "fee_receipt")
        documents = [issue(session, got, clerk, kind) for kind in kinds]

        rename(session, got.code, clerk)

        for document in documents:
            assert session.get(IssuedDocument, document).voided_at == LATER
            with pytest.raises(PaperReplaced):
                reprint(session, document, stamp=bytes.__mul__, actor=clerk.user_id, at=LATER)
        links = session.scalars(select(StatusLink).order_by(StatusLink.version)).all()
        assert [(link.version, link.state) for link in links] == [(1, "superseded"), (2, "live")]
        assert links[0].ended_at == LATER
        assert links[0].token_sha256 == got.link.token.sha256
        assert links[1].token != got.link.token.text

    def test_a_second_correction_makes_a_third_link(self, session, clerk):
        got = receive(session, clerk)
        rename(session, got.code, clerk)

        rename(session, got.code, clerk, people=(("applicant", person()),))

        states = session.scalars(select(StatusLink.state).order_by(StatusLink.version)).all()
        assert states == ["superseded", "superseded", "live"]


class TestRoute:
    def test_the_date_is_counted_from_the_reception_under_the_right_limit(self, session, head):
        clerk = make_staff(session, Role.CLERK, head.assignments[0].agency_id)
        got = receive(session, clerk)
        before = load(session, got.code).state

        after = reroute(session, got.code, head).state

        calendar = agency_calendars(session)(after.received.receiving_agency)
        right = due(Limit.parse("3 working_days"), NOW, calendar).due_at
        assert after.first_promise() == before.first_promise()
        assert after.counted_promise().due_at == right
        assert after.counted_promise().ground is Ground.CORRECTION
        assert after.received.procedure == MARITAL
        row = session.get(Dossier, got.dossier_id)
        assert (row.procedure_code, row.first_due_at) == (MARITAL, before.first_promise().due_at)
        assert row.due_at == right
        assert verify(session).breaks == ()

    def test_the_work_done_under_the_wrong_route_begins_again(self, session, clerk, head, province):
        got = receive(session, clerk)
        officer = make_staff(session, Role.OFFICER, province[JUSTICE])
        (step,) = load(session, got.code).state.live_steps
        casework.accept_step(session, got.code, step=step.step, actor=officer, at=LATER)

        after = reroute(session, got.code, head).state

        assert after.find(step.ref).status is StepStatus.WITHDRAWN
        assert [one.step for one in after.live_steps] == ["check"]
        assert after.route == 1
        assert verify(session).breaks == ()

    def test_papers_and_fee_are_those_of_the_right_procedure(self, session, clerk, head):
        got = receive(session, clerk, fee_paid=True)

        after = reroute(session, got.code, head).state

        codes = session.scalars(select(DossierPaper.code).order_by(DossierPaper.line)).all()
        assert codes == ["declaration", "identity"]
        assert after.received.fee == 10_000
        assert not after.received.fee_paid  # less was paid than is owed now

    def test_what_was_paid_counts_towards_the_right_fee(self, session, clerk, head):
        got = receive(session, clerk, answers={"late": 1}, fee_paid=True)

        reroute(session, got.code, head)

        assert return_page(session, clerk, got.code).owed == 10_000 - 8_000
        assert dossier_page(session, got.code, head, now=LATER).fee_owed == 10_000 - 8_000

    def test_unknown_papers_are_refused(self, session, clerk, head):
        got = receive(session, clerk)
        route = RightRoute(MARITAL, None, (PaperTick("no_such", "original", 1),), {})

        with pytest.raises(UnknownPaper):
            reroute(session, got.code, head, route=route)

    def test_a_clerk_may_not_change_the_route(self, session, clerk):
        got = receive(session, clerk)

        with pytest.raises(MoveNotAllowed):
            reroute(session, got.code, clerk)

    def test_not_while_the_citizen_brings_papers(self, session, clerk, head, province):
        got = receive(session, clerk)
        officer = make_staff(session, Role.OFFICER, province[JUSTICE])
        (step,) = load(session, got.code).state.live_steps
        casework.accept_step(session, got.code, step=step.step, actor=officer, at=LATER)
        pauses.request_supplement(
            session,
            got.code,
            step=step.step,
            papers=["birth_slip"],
            reason="paper_missing",
            note="",
            actor=officer,
            at=LATER,
        )

        with pytest.raises(MoveNotAllowed):
            reroute(session, got.code, head)
        rename(session, got.code, clerk)
        assert verify(session).breaks == ()

    def test_a_date_in_the_past_is_never_told(self, session, clerk, head):
        got = receive(session, clerk)
        before = load(session, got.code).state

        after = reroute(session, got.code, head, at=NOW + timedelta(days=30)).state

        assert after.counted_promise().due_at == before.counted_promise().due_at
        assert verify(session).breaks == ()

    def test_only_the_agency_changes_when_only_that_was_wrong(self, session, province):
        bundle = "3.000722"
        clerk = make_staff(session, Role.CLERK, province[DESK])
        head = make_staff(session, Role.LEADER, province[DESK])
        spec = procedure_in_force(session, bundle, NOW.date()).spec
        papers = [{"code": paper.code} for paper in spec.required_papers]
        got = receive(session, clerk, procedure=bundle, papers=papers)
        before = load(session, got.code).state

        route = RightRoute(None, province[OTHER_COMMUNE], (), {})
        after = reroute(session, got.code, head, route=route, reason="wrong_agency").state

        assert after.received.competent_agency == province[OTHER_COMMUNE]
        assert after.received.papers == before.received.papers
        assert after.counted_promise().due_at == before.counted_promise().due_at
        assert province[INSURANCE] in {step.agency for step in after.plan}
        assert verify(session).breaks == ()


def test_what_is_foreseen_is_what_comes(session, clerk, head):
    got = receive(session, clerk)
    state = load(session, got.code).state
    route = RightRoute(MARITAL, None, MARITAL_PAPERS, {})

    seen = foresee(session, state, reason="wrong_procedure", route=route, actor=head, at=LATER)

    assert load(session, got.code).state == state
    assert state.received.procedure == BIRTH
    after = reroute(session, got.code, head).state
    assert seen.after.promises == after.promises
    assert seen.after.steps == after.steps
