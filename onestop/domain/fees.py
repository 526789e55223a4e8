"""Fees in whole dong, each counted from the numbers that were asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from onestop.domain.errors import DomainError


class FeeFormula(StrEnum):
    """How a fee is counted."""

    FIXED = "fixed"
    PER_PAGE = "per_page"
    PER_ITEM = "per_item"


class BadFeeAnswer(DomainError):
    """A number a fee needs is missing or below zero."""

    def __init__(self, fee: str, question: str) -> None:
        super().__init__(f"fee {fee!r} needs a number for {question!r}")
        self.fee = fee
        self.question = question


@dataclass(frozen=True, slots=True)
class FeeSpec:
    """One fee, amounts in whole dong.

    fixed      `amount`, only when the answer `question` is above zero if there is a question.
    per_item   `amount` for each of the answer `question`.
    per_page   answers "pages" and "copies": for one copy `amount` a page up to `first_pages`,
               `then` a page after them, at most `cap` (0: no cap).
    """

    code: str
    name: str
    name_en: str
    formula: FeeFormula = FeeFormula.FIXED
    amount: int = 0
    question: str = ""
    first_pages: int = 0
    then: int = 0
    cap: int = 0


def fee_questions(fee: FeeSpec) -> tuple[str, ...]:
    """Return the names of the numbers that the fee is counted from."""
    if fee.formula is FeeFormula.PER_PAGE:
        return ("pages", "copies")
    return (fee.question,) if fee.question else ()


def fee_amount(fee: FeeSpec, answers: Mapping[str, int]) -> int:
    """Return one fee in whole dong. Raises BadFeeAnswer. Source: docs/rules.md, rule F1."""
    match fee.formula:
        case FeeFormula.FIXED:
            asked = _answer(fee, answers, fee.question, missing=0) if fee.question else 1
            return fee.amount if asked else 0
        case FeeFormula.PER_ITEM:
            return fee.amount * _answer(fee, answers, fee.question)
        case FeeFormula.PER_PAGE:
            pages, copies = _answer(fee, answers, "pages"), _answer(fee, answers, "copies")
            first = min(pages, fee.first_pages)
            one_copy = fee.amount * first + fee.then * (pages - first)
            return copies * (min(one_copy, fee.cap) if fee.cap else one_copy)


def _answer(
    fee: FeeSpec, answers: Mapping[str, int], question: str, missing: int | None = None
) -> int:
    number = answers.get(question, missing)
    if number is None or number < 0:
        raise BadFeeAnswer(fee.code, question)
    return number
