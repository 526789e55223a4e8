"""Procedures: taken in, found for a day and as they are typed, confirmed value by value."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from onestop.domain.agencies import AgencyLevel
from onestop.domain.procedures import Audience, Mark
from onestop.models.accounts import User
from onestop.models.procedures import ProcedureEdition, ValueConfirmation
from onestop.models.reception import Visit
from onestop.queries import catalogue as catalogue_query
from onestop.services.agency_imports import import_agencies
from onestop.services.catalogue import (
    AlreadyConfirmed,
    DocumentNumberMissing,
    EditionInUse,
    Outcome,
    ProcedureClosed,
    ProcedureNotFound,
    UnknownValue,
    confirm_value,
    edition_by_id,
    import_procedures,
    procedure_in_force,
)
from tests.catalogue_files import PROCEDURES, TODAY, agencies, agency_id, procedure


def take_in(session, spec, now) -> Outcome:
    (outcome,) = import_procedures(session, [spec], at=now)
    return outcome


def use(session, edition_id: int, now) -> None:
    """Leave a trace of an edition as a guidance visit does."""
    user = User(username="an", display_name="An", password_hash="x", created_at=now)
    session.add(user)
    session.flush()
    session.add(
        Visit(
            agency_id=agency_id(session, "H90.01"),
            procedure_edition_id=edition_id,
            outcome="guidance",
            number=1,
            year=2026,
            reason="missing",
            missing="[]",
            token_sha256="0" * 64,
            at=now,
            by=user.id,
            expires_at=now,
        )
    )
    session.flush()


def test_a_file_taken_in_twice_changes_nothing(session, now):
    assert take_in(session, procedure(), now) is Outcome.ADDED
    assert take_in(session, procedure(), now) is Outcome.UNCHANGED
    assert session.scalar(select(func.count()).select_from(ProcedureEdition)) == 1


def test_a_changed_file_replaces_an_edition_nobody_used(session, now):
    take_in(session, procedure(), now)

    assert take_in(session, procedure(supplement_days=7), now) is Outcome.CHANGED

    assert procedure_in_force(session, "1.001193", TODAY).spec.supplement_days == 7


def test_a_changed_file_is_refused_once_the_edition_is_used(session, now):
    import_agencies(session, agencies())
    take_in(session, procedure(), now)
    use(session, procedure_in_force(session, "1.001193", TODAY).id, now)

    with pytest.raises(EditionInUse) as caught:
        take_in(session, procedure(supplement_days=7), now)

    assert (caught.value.code, caught.value.edition) == ("1.001193", "2025-07")
    assert take_in(session, procedure(), now) is Outcome.UNCHANGED


def test_an_edition_in_use_may_still_be_ended(session, now):
    import_agencies(session, agencies())
    take_in(session, procedure(), now)
    use(session, procedure_in_force(session, "1.001193", TODAY).id, now)

    assert take_in(session, procedure(valid_to=date(2026, 3, 1)), now) is Outcome.CHANGED

    with pytest.raises(ProcedureClosed) as caught:
        procedure_in_force(session, "1.001193", TODAY)
    assert (caught.value.code, caught.value.on) == ("1.001193", TODAY)


def test_a_dossier_keeps_its_edition_when_a_new_one_begins(session, now):
    take_in(session, procedure(), now)
    old = procedure_in_force(session, "1.001193", TODAY)
    new = procedure(edition="2026-04", valid_from=date(2026, 4, 1), supplement_days=7)

    assert take_in(session, new, now) is Outcome.ADDED

    assert procedure_in_force(session, "1.001193", date(2026, 3, 31)) == old
    assert procedure_in_force(session, "1.001193", date(2026, 4, 1)).spec == new
    assert edition_by_id(session, old.id) == old


def test_an_unknown_procedure_is_not_found(session):
    with pytest.raises(ProcedureNotFound) as caught:
        procedure_in_force(session, "9.999999", TODAY)
    with pytest.raises(ProcedureNotFound):
        edition_by_id(session, 4711)

    assert caught.value.code == "9.999999"


def test_a_procedure_that_has_not_begun_is_closed(session, now):
    take_in(session, procedure(), now)

    with pytest.raises(ProcedureClosed):
        procedure_in_force(session, "1.001193", date(2025, 6, 30))


def confirm(session, edition_id, path, now, number="QĐ 12/QĐ-UBND"):
    user = session.scalar(select(User.id))
    if user is None:
        added = User(username="quan", display_name="Quản", password_hash="x", created_at=now)
        session.add(added)
        session.flush()
        user = added.id
    confirm_value(
        session,
        edition_id,
        path,
        document_number=number,
        document_on=date(2026, 2, 1),
        actor=user,
        at=now,
    )


def test_a_default_is_confirmed_with_a_document(session, now):
    take_in(session, procedure(), now)
    edition = procedure_in_force(session, "1.001193", TODAY)
    before = catalogue_query.procedure_page(session, "1.001193", on=TODAY)
    assert edition.spec.mark("fees.late_registration") is Mark.DEFAULT

    confirm(session, edition.id, "fees.late_registration", now, "  NQ  5/2026/NQ-HĐND ")

    page = catalogue_query.procedure_page(session, "1.001193", on=TODAY)
    (value,) = [v for v in page.values if v.path == "fees.late_registration"]
    assert value.mark is Mark.CONFIRMED
    assert value.confirmation.document_number == "NQ 5/2026/NQ-HĐND"
    assert page.open_values == before.open_values - 1
    assert procedure_in_force(session, "1.001193", TODAY) == edition


@pytest.mark.parametrize(
    ("path", "number", "refusal"),
    [
        ("fees.late_registration", " ", DocumentNumberMissing),
        ("fees.nothing", "QĐ 1", UnknownValue),
        ("limit", "QĐ 1", AlreadyConfirmed),
    ],
    ids=["no document", "no such value", "confirmed by the file"],
)
def test_a_confirmation_that_says_nothing_is_refused(session, now, path, number, refusal):
    take_in(session, procedure(), now)
    edition = procedure_in_force(session, "1.001193", TODAY)

    with pytest.raises(refusal):
        confirm(session, edition.id, path, now, number)


def test_a_value_is_confirmed_once(session, now):
    take_in(session, procedure(), now)
    edition = procedure_in_force(session, "1.001193", TODAY)
    confirm(session, edition.id, "steps.verify", now)

    with pytest.raises(AlreadyConfirmed) as caught:
        confirm(session, edition.id, "steps.verify", now)

    assert caught.value.path == "steps.verify"


def test_replacing_an_edition_drops_confirmations_of_what_changed_only(session, now):
    take_in(session, procedure(), now)
    edition = procedure_in_force(session, "1.001193", TODAY)
    for path in ("fees.late_registration", "supplement_days", "steps.verify"):
        confirm(session, edition.id, path, now)
    fees = (replace(edition.spec.fees[0], amount=9000),)
    take_in(session, replace(edition.spec, fees=fees, supplement_days=7), now)

    kept = session.scalars(select(ValueConfirmation.path)).all()

    assert kept == ["steps.verify"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("khai sinh", "1.001193"),
        ("KHAI SINH", "1.001193"),
        ("đăng ký khai", "1.001193"),
        ("dang ky khai", "1.001193"),
        ("ks", "1.001193"),
        ("1.0011", "1.001193"),
        ("birth reg", "1.001193"),
        ("hon nhan", "1.004873"),
        ("tthn", "1.004873"),
        ("gpxd", "1.013225"),
        ("tach thua", "1.012784"),
        ("chung thuc ban sao", "2.000815"),
        ("hkd", "1.001612"),
        ("ket hon", "1.000894"),
        ("khai tu", "2.002913"),
        ("so goc", "2.000908"),
        ("tro cap", "1.001776"),
        ("cap doi", "1.012783"),
        ("dinh chinh", "1.012790"),
        ("da chuyen quyen", "1.012785"),
    ],
)
def test_a_clerk_finds_a_procedure_as_it_is_typed(catalogue, text, code):
    found = catalogue_query.find_procedures(catalogue, text, on=TODAY)

    assert found[0].code == code


def test_no_text_finds_all_in_force_and_nonsense_finds_none(catalogue):
    everything = catalogue_query.find_procedures(catalogue, "", on=TODAY, limit=200)

    assert len(everything) == len(PROCEDURES)
    assert catalogue_query.find_procedures(catalogue, "", on=TODAY) == everything[:12]
    assert catalogue_query.find_procedures(catalogue, "xyz", on=TODAY) == ()
    assert catalogue_query.find_procedures(catalogue, "%", on=TODAY) == ()
    assert catalogue_query.find_procedures(catalogue, "khai sinh", on=date(2025, 1, 1)) == ()


def test_a_desk_finds_what_its_province_can_decide(catalogue, now):
    nobody = procedure("1.012784", code="9.000001", competent_levels=(AgencyLevel.DISTRICT,))
    take_in(catalogue, nobody, now)
    desk = agency_id(catalogue, "H91.51.01")

    found = catalogue_query.find_procedures(catalogue, "", on=TODAY, agency=desk, limit=200)

    assert len(found) == len(PROCEDURES)


def test_internal_procedures_stand_apart(catalogue, now):
    take_in(catalogue, procedure(code="9.000002", audience=Audience.INTERNAL), now)

    public = catalogue_query.find_procedures(catalogue, "9.000002", on=TODAY)
    internal = catalogue_query.find_procedures(
        catalogue, "9.000002", on=TODAY, audience=Audience.INTERNAL
    )

    assert (public, [row.code for row in internal]) == ((), ["9.000002"])


def test_the_type_ahead_asks_the_same_number_of_statements_however_many(catalogue, count_queries):
    desk = agency_id(catalogue, "H90.01")
    with count_queries() as statements:
        catalogue_query.find_procedures(catalogue, "d", on=TODAY, agency=desk)

    assert len(statements) <= 3


def test_the_list_counts_values_still_to_confirm(catalogue, now):
    edition = procedure_in_force(catalogue, "2.000815", TODAY)
    before = {
        r.row.code: r.open_values for r in catalogue_query.procedure_list(catalogue, on=TODAY)
    }
    confirm(catalogue, edition.id, "supplement_days", now)

    after = {r.row.code: r.open_values for r in catalogue_query.procedure_list(catalogue, on=TODAY)}

    assert after["2.000815"] == before["2.000815"] - 1
    assert after["1.001193"] == before["1.001193"]


def test_one_procedure_is_shown_with_its_other_editions(catalogue, now):
    take_in(catalogue, procedure(edition="2026-04", valid_from=date(2026, 4, 1)), now)

    page = catalogue_query.procedure_page(catalogue, "1.001193", on=TODAY)
    named = catalogue_query.procedure_page(catalogue, "1.001193", on=TODAY, edition="2026-04")

    assert page.row.edition == "2025-07"
    assert [row.edition for row in page.editions] == ["2026-04", "2025-07"]
    assert named.row.edition == "2026-04"
    assert catalogue_query.procedure_page(catalogue, "9.999999", on=TODAY) is None
    assert catalogue_query.procedure_by_code(catalogue, "9.999999", on=TODAY) is None
    assert catalogue_query.procedure_by_code(catalogue, "1.001193", on=TODAY) == page.row
