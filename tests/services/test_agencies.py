"""Agencies: taken in from files, shown as a tree, renamed, closed, followed by others."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from onestop.models.agencies import Desk
from onestop.queries import agencies as agencies_query
from onestop.services.agencies import AgencyNotFound, agency_ref
from onestop.services.agency_imports import (
    AgencyImport,
    AgencyMoved,
    AgencyOverlap,
    import_agencies,
)
from tests.catalogue_files import TODAY, TWO_LEVEL, agencies, agency_id


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
