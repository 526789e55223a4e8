"""Refusals put where they belong: the field, with the sentence that stands beside it."""

from collections.abc import Sequence

from pydantic import ValidationError

from onestop.domain.errors import DomainError
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.messages.fields import FIELD_MESSAGES
from onestop.web.messages.refused import RefusedField, refused_fields

Problems = dict[str, str]
"""Id of a field ("" for none of them) to what is wrong with it."""

# Checks of the whole form name no place; these are the fields that mend them.
_PLACES = {
    "address_for_post": "applicant-address",
    "contact_for_electronic": "applicant-phone",
    "reason_missing": "reason",
    "reason_unknown": "reason",
    "nothing_asked": "note",
    "paper_twice": "papers",
}
_OF_ERRORS = {
    "ProcedureNotFound": "procedure",
    "ProcedureClosed": "procedure",
    "NotOnTheSpot": "procedure",
    "PapersMissing": "papers",
    "UnknownPaper": "papers",
    "NotCompetent": "competent_agency",
    "CompetentAgencyNotNamed": "competent_agency",
    "AgencyNotFound": "competent_agency",
    "NotYourDesk": "desk",
    "VisitNotFound": "procedure",
}
_OWN_CODES = {"copies": "copies_wanted", "key": "form_stale"}
_CHOICES = frozenset({"kind", "delivery", "channel", "sex", "competent_agency", "desk"})


def field_sentence(code: str, **values: object) -> str:
    """Return the sentence for a code of a field."""
    return gettext(FIELD_MESSAGES[code]) % values


def of_input(error: ValidationError) -> Problems:
    """Return every field that the input refused, each with its first complaint."""
    problems: Problems = {}
    for field in refused_fields(error):
        place = _PLACES.get(field.code) or _place(field.place)
        problems.setdefault(place, _sentence(field))
    return problems


def of_refusal(error: DomainError) -> Problems:
    """Return the field that a refusal of a service is about, and its sentence."""
    question = getattr(error, "question", "")
    place = f"answer-{question}" if question else _OF_ERRORS.get(type(error).__name__, "")
    return {place: message_for(error)}


def _place(loc: Sequence[int | str]) -> str:
    match loc:
        case ("applicant" | "submitter" as role, str(field), *_):
            return f"{role}-{field}"
        case ("answers", str(question), *_):
            return f"answer-{question}"
        case (str(field), *_):
            return field
        case _:
            return ""


def _sentence(field: RefusedField) -> str:
    if field.code in FIELD_MESSAGES:
        return field_sentence(field.code, **field.values)
    if field.name == "papers":
        return field_sentence("paper_count_wanted")
    if field.name == "answers":
        return field_sentence("number_wanted")
    innermost = str(field.place[-1]) if field.place else ""
    if innermost in _CHOICES:
        return field_sentence("not_a_choice")
    return field_sentence(_OWN_CODES.get(innermost, "wrong"))
