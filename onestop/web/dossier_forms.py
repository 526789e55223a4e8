"""The forms of a dossier's page: read into their models, refused field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from onestop.domain.errors import DomainError
from onestop.domain.statuses import Action
from onestop.inputs.casework import INPUTS, Done
from onestop.queries.dossier_rows import MoveRow
from onestop.web.language import gettext
from onestop.web.messages import message_for
from onestop.web.messages.casework import FIELD_PROBLEMS
from onestop.web.messages.refused import field_problems

MANY = frozenset({"papers"})
MAPPED = frozenset({"chosen"})
_FIELDS = {
    "ReasonMissing": ("late_reason", "reason"),
    "NothingUnmet": ("reason",),
    "ResultNumberMissing": ("result_number",),
    "NothingAsked": ("payment", "amount", "papers"),
    "PapersNotBrought": ("papers",),
    "UnknownPaper": ("papers",),
    "WrongTarget": ("target",),
    "AlreadyHolds": ("holder",),
    "CannotHold": ("holder",),
    "ExtensionTooLate": ("until",),
    "ExtensionNotLater": ("until",),
    "RefundTooLarge": ("amount",),
    "RefundUnfounded": ("reason",),
}
"""The field at which a refusal of a service stands: the first that the form has."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it came back: which one it was, what was typed, what is wrong with it.

    `prefix` names the form on the page: its fields are called "prefix:field", so that several forms
    stand on one page without sharing an id. Problems go by those names.
    """

    action: Action
    prefix: str
    values: Mapping[str, list[str]]
    problems: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed into a field, "" when nothing."""
        return next(iter(self.values.get(name, [])), "")

    def chose(self, name: str, value: str) -> bool:
        """Whether a box of this value was ticked."""
        return value in self.values.get(name, [])

    def problem(self, name: str) -> str:
        """The sentence beside a field, "" when it is fine."""
        return self.problems.get(f"{self.prefix}:{name}", "")


def carried(move: MoveRow) -> dict[str, str]:
    """Return what the form of a move says without being typed: the step, pause or proposal."""
    things = {"step": move.step, "pause": str(move.pause), "proposal": str(move.proposal)}
    known = INPUTS[move.action].model_fields
    return {name: thing for name, thing in things.items() if name in known}


def prefix_of(move: MoveRow) -> str:
    """Return the name of the form for one move, unique on the page."""
    return "-".join([move.action.value, *carried(move).values()])


def read_form(action: Action, sent: MultiDict[str, str], *, today: date) -> tuple[Any, SentForm]:
    """Return the typed input (None when something is wrong) and the form as it came back."""
    model = INPUTS[action]
    values: dict[str, list[str]] = {}
    for name, texts in sent.lists():
        values.setdefault(name.rpartition(":")[2], []).extend(texts)
    form = SentForm(action, _prefix(action, values), values)
    try:
        typed = model.model_validate(_content(model, values))
    except ValidationError as error:
        return None, _with_problems(form, _problems(error, form.prefix))
    registered_on = getattr(typed, "registered_on", None)
    if registered_on is not None and registered_on > today:
        text = FIELD_PROBLEMS["day_in_future"]
        return None, _with_problems(form, {f"{form.prefix}:registered_on": gettext(text)})
    return typed, form


def refused(form: SentForm, error: DomainError) -> SentForm:
    """Return the form with the refusal of a service at the field it speaks of."""
    known = INPUTS[form.action].model_fields
    places = _FIELDS.get(type(error).__name__, ())
    name = next((f"{form.prefix}:{place}" for place in places if place in known), "")
    return _with_problems(form, {name: message_for(error)})


def _prefix(action: Action, values: Mapping[str, list[str]]) -> str:
    known = INPUTS[action].model_fields
    names = ("step", "pause", "proposal")
    things = [values[name][-1] for name in names if name in known and name in values]
    return "-".join([action.value, *things])


def _content(model: type[Done], values: Mapping[str, list[str]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name in model.model_fields:
        if name in MAPPED:
            content[name] = {
                key.partition(".")[2]: texts[-1]
                for key, texts in values.items()
                if key.startswith(f"{name}.") and texts[-1]
            }
        elif name in values:
            content[name] = values[name] if name in MANY else values[name][-1]
    return content


def _with_problems(form: SentForm, problems: Mapping[str, str]) -> SentForm:
    return SentForm(form.action, form.prefix, form.values, problems)


def _problems(error: ValidationError, prefix: str) -> dict[str, str]:
    problems = field_problems(error, FIELD_PROBLEMS)
    return {f"{prefix}:{name}": sentence for name, sentence in problems.items()}
