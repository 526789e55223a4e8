"""What every endpoint declares about itself; the server refuses to start with an undeclared one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

from onestop.domain.rights import Right

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Audience(StrEnum):
    """Whom an endpoint serves: people signed in, citizens, machines, or whoever asks."""

    STAFF = "staff"
    PUBLIC = "public"
    API = "api"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Declaration:
    """The answer to: who may, does it show personal data, does a POST need the form's token."""

    right: Right | None
    audience: Audience
    reads_personal: bool
    csrf: bool
    subject: str = ""


class UndeclaredEndpoint(Exception):
    """An endpoint without @endpoint(...) or with one that contradicts itself."""


def endpoint(
    right: Right | None = None,
    *,
    audience: Audience = Audience.STAFF,
    reads_personal: bool = False,
    csrf: bool = True,
    subject: str = "",
) -> Callable[[View], View]:
    """Declare a view; stands directly above the function, below the routes.

    right           what a member of staff must hold; None means that being signed in is enough.
    reads_personal  a row of the access log is committed before the view runs, else 503.
    subject         what that row names, from ids of the address or the form: "pile:{pile_id}";
                    nothing for a list, and for a dossier, whose code it finds by itself.
    csrf            unsafe methods need the token of the form; public forms carry their own
                    (web/public_forms.py) and machines have no cookie, so it says nothing there.
    """
    if audience is not Audience.STAFF and (right is not None or reads_personal):
        raise UndeclaredEndpoint("rights and personal data belong to the staff audience")
    declaration = Declaration(right, audience, reads_personal, csrf, subject)

    def declare(view: View) -> View:
        setattr(view, "declaration", declaration)  # noqa: B010 - a function takes any attribute
        return view

    return declare


def declaration_of(app: Flask, name: str) -> Declaration:
    """Return what the endpoint `name` declared; raises UndeclaredEndpoint."""
    declaration = getattr(app.view_functions.get(name), "declaration", None)
    if not isinstance(declaration, Declaration):
        raise UndeclaredEndpoint(f"endpoint {name!r} does not declare who may use it")
    return declaration


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """One rule of the URL map with its methods and its declaration."""

    url: str
    methods: tuple[str, ...]
    endpoint: str
    declaration: Declaration


def declared_routes(app: Flask) -> Iterator[DeclaredRoute]:
    """Yield every route, sorted by URL; raises UndeclaredEndpoint at the first undeclared one."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        yield DeclaredRoute(rule.rule, methods, rule.endpoint, declaration_of(app, rule.endpoint))


def refuse_undeclared(app: Flask) -> None:
    """Raise UndeclaredEndpoint unless every endpoint of the app is declared."""
    for _ in declared_routes(app):
        pass
