"""Reading the QR of an identity card."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.identity_card import (
    BadCard,
    BadIdNumber,
    CardProblem,
    CardWarning,
    Sex,
    number_facts,
    number_warnings,
    parse_card,
    parse_id_number,
)

TODAY = date(2026, 11, 23)
CARD = (
    "001300123456||NGUYỄN THỊ MẪU|05032000|Nữ|Số 1, Phố Ví Dụ, Phường Thử Nghiệm, Hà Nội|15062021"
)


def card(**changes: str) -> str:
    """The sample card with some fields changed."""
    names = ("number", "old_number", "name", "born", "sex", "address", "issued")
    fields = dict(zip(names, CARD.split("|"), strict=True)) | changes
    return "|".join(fields.values())


def test_a_card_with_seven_fields_is_read():
    reading = parse_card(CARD, today=TODAY)

    assert reading.number == "001300123456"
    assert reading.old_number == ""
    assert reading.name == "NGUYỄN THỊ MẪU"
    assert reading.born_on == date(2000, 3, 5)
    assert reading.birth_year == 2000
    assert reading.sex is Sex.FEMALE
    assert reading.address == "Số 1, Phố Ví Dụ, Phường Thử Nghiệm, Hà Nội"
    assert reading.issued_on == date(2021, 6, 15)
    assert reading.warnings == ()


def test_marks_of_scanners_around_the_card_are_dropped():
    assert parse_card(f"\ufeff\x02{CARD}\r\n\t", today=TODAY) == parse_card(CARD, today=TODAY)


def test_a_decomposed_name_comes_back_composed():
    decomposed = card(name="NGUYE\u0302\u0303N THI\u0323 MA\u0302\u0303U")

    assert parse_card(decomposed, today=TODAY).name == "NGUYỄN THỊ MẪU"


def test_the_newer_card_with_a_tail_is_read_and_the_tail_dropped():
    longer = card(old_number="012345678") + "|TRẦN VĂN BÍ MẬT|001099000001|PHẠM THỊ KÍN"

    reading = parse_card(longer, today=TODAY)

    assert reading.old_number == "012345678"
    assert reading.issued_on == date(2021, 6, 15)
    values = [getattr(reading, name) for name in type(reading).__slots__]
    assert not any("BÍ MẬT" in str(value) or "KÍN" in str(value) for value in values)


@pytest.mark.parametrize(
    "six_fields",
    [
        "001300123456||NGUYỄN THỊ MẪU|05032000|Nữ|Hà Nội",
        "001300123456|NGUYỄN THỊ MẪU|05032000|Nữ|Hà Nội|15062021",
    ],
    ids=["no date of issue", "no old number"],
)
def test_six_fields_are_read_by_shape(six_fields):
    reading = parse_card(six_fields, today=TODAY)

    assert (reading.name, reading.sex, reading.address) == ("NGUYỄN THỊ MẪU", Sex.FEMALE, "Hà Nội")
    assert reading.born_on == date(2000, 3, 5)


def test_fields_in_the_other_order_are_told_by_shape():
    swapped = "001300123456||NGUYỄN THỊ MẪU|Nữ|05032000|15062021|Hà Nội"

    reading = parse_card(swapped, today=TODAY)

    assert (reading.sex, reading.born_on) == (Sex.FEMALE, date(2000, 3, 5))
    assert (reading.address, reading.issued_on) == ("Hà Nội", date(2021, 6, 15))


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"number": "098300123456"}, CardWarning.PLACE_UNKNOWN),
        ({"born": "05032001"}, CardWarning.YEAR_DIFFERS),
        ({"sex": "Nam"}, CardWarning.SEX_DIFFERS),
        ({"sex": "N?"}, CardWarning.SEX_UNREADABLE),
        ({"born": "??"}, CardWarning.BIRTH_DATE_UNREADABLE),
        ({"born": "05032030", "number": "001330123456", "issued": ""}, CardWarning.BIRTH_IN_FUTURE),
        ({"issued": "99999999"}, CardWarning.ISSUE_DATE_UNREADABLE),
        ({"issued": "15062030"}, CardWarning.ISSUE_IN_FUTURE),
        ({"issued": "15061999"}, CardWarning.ISSUE_BEFORE_BIRTH),
        ({"old_number": "12345"}, CardWarning.OLD_NUMBER_UNREADABLE),
        ({"address": ""}, CardWarning.ADDRESS_MISSING),
        ({"name": "NGUYEN THI MAU", "sex": "Nu"}, CardWarning.MARKS_LOST),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_looks_wrong_is_a_warning_and_no_refusal(changes, warning):
    assert parse_card(card(**changes), today=TODAY).warnings == (warning,)


@pytest.mark.parametrize(
    ("born", "born_on", "year"),
    [("31022000", None, 2000), ("00002000", None, 2000), ("2000", None, 2000), ("", None, None)],
    ids=["no such day", "day and month unknown", "year alone", "nothing"],
)
def test_an_incomplete_date_of_birth_is_unknown(born, born_on, year):
    reading = parse_card(card(born=born), today=TODAY)

    assert (reading.born_on, reading.birth_year) == (born_on, year)


def test_a_bad_old_number_is_not_taken_over():
    assert parse_card(card(old_number="12345"), today=TODAY).old_number == ""


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ("", CardProblem.EMPTY),
        ("\r\n\x02", CardProblem.EMPTY),
        ("H40.05-261123-0001", CardProblem.NOT_A_CARD),
        ("Nguyễn Thị Đào", CardProblem.NOT_A_CARD),
        ("001300123456", CardProblem.NOT_A_CARD),
        ("0" * 3_000, CardProblem.TOO_LONG),
        (CARD.replace("|", "~"), CardProblem.GARBLED),
        ("à" + CARD, CardProblem.GARBLED),
        (card(number='àà&"àà&é"\'(-'), CardProblem.GARBLED),
        (card(name="NGUYE6N4 THI5 MA64U"), CardProblem.GARBLED),
        (card(name="NGUY?N TH? M?U"), CardProblem.GARBLED),
        (card(name="NGUY\ufffdN"), CardProblem.GARBLED),
        (card(name=""), CardProblem.GARBLED),
        (card(sex="Nuwx"), CardProblem.GARBLED),
        (card(number="００１３００１２３４５６"), CardProblem.GARBLED),
    ],
    ids=[
        "nothing",
        "control characters only",
        "a dossier code",
        "a typed name",
        "a number alone",
        "endless",
        "another separator",
        "a letter in front",
        "another keyboard layout",
        "VNI typed out",
        "question marks",
        "replacement characters",
        "no name",
        "telex typed out",
        "full-width digits",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_kind_of_trouble(payload, problem):
    with pytest.raises(BadCard) as refusal:
        parse_card(payload, today=TODAY)

    assert refusal.value.problem is problem
    assert refusal.value.__cause__ is None
    assert "NGUY" not in repr(refusal.value)
    assert "001300" not in repr(refusal.value)


@given(st.text("0123456789|abNnữamÀ\x00 ", max_size=120))
def test_no_scan_breaks_the_reader(payload):
    try:
        reading = parse_card(f"001300123456|{payload}", today=TODAY)
    except BadCard:
        return
    assert reading.number == "001300123456"


def test_a_reading_hides_its_values_from_logs():
    shown = f"{parse_card(card(number='098300123456'), today=TODAY)!r}"

    assert "NGUYỄN" not in shown
    assert "098300123456" not in shown
    assert "place_unknown" in shown


@pytest.mark.parametrize(
    ("number", "sex", "year", "known"),
    [
        ("001085000001", Sex.MALE, 1985, True),
        ("079199000001", Sex.FEMALE, 1999, True),
        ("038205000001", Sex.MALE, 2005, True),
        ("038325000001", Sex.FEMALE, 2025, True),
        ("097085000001", Sex.MALE, 1985, False),
        ("101085000001", Sex.MALE, 1985, True),
        ("000985000001", Sex.FEMALE, 2385, False),
    ],
)
def test_the_number_tells_place_sex_and_year(number, sex, year, known):
    facts = number_facts(number)

    assert (facts.sex, facts.birth_year, facts.place_known) == (sex, year, known)


def test_a_number_alone_warns_of_its_place_only():
    assert number_warnings("099085000001") == (CardWarning.PLACE_UNKNOWN,)
    assert number_warnings("001085000001", birth_year=1985, sex=Sex.MALE) == ()


def test_a_typed_number_is_freed_of_blanks_and_dots():
    assert parse_id_number(" 001 085.000-001 ") == "001085000001"


@pytest.mark.parametrize(
    ("text", "digits"), [("", 0), ("12345678901", 11), ("00108500000x", 11), ("٠" * 12, 0)]
)
def test_a_number_without_twelve_digits_is_refused_without_being_repeated(text, digits):
    with pytest.raises(BadIdNumber) as refusal:
        parse_id_number(text)

    assert refusal.value.digits == digits
    assert not text or text not in str(refusal.value)


def test_facts_of_something_else_are_a_mistake():
    with pytest.raises(ValueError, match="twelve digits"):
        number_facts("123")
