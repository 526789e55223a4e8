"""Which agency does which step: every procedure from every desk, and what nothing answers."""

from dataclasses import replace

import pytest

from onestop.domain.agencies import AgencyLevel, AgencyUnresolved
from onestop.domain.routes import Route
from onestop.queries import agencies as agencies_query
from onestop.services.agencies import (
    AgencyNotFound,
    CompetentAgencyNotNamed,
    NotCompetent,
    competent_agency,
    resolve_agencies,
)
from tests.catalogue_files import PROCEDURES, TODAY, agency_id, procedure

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
