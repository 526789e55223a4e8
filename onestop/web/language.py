"""The language of a page: the person's choice on staff pages, `?lang=` everywhere else."""

from typing import Any
from urllib.parse import urlencode

import flask_babel
from flask import Flask, g, request

from onestop.web.endpoints import Audience, Declaration

SOURCE = "vi"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
ZONE = "Asia/Ho_Chi_Minh"
LONGEST_QUERY = 2_000
"""Characters of an address that the link to the other language repeats; our forms have fewer."""


def init_language(app: Flask) -> None:
    """Choose the language per request and carry `?lang=` through the links of public pages."""
    flask_babel.Babel(
        app,
        default_locale=SOURCE,
        default_timezone=ZONE,
        default_translation_directories="translations",
        locale_selector=language,
    )
    app.jinja_env.globals.update(
        languages=LANGUAGES, language=language, language_link=language_link
    )

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        declaration = getattr(app.view_functions.get(endpoint), "declaration", None)
        if "lang" in values or not isinstance(declaration, Declaration):
            return
        if declaration.audience is Audience.PUBLIC and language() != SOURCE:
            values["lang"] = language()


def language() -> str:
    """Return `vi` or `en` for this request; Vietnamese outside of one."""
    if not request:
        return SOURCE
    viewer = g.get("viewer")
    if viewer is not None:
        return str(viewer.language)
    asked = request.args.get("lang", SOURCE)
    return asked if asked in LANGUAGES else SOURCE


def language_link(code: str) -> str:
    """Return the address of this very page in another language."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    asked = urlencode([*kept, ("lang", code)] if code != SOURCE else kept)
    if len(asked) > LONGEST_QUERY:
        asked = urlencode({"lang": code}) if code != SOURCE else ""
    return f"{request.path}?{asked}" if asked else request.path


def is_english() -> bool:
    """Return whether texts of this request come in English."""
    locale = flask_babel.get_locale()
    return locale is not None and locale.language == "en"


def gettext(text: str, **values: object) -> str:
    """Return `text` in the language of the request, with %(name)s filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """Return the form for `num`, which fills %(num)s."""
    return str(flask_babel.ngettext(one, many, num))
