"""Procedures and agencies: taken in, found for a day, resolved, confirmed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from onestop.domain.agencies import AgencyLevel, AgencyUnresolved
from onestop.domain.procedures import Audience, Mark
from onestop.domain.routes import Route
from onestop.models.accounts import User
from onestop.models.agencies import Agency, Desk
from onestop.models.procedures import ProcedureEdition, ValueConfirmation
from onestop.models.reception import Visit
from onestop.queries import agencies as agencies_query
from onestop.queries import catalogue as catalogue_query
from onestop.services.agencies import (
    AgencyNotFound,
    CompetentAgencyNotNamed,
    NotCompetent,
    agency_ref,
    competent_agency,
    resolve_agencies,
)
from onestop.services.agency_imports import (
    AgencyImport,
    AgencyMoved,
    AgencyOverlap,
    import_agencies,
)
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
from tests.catalogue_files import (
    PROCEDURES,
    TODAY,
    TWO_LEVEL,
    agencies,
    install_catalogue,
    procedure,
)
from tests.conftest import NOW


@pytest.fixture
def furnish(request):
    return shipped_catalogue if "catalogue" in request.fixturenames else None


def shipped_catalogue(session):
    install_catalogue(session, at=NOW)


@pytest.fixture
def catalogue(session):
    return session


def agency_id(session, code: str) -> int:
    found = session.scalar(select(Agency.id).where(Agency.code == code))
    assert found is not None
    return found


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


def test_agencies_taken_in_twice_change_nothing(session):
    first = import_agencies(session, agencies())
    again = import_agencies(session, agencies())

    assert first == AgencyImport(len(agencies()), 0, 0)
    assert again == AgencyImport(0, 0, len(agencies()))


def test_the_tree_is_printed_parents_first_and_siblings_by_code(catalogue):
    codes = [row.code for row in agencies_query.agency_tree(catalogue, on=TODAY)]

    assert codes[:2] == ["H90", "H90.01"]
    assert codes.index("H90.31") < codes.index("H90.31.21") < codes.index("H90.31.21.01")
    assert codes.index("H90.31.21.03") < codes.index("H90.31.22") < codes.index("H90.32")


def test_a_district_ended_and_names_its_successor(catalogue):
    everything = {row.code: row for row in agencies_query.agency_tree(catalogue)}

    assert everything["H91.41"].valid_to == date(2025, 6, 30)
    assert everything["H91.41"].successor_id == everything["H91.51"].id
    assert everything["H91.41.01"].valid_to == date(2025, 6, 30)
    today = {row.code for row in agencies_query.agency_tree(catalogue, on=TODAY)}
    assert not {code for code in today if code.startswith(("H91.41", "H91.42"))}
    with pytest.raises(AgencyNotFound):
        agency_ref(catalogue, everything["H91.41"].id, TODAY)


def changed(specs, code: str, **values):
    return [replace(s, **values) if s.code == code else s for s in specs]


def test_an_agency_is_renamed_by_its_file(catalogue):
    renamed = changed(agencies(), "H90.03", name="Sở Tư pháp Sông Mai", phone="0290 000 999")

    assert import_agencies(catalogue, renamed) == AgencyImport(0, 1, len(renamed) - 1)

    row = agencies_query.agency_by_id(catalogue, agency_id(catalogue, "H90.03"))
    assert (row.name, row.phone) == ("Sở Tư pháp Sông Mai", "0290 000 999")


def test_a_desk_left_out_is_closed_and_comes_back(catalogue):
    centre = agency_id(catalogue, "H90.01")
    before = agencies_query.desks_of(catalogue, centre)
    (spec,) = [s for s in agencies() if s.code == "H90.01"]

    import_agencies(catalogue, changed(agencies(), "H90.01", desks=spec.desks[:1]))
    assert len(agencies_query.desks_of(catalogue, centre)) == 1
    assert catalogue.scalar(select(func.count()).where(Desk.agency_id == centre)) == len(before)

    import_agencies(catalogue, agencies())
    assert agencies_query.desks_of(catalogue, centre) == before


def test_a_desk_says_on_what_it_prints_and_how_papers_stand(catalogue):
    (spec,) = [s for s in agencies() if s.code == "H90.01"]
    first = replace(spec.desks[0], paper_size="80mm", papers_as="table")

    done = import_agencies(catalogue, changed(agencies(), "H90.01", desks=(first,)))

    centre = agency_id(catalogue, "H90.01")
    found = select(Desk.paper_size, Desk.papers_as).where(Desk.agency_id == centre, Desk.open)
    assert done.changed == 1
    assert catalogue.execute(found).all() == [("80mm", "table")]


def test_the_areas_of_a_regional_body_follow_the_file(catalogue):
    specs = changed(agencies(TWO_LEVEL), "H91.31", serves=("H91.52", "H91.53"))

    assert import_agencies(catalogue, specs).changed == 1
    assert import_agencies(catalogue, specs).changed == 0

    row = agencies_query.agency_by_id(catalogue, agency_id(catalogue, "H91.31"))
    assert row.served == ("UBND xã Khe Vàng", "UBND phường Gò Thị")


def test_an_agency_is_not_moved_under_another_parent(catalogue):
    moved = changed(agencies(), "H90.32.21", parent="H90.31")

    with pytest.raises(AgencyMoved) as caught:
        import_agencies(catalogue, moved)

    assert caught.value.code == "H90.32.21"
    assert caught.value.line > 1


def test_one_code_is_not_in_force_twice(catalogue):
    (spec,) = [s for s in agencies() if s.code == "H90"]
    other = replace(spec, valid_from=date(2024, 1, 1), desks=())

    with pytest.raises(AgencyOverlap) as caught:
        import_agencies(catalogue, [other])

    assert caught.value.code == "H90"


def test_an_agency_may_take_an_earlier_ones_code(catalogue):
    (spec,) = [s for s in agencies(TWO_LEVEL) if s.code == "H91.42"]
    new = replace(
        spec, parent="", valid_from=date(2026, 1, 1), valid_to=None, desks=(), successor=""
    )

    assert import_agencies(catalogue, [new]).added == 1


DESKS_THREE = [
    "H90.01", "H90.31.01", "H90.32.01", "H90.31.21.01", "H90.31.22.01", "H90.31.23.01",
    "H90.32.21.01", "H90.32.22.01", "H90.32.23.01",
]  # fmt: skip
DESKS_TWO = ["H91.01", "H91.51.01", "H91.52.01", "H91.53.01", "H91.54.01"]


@pytest.mark.parametrize("desk", DESKS_THREE + DESKS_TWO)
def test_every_procedure_is_resolved_from_every_desk(catalogue, desk):
    receiving = agency_id(catalogue, desk)
    for path in PROCEDURES:
        spec = procedure(path.stem)
        choices = agencies_query.competent_choices(catalogue, spec, receiving=receiving, on=TODAY)
        assert choices
        for competent in choices:
            found = resolve_agencies(
                catalogue, spec.route, receiving=receiving, competent=competent.id, on=TODAY
            )
            fixed = [s.key for s in spec.route.steps if not s.agency.startswith("chosen")]
            assert list(found) == fixed
            assert found["receive"].code == found["return"].code == desk
            assert {ref.chain[0] for ref in found.values()} == {competent.chain[0]}


def resolved(session, code, desk):
    receiving = agency_id(session, desk)
    spec = procedure(code)
    competent = competent_agency(session, spec, receiving=receiving, on=TODAY)
    return {
        key: ref.code
        for key, ref in resolve_agencies(
            session, spec.route, receiving=receiving, competent=competent.id, on=TODAY
        ).items()
    }


def test_the_birth_bundle_of_a_commune_goes_to_its_own_neighbours(catalogue):
    assert resolved(catalogue, "3.000722", "H90.31.21.01") == {
        "receive": "H90.31.21.01",
        "justice": "H90.31.21.02",
        "sign": "H90.31.21",
        "register": "H90.31.21",
        "police": "H90.31.21.03",
        "insurance": "H90.31.09",
        "return": "H90.31.21.01",
    }


def test_where_districts_are_gone_regional_bodies_serve_their_communes(catalogue):
    north = resolved(catalogue, "3.000722", "H91.51.01")
    south = resolved(catalogue, "3.000722", "H91.54.01")

    assert (north["police"], north["insurance"]) == ("H91.51.05", "H91.33")
    assert (south["police"], south["insurance"]) == ("H91.54.05", "H91.34")


def test_the_competent_level_is_the_first_that_exists(catalogue):
    assert resolved(catalogue, "1.001612", "H90.32.22.01")["sign"] == "H90.32"
    assert resolved(catalogue, "1.001612", "H91.52.01")["sign"] == "H91.52"
    assert resolved(catalogue, "1.013225", "H90.31.01")["check"] == "H90.31.04"
    assert resolved(catalogue, "1.013225", "H91.53.01")["check"] == "H91.53.03"


def test_land_goes_to_the_branch_around_the_desk_and_the_tax_office_of_the_desk(catalogue):
    three = resolved(catalogue, "1.012786", "H90.31.23.01")
    two = resolved(catalogue, "1.012786", "H91.53.01")

    assert (three["verify"], three["notice"], three["tax"]) == (
        "H90.31.10",
        "H90.31.05",
        "H90.31.08",
    )
    assert (two["verify"], two["notice"], two["tax"]) == ("H91.36", "H91.53.03", "H91.32")


def test_the_death_bundle_and_the_allowance_find_a_social_office_in_both_provinces(catalogue):
    three, two = "H90.31.21.01", "H91.51.01"

    death = [resolved(catalogue, "2.002913", desk) for desk in (three, two)]
    allowance = [resolved(catalogue, "1.001776", desk) for desk in (three, two)]

    assert [(d["insurance"], d["social"]) for d in death] == [
        ("H90.31.09", "H90.31.06"),
        ("H91.33", "H91.51.04"),
    ]
    assert [(a["review"], a["sign"]) for a in allowance] == [
        ("H90.31.06", "H90.31"),
        ("H91.51.04", "H91.51"),
    ]


def test_a_desk_that_lies_in_no_competent_agency_must_name_one(catalogue):
    province = agency_id(catalogue, "H90.01")
    commune = agency_id(catalogue, "H90.32.21")

    with pytest.raises(CompetentAgencyNotNamed) as caught:
        competent_agency(catalogue, procedure(), receiving=province, on=TODAY)
    named = competent_agency(catalogue, procedure(), receiving=province, on=TODAY, named=commune)

    assert caught.value.procedure == "1.001193"
    assert named.code == "H90.32.21"
    assert (
        agencies_query.default_competent(catalogue, procedure(), receiving=province, on=TODAY)
        is None
    )


def test_the_agency_around_the_desk_is_offered_first(catalogue):
    receiving = agency_id(catalogue, "H90.32.22.01")

    choices = agencies_query.competent_choices(
        catalogue, procedure(), receiving=receiving, on=TODAY
    )

    assert choices[0].code == "H90.32.22"
    assert len(choices) == 6
    assert agencies_query.competent_choices(catalogue, procedure(), receiving=4711, on=TODAY) == ()
    assert (
        agencies_query.default_competent(catalogue, procedure(), receiving=receiving, on=TODAY)
        == choices[0]
    )
    assert (
        agencies_query.default_competent(catalogue, procedure(), receiving=4711, on=TODAY) is None
    )


def test_an_agency_that_never_decides_a_procedure_is_refused(catalogue):
    receiving = agency_id(catalogue, "H90.31.21.01")
    police = agency_id(catalogue, "H90.31.21.03")
    abroad = agency_id(catalogue, "H91.51")

    for named in (police, abroad):
        with pytest.raises(NotCompetent):
            competent_agency(catalogue, procedure(), receiving=receiving, on=TODAY, named=named)


def test_an_unknown_agency_is_not_found(catalogue):
    desk = agency_id(catalogue, "H90.01")

    with pytest.raises(AgencyNotFound) as caught:
        resolve_agencies(catalogue, procedure().route, receiving=desk, competent=4711, on=TODAY)

    assert caught.value.agency == 4711


def test_a_chosen_agency_is_resolved_when_it_was_chosen(catalogue):
    receiving = agency_id(catalogue, "H90.31.21.01")
    competent = agency_id(catalogue, "H90.31.21")
    other = agency_id(catalogue, "H90.32.21.02")
    route = procedure("1.004873").route
    places = {"receiving": receiving, "competent": competent, "on": TODAY}

    assert "verify_elsewhere" not in resolve_agencies(catalogue, route, **places)
    chosen = resolve_agencies(catalogue, route, **places, chosen={"verify_elsewhere": other})

    assert chosen["verify_elsewhere"].code == "H90.32.21.02"


def test_other_agencies_of_the_function_are_offered_for_a_consultation(catalogue):
    own = agency_id(catalogue, "H90.31.21.02")

    offered = agencies_query.consultation_choices(catalogue, "chosen:justice", agency=own, on=TODAY)

    assert "H90.32.21.02" in [row.code for row in offered]
    assert {row.function for row in offered} == {"justice"}
    assert own not in [row.id for row in offered]
    assert len(agencies_query.consultation_choices(catalogue, "chosen", agency=own, on=TODAY)) > 40
    assert agencies_query.consultation_choices(catalogue, "chosen", agency=4711, on=TODAY) == ()


def with_agency(route: Route, key: str, reference: str) -> Route:
    return Route(tuple(replace(s, agency=reference) if s.key == key else s for s in route.steps))


def test_a_fixed_agency_is_found_by_its_code(catalogue):
    route = with_agency(procedure().route, "verify", "code:H90.03")
    desk, commune = agency_id(catalogue, "H90.31.21.01"), agency_id(catalogue, "H90.31.21")

    found = resolve_agencies(catalogue, route, receiving=desk, competent=commune, on=TODAY)

    assert found["verify"].code == "H90.03"


@pytest.mark.parametrize("reference", ["code:H90.99", "function:culture"])
def test_a_reference_nothing_answers_names_the_step(catalogue, reference):
    route = with_agency(procedure().route, "verify", reference)
    desk, commune = agency_id(catalogue, "H90.31.21.01"), agency_id(catalogue, "H90.31.21")

    with pytest.raises(AgencyUnresolved) as caught:
        resolve_agencies(catalogue, route, receiving=desk, competent=commune, on=TODAY)

    assert (caught.value.step, caught.value.reference) == ("verify", reference)


def test_a_closed_level_leaves_no_competent_agency(catalogue):
    spec = procedure(competent_levels=(AgencyLevel.DISTRICT,))
    desk = agency_id(catalogue, "H91.51.01")

    with pytest.raises(CompetentAgencyNotNamed):
        competent_agency(catalogue, spec, receiving=desk, on=TODAY)
    assert agencies_query.competent_choices(catalogue, spec, receiving=desk, on=TODAY) == ()
    assert agencies_query.levels_and_functions(catalogue, 4711, on=TODAY) == frozenset()
    assert agencies_query.agency_by_id(catalogue, 4711) is None
