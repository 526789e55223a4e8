"""The main menu: the parts of the product that the rights of the person open."""

from dataclasses import dataclass
from importlib import metadata

from flask import Flask, current_app, request, url_for

from onestop.domain.rights import Right
from onestop.queries.accounts import SignedInRow
from onestop.web.language import gettext
from onestop.web.messages.entry import N_


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: the page it opens and the right that this page asks for."""

    path: str
    label: str
    right: Right


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template shows it."""

    url: str
    label: str
    current: bool


FIND = "/find"

ENTRIES = (
    Entry("/reception", N_("Tiếp nhận"), Right.RECEIVE),
    Entry("/oversight", N_("Giám sát"), Right.OVERSEE),
    Entry("/casework", N_("Việc của tôi"), Right.SEE_WORKLIST),
    Entry("/reception/return", N_("Trả kết quả"), Right.RETURN),
    Entry("/piles", N_("Bản giấy"), Right.WORK),
    Entry("/books", N_("Sổ theo dõi"), Right.SEE_BOOK),
    Entry("/admin", N_("Quản trị"), Right.ADMINISTER),
)


def init_navigation(app: Flask) -> None:
    """Give templates the menu, the find box and the version; call it after the blueprints."""
    served = {rule.rule.rstrip("/") for rule in app.url_map.iter_rules()}
    app.extensions["onestop_navigation"] = tuple(e for e in ENTRIES if e.path in served)
    app.jinja_env.globals.update(
        navigation=navigation,
        landing=landing,
        find_address=find_address,
        version=metadata.version("onestop"),
    )


def navigation(viewer: SignedInRow | None) -> list[Link]:
    """Return the entries that the person may open; the one being shown is marked."""
    if viewer is None:
        return []
    actor = viewer.actor
    entries = [e for e in _entries() if actor.has(e.right)]
    here = _closest([e.path for e in entries])
    return [Link(e.path, gettext(e.label), e.path == here) for e in entries]


def landing(viewer: SignedInRow | None) -> str:
    """Return where the person starts: the first entry of the menu, else the own account."""
    links = navigation(viewer)
    return links[0].url if links else url_for("account.page")


def find_address(viewer: SignedInRow | None) -> str | None:
    """Return where the find box of the header asks; None for who may not look for dossiers."""
    return FIND if viewer and viewer.actor.has(Right.SEE_DOSSIER) else None


def _entries() -> tuple[Entry, ...]:
    entries: tuple[Entry, ...] = current_app.extensions["onestop_navigation"]
    return entries


def _closest(paths: list[str]) -> str | None:
    # /reception/return lies below /reception: the longest one that fits is the page's own.
    fitting = [p for p in paths if request.path == p or request.path.startswith(f"{p}/")]
    return max(fitting, key=len, default=None)
