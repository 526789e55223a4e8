"""What the form holds as typed, and how it becomes the input of a reception or of a visit."""

import json
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from onestop.domain.fees import FeeFormula
from onestop.domain.identity_card import CardReading
from onestop.domain.procedures import ProcedureSpec

Typed = MultiDict[str, str]

PERSON = ("id_number", "name", "born", "sex", "phone", "email", "address")
KEY_BYTES = 18


def new_form() -> Typed:
    """Return an empty form with the key that makes it one reception however often it is sent."""
    return MultiDict(
        {
            "key": secrets.token_urlsafe(KEY_BYTES),
            "applicant-kind": "citizen",
            "same": "1",
            "delivery": "desk",
            "channel": "direct",
            "copies": "1",
        }
    )


def from_visit(form: str) -> Typed:
    """Return the form that a visit kept, under a new key."""
    kept = json.loads(form)
    typed = new_form()
    typed.update({name: str(kept[name]) for name in ("procedure", "delivery", "channel", "note")})
    typed["copies"] = str(kept.get("copies", 1))
    _set_person(typed, "applicant", kept["applicant"])
    typed["applicant-kind"] = kept["applicant"]["kind"]
    if kept.get("submitter"):
        typed.pop("same")
        _set_person(typed, "submitter", kept["submitter"])
    for paper in kept.get("papers", ()):
        typed.add("paper", paper["code"])
        typed[f"paper-kind-{paper['code']}"] = paper["kind"]
        typed[f"paper-count-{paper['code']}"] = str(paper["count"])
    for question, number in kept.get("answers", {}).items():
        typed[f"answer-{question}"] = str(number)
    if kept.get("competent_agency"):
        typed["competent_agency"] = str(kept["competent_agency"])
    if kept.get("fee_paid"):
        typed["fee_paid"] = "1"
    return typed


def fill_from_card(typed: Typed, card: CardReading, role: str) -> None:
    """Put what a card says into the fields of a person that are still empty."""
    born = card.born_on.strftime("%d/%m/%Y") if card.born_on else str(card.birth_year or "")
    read = {
        "id_number": card.number,
        "name": card.name,
        "born": born,
        "sex": card.sex.value if card.sex else "",
        "address": card.address,
    }
    fill_empty(typed, role, read)


def fill_empty(typed: Typed, role: str, known: Mapping[str, str]) -> None:
    """Put known values into the fields of a person that are still empty; nothing is overwritten."""
    for name, value in known.items():
        field = f"{role}-{name}"
        if value and not typed.get(field, "").strip():
            typed[field] = value


def filing(typed: Typed, code: str, spec: ProcedureSpec | None, desk: int | None) -> dict[str, Any]:
    """Return what the inputs of a reception and of a visit share, unchecked, as one mapping."""
    values: dict[str, Any] = {
        "key": typed.get("key", ""),
        "procedure": code,
        "applicant": _person(typed, "applicant"),
        "papers": [_paper(typed, paper) for paper in dict.fromkeys(typed.getlist("paper"))],
        "note": typed.get("note", ""),
        "answers": answers(typed, spec),
        "fee_paid": "fee_paid" in typed,
        "delivery": typed.get("delivery", "desk"),
        "copies": typed.get("copies", "").strip() or "1",
        "channel": typed.get("channel", "direct"),
        "competent_agency": typed.get("competent_agency") or None,
        "desk": desk,
        "visit": typed.get("visit", ""),
    }
    if "same" not in typed:
        values["submitter"] = _person(typed, "submitter")
    return values


def answers(typed: Typed, spec: ProcedureSpec | None) -> dict[str, str]:
    """Return the numbers that fees ask for, as typed; a tick that is not set answers 0."""
    ticks = yes_no_questions(spec)
    found = {}
    for question in spec.questions if spec else ():
        text = typed.get(f"answer-{question}", "").strip()
        if text or question in ticks:
            found[question] = text or "0"
    return found


def yes_no_questions(spec: ProcedureSpec | None) -> frozenset[str]:
    """Return the questions that a tick answers: whether a fixed fee is owed at all."""
    fees = spec.fees if spec else ()
    return frozenset(fee.question for fee in fees if fee.formula is FeeFormula.FIXED)


def born_later(text: str, today: date) -> bool:
    """Whether a date of birth (dd/mm/yyyy or a year, already checked) lies after today."""
    if len(text) == 4:
        return int(text) > today.year
    return bool(text) and date(int(text[6:]), int(text[3:5]), int(text[:2])) > today


def _person(typed: Typed, role: str) -> dict[str, str]:
    person = {name: typed.get(f"{role}-{name}", "") for name in PERSON}
    if role == "applicant":
        person["kind"] = typed.get("applicant-kind", "citizen")
    return person


def _paper(typed: Typed, code: str) -> dict[str, str]:
    return {
        "code": code,
        "kind": typed.get(f"paper-kind-{code}", "original"),
        "count": typed.get(f"paper-count-{code}", "").strip() or "1",
    }


def _set_person(typed: Typed, role: str, person: Mapping[str, str]) -> None:
    for name in PERSON:
        typed[f"{role}-{name}"] = person.get(name, "")
