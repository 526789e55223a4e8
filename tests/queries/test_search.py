"""Finding dossiers: by code, link, number, telephone, and by names as people type them."""

import unicodedata

import pytest
from sqlalchemy.orm import Session

from onestop.domain.rights import Actor, Role
from onestop.inputs.finding import Find
from onestop.queries.search import code_of, dossiers_named, dossiers_of_person
from onestop.services.reception import Received
from tests.factories import (
    DESK,
    JUSTICE,
    OTHER_DESK,
    Province,
    make_person,
    make_province,
    make_staff,
    receive,
)


@pytest.fixture
def province(session: Session) -> Province:
    return make_province(session)


@pytest.fixture
def clerk(session: Session, province: Province) -> Actor:
    return make_staff(session, Role.CLERK, province[DESK])


@pytest.fixture
def received(session: Session, clerk: Actor) -> Received:
    return receive(session, clerk, applicant=make_person(name="Nguyễn Thị Đào"))


def found(session: Session, actor: Actor, typed: str) -> list[str]:
    """Codes found the way the page looks: one box, whatever was typed or scanned."""
    sought = Find(q=typed)
    code = code_of(session, actor, code=sought.code, token=sought.token)
    if code is not None:
        return [code]
    rows = dossiers_of_person(session, actor, id_number=sought.id_number, phone=sought.phone)
    return [row.code for row in rows or dossiers_named(session, actor, sought.name)]


@pytest.mark.parametrize(
    "typed",
    [
        "nguyen thi dao",
        "nguyen thi đao",
        "NGUYỄN THỊ ĐÀO",
        unicodedata.normalize("NFD", "Nguyễn Thị Đào"),
        "thi dao",
        "đào",
        "nguy",
        "dao nguyen",
        "  Nguyễn   Thị ",
        "098190012345",
        "098 190 012 345",
        "0912345678",
        "+84 912 345 678",
        "0912.345.678",
        "098190012345|123456789|Nguyễn Thị Đào|12051990|Nữ|Tổ 3, phường Đầm Sen|01012022",
    ],
    ids=[
        "without marks",
        "đ alone kept",
        "upper case",
        "typed on a Mac",
        "last two words",
        "given name",
        "beginning of a word",
        "words in another order",
        "blanks",
        "ID number",
        "ID number in groups",
        "telephone",
        "telephone with country",
        "telephone with dots",
        "ID card scanned",
    ],
)
def test_the_person_is_found(
    session: Session, clerk: Actor, received: Received, typed: str
) -> None:
    assert found(session, clerk, typed) == [received.code]


@pytest.mark.parametrize(
    "typed",
    ["tran van binh", "thi nguyen hoa", "098190012346", "0912345679", "", "   ", "%", "_", "'--"],
)
def test_nobody_else_is_found(
    session: Session, clerk: Actor, received: Received, typed: str
) -> None:
    assert found(session, clerk, typed) == []


def test_a_code_is_found_however_it_is_typed(
    session: Session, clerk: Actor, received: Received
) -> None:
    for typed in (received.code, received.code.lower(), received.code.replace("-", " - ")):
        assert found(session, clerk, typed) == [received.code]


def test_a_scanned_status_link_opens_its_dossier(
    session: Session, clerk: Actor, received: Received
) -> None:
    assert received.link is not None
    link = f"https://motcua.example.vn/s/{received.link.token.text}"

    assert found(session, clerk, link) == [received.code]
    assert found(session, clerk, link.lower()) == [received.code]


def test_only_those_who_take_part_find_it(
    session: Session, province: Province, received: Received
) -> None:
    officer = make_staff(session, Role.OFFICER, province[JUSTICE])
    stranger = make_staff(session, Role.CLERK, province[OTHER_DESK])
    admin = make_staff(session, Role.ADMIN, province["H91"])
    assert received.link is not None
    link = f"https://motcua.example.vn/s/{received.link.token.text}"

    for typed in ("nguyen thi dao", "098190012345", "0912345678", received.code, link):
        assert found(session, officer, typed) == [received.code]
        assert found(session, stranger, typed) == []
        assert found(session, admin, typed) == []


def test_the_submitter_is_found_as_well(session: Session, clerk: Actor) -> None:
    mother = make_person(name="Lê Thị Hoa", id_number="098188000111", phone="0987654321")
    code = receive(session, clerk, submitter=mother).code

    for typed in ("le thi hoa", "098188000111", "0987654321"):
        assert found(session, clerk, typed) == [code]


def test_names_with_the_typed_marks_come_first(session: Session, clerk: Actor) -> None:
    exact = receive(session, clerk, applicant=make_person(name="Lê Thị Đào")).code
    receive(session, clerk, applicant=make_person(name="Lê Thị Dao"))

    assert found(session, clerk, "đào")[0] == exact
    assert len(found(session, clerk, "dao")) == 2
