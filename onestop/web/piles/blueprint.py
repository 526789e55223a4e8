"""The blueprint that the views of piles hang on."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from onestop.web.pile_words import init_pile_words
from onestop.web.wording import init_wording

bp = Blueprint("piles", __name__, url_prefix="/piles")


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    init_wording(cast(Flask, state.app))
    init_pile_words(cast(Flask, state.app))
