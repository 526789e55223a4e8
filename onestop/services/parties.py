"""The people of a dossier: readable names for searching, sealed contact, hashes for look-up."""

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onestop.domain.masks import last_four
from onestop.domain.names import fold, search_terms, sort_key
from onestop.models.dossiers import Party, SearchTerm
from onestop.models.sealing import keyed_hash
from onestop.services.event_log import PersonalText

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
    session: Session, dossier_id: int, people: Iterable[tuple[str, PersonLike]]
) -> None:
    """Store the people of a new dossier and the words it is found by (docs/rules.md, rule R14)."""
    people = tuple(people)
    session.execute(
        insert(Party), [_row(role, person) | {"dossier_id": dossier_id} for role, person in people]
    )
    terms = {term[:TERM_LENGTH] for _, person in people for term in search_terms(person.name)}
    if terms:
        session.execute(
            insert(SearchTerm), [{"dossier_id": dossier_id, "term": t} for t in sorted(terms)]
        )


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
