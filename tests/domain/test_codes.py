"""Dossier codes, status tokens, check codes."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.domain.codes import (
    CROCKFORD,
    BadCode,
    BadIdentifier,
    CheckCode,
    CodeProblem,
    DossierCode,
    IdentifierForm,
    StatusToken,
    identifier_form,
    is_dossier_code,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALNUM = "0123456789" + LETTERS

new_identifiers = st.builds(
    lambda first, groups: ".".join([first, *groups]),
    st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
    st.lists(st.text(ALNUM, min_size=2, max_size=3), max_size=5),
)
old_identifiers = st.from_regex(
    r"[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Z][0-9]{2}", fullmatch=True
)
codes = st.builds(
    DossierCode,
    prefix=st.one_of(new_identifiers, old_identifiers),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    n=st.integers(1, 99_999),
)


@given(codes)
def test_what_is_written_is_read_back(code):
    assert DossierCode.parse(str(code)) == code


@given(codes)
def test_the_printed_groups_are_read_back(code):
    assert DossierCode.parse(code.grouped()) == code
    assert DossierCode.parse(f"  {code.grouped().lower()} ") == code


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text):
    try:
        code = DossierCode.parse(text)
    except BadCode:
        assert not is_dossier_code(text)
    else:
        assert is_dossier_code(str(code))


@pytest.mark.parametrize(
    "text",
    [
        "000.17.22.H56-210531-0001",
        "000.00.06.H56-231027-0361",
        "H56.14-240823-0001",
        "000.00.16.G04-220405-0008",
        "H40.05.12-261123-12345",
        "H40-240229-0001",
        "H56.14-240823-00012",
    ],
)
def test_codes_in_use_keep_every_letter(text):
    assert str(DossierCode.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", CodeProblem.SHAPE),
        ("H56.14", CodeProblem.SHAPE),
        ("H56.14-240823-001", CodeProblem.SHAPE),
        ("H56.14-240823-000001", CodeProblem.SHAPE),
        ("H56.14-٢٤٠٨٢٣-0001", CodeProblem.SHAPE),
        ("H56.14-240823-0001" + " " * 500 + "x", CodeProblem.SHAPE),
        ("556.14-240823-0001", CodeProblem.IDENTIFIER),
        ("H56..14-240823-0001", CodeProblem.IDENTIFIER),
        ("H56.1-240823-0001", CodeProblem.IDENTIFIER),
        ("H56.14.14.14.14.14.14-240823-0001", CodeProblem.IDENTIFIER),
        ("H56.14-230229-0001", CodeProblem.DATE),
        ("H56.14-241301-0001", CodeProblem.DATE),
        ("H56.14-240823-0000", CodeProblem.NUMBER),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(text, problem):
    with pytest.raises(BadCode) as refusal:
        DossierCode.parse(text)

    assert refusal.value.problem is problem
    assert text not in str(refusal.value) or not text


def test_dashes_of_word_processors_and_full_width_letters_are_read():
    assert str(DossierCode.parse("Ｈ56.14 – 240823 — 0001")) == "H56.14-240823-0001"
    assert str(DossierCode.parse("h56.14 240823 0001")) == "H56.14-240823-0001"


def test_numbers_take_four_digits_and_widen_after_9999():
    day = date(2026, 11, 23)

    assert str(DossierCode.issue("H40.05", day, 7)) == "H40.05-261123-0007"
    assert str(DossierCode.issue("H40.05", day, 9_999).next()) == "H40.05-261123-10000"
    with pytest.raises(BadCode):
        DossierCode.issue("H40.05", day, 99_999).next()


def test_only_the_new_form_carries_new_codes():
    with pytest.raises(BadIdentifier) as refusal:
        DossierCode.issue("000.17.22.H56", date(2026, 11, 23), 1)

    assert refusal.value.identifier == "000.17.22.H56"


def test_a_code_of_another_century_cannot_be_made():
    with pytest.raises(BadCode):
        DossierCode("H40", date(1999, 12, 31), 1)
    with pytest.raises(BadCode):
        DossierCode("H40", date(2100, 1, 1), 1)


def test_a_wide_mark_on_a_wide_number_is_a_mistake():
    with pytest.raises(ValueError, match="five_digits"):
        DossierCode("H40", date(2026, 1, 1), 10_000, five_digits=True)


def test_codes_of_one_agency_sort_by_day_and_number():
    written = ["H40-261123-10000", "H40-261123-0002", "H40-261122-9999", "H40-261123-9999"]

    assert [str(code) for code in sorted(map(DossierCode.parse, written))] == [
        "H40-261122-9999",
        "H40-261123-0002",
        "H40-261123-9999",
        "H40-261123-10000",
    ]


@pytest.mark.parametrize(
    ("identifier", "form"),
    [
        ("H40", IdentifierForm.NEW),
        ("G03.12.ABC", IdentifierForm.NEW),
        ("000.00.00.H49", IdentifierForm.OLD),
        ("h40", None),
        ("H40.", None),
        ("H40.1234", None),
        ("", None),
        ("H40\n", None),
    ],
)
def test_identifiers_are_told_apart(identifier, form):
    assert identifier_form(identifier) is form


@given(st.binary(min_size=16, max_size=16))
def test_a_token_is_26_upper_case_symbols_read_in_any_case(bits):
    token = StatusToken.from_bytes(bits)

    assert len(token.text) == 26
    assert set(token.text) <= set(LETTERS + "234567")
    assert StatusToken.parse(token.text) == token
    assert StatusToken.parse(token.text.lower()) == token


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_two_secrets_never_share_a_token(one, other):
    assert (StatusToken.from_bytes(one) == StatusToken.from_bytes(other)) == (one == other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 25,
        "A" * 27,
        "A" * 25 + "B",
        "A" * 25 + "1",
        "A" * 26 + "\n",
        "A" * 25 + "ı",
        "ſ" + "A" * 25,
        "A" * 100_000,
    ],
)
def test_what_is_no_token_is_none(text):
    assert StatusToken.parse(text) is None


def test_random_tokens_differ_and_hide_themselves():
    token = StatusToken.random()

    assert token != StatusToken.random()
    assert token.text not in f"{token!r} {token}"
    assert token.sha256 == hashlib.sha256(token.text.encode()).hexdigest()


def test_a_token_made_of_anything_else_is_a_mistake():
    with pytest.raises(ValueError, match="16 bytes"):
        StatusToken.from_bytes(b"short")
    with pytest.raises(ValueError, match="not a status token"):
        StatusToken("abc")


@given(st.text(CROCKFORD, min_size=8, max_size=8))
def test_a_check_code_is_read_back_from_its_groups(symbols):
    code = CheckCode(symbols)

    assert CheckCode.parse(code.grouped()) == code
    assert CheckCode.parse(f" {code.grouped().lower()} ") == code


def test_look_alikes_in_a_check_code_are_forgiven():
    assert CheckCode.parse("o1il-oLIo") == CheckCode("01110110")


@pytest.mark.parametrize(
    "text", ["", "0123456", "012345678", "0123-456U", "０１２３４５６７", "0" * 99]
)
def test_what_is_no_check_code_is_none(text):
    assert CheckCode.parse(text) is None


def test_random_check_codes_differ_and_hide_themselves():
    code = CheckCode.random()

    assert code != CheckCode.random()
    assert code.text not in f"{code!r} {code}"
    with pytest.raises(ValueError, match="not a check code"):
        CheckCode("lower")
