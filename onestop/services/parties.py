"""The people of a dossier: readable names for searching, sealed contact, hashes for look-up."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onestop.domain.masks import last_four
from onestop.domain.names import fold, search_terms, sort_key
from onestop.models.base import table_of
from onestop.models.dossiers import Party, SearchTerm
from onestop.models.sealing import keyed_hash
from onestop.services.personal_values import PersonalText

_INSERT_PARTY = insert(table_of(Party))
_INSERT_TERM = insert(table_of(SearchTerm))
TERM_LENGTH = 64
FOLDED_LENGTH = 255


class PersonLike(Protocol):
    """What is known of a person; `inputs.people.Person` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def id_number(self) -> str: ...
    @property
    def born(self) -> str: ...
    @property
    def sex(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def address(self) -> str: ...


def personal_texts(role: str, person: PersonLike) -> tuple[PersonalText, ...]:
    """Return what the history commits to of a person: one value per field that was given."""
    fields = ("name", "id_number", "born", "phone", "email", "address")
    return tuple(PersonalText(f"{role}.{field}", getattr(person, field)) for field in fields)


def add_parties(
    session: Session, dossier_id: int, people: Sequence[tuple[str, PersonLike]]
) -> None:
    """Store the people of a new dossier and the words it is found by (docs/rules.md, rule R14)."""
    session.execute(_INSERT_PARTY, party_rows(dossier_id, people))
    if terms := term_rows(dossier_id, people):
        session.execute(_INSERT_TERM, terms)


def party_rows(dossier_id: int, people: Sequence[tuple[str, PersonLike]]) -> list[dict[str, Any]]:
    """Return the rows of the people of a dossier."""
    return [_row(role, person) | {"dossier_id": dossier_id} for role, person in people]


def term_rows(dossier_id: int, people: Sequence[tuple[str, PersonLike]]) -> list[dict[str, Any]]:
    """Return the rows of the folded words a dossier is found by."""
    terms = {term[:TERM_LENGTH] for _, person in people for term in search_terms(person.name)}
    return [{"dossier_id": dossier_id, "term": term} for term in sorted(terms)]


def _row(role: str, person: PersonLike) -> dict[str, Any]:
    return {
        "role": role,
        "kind": str(person.kind),
        "name": person.name,
        "name_folded": fold(person.name)[:FOLDED_LENGTH],
        "name_sort": sort_key(person.name)[:FOLDED_LENGTH],
        "born": person.born or None,
        "sex": person.sex or None,
        "id_number": person.id_number or None,
        "id_number_hash": _hash("id_number", person.id_number),
        "id_last_four_hash": _hash("last_four", last_four(person.id_number)),
        "phone": person.phone or None,
        "phone_hash": _hash("phone", person.phone),
        "phone_last_four_hash": _hash("last_four", last_four(person.phone)),
        "email": person.email or None,
        "address": person.address or None,
    }


def _hash(purpose: str, value: str) -> str | None:
    return keyed_hash(purpose, value) if value else None
