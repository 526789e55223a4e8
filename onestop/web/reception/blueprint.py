"""The blueprint that the views of the counter hang on."""

from flask import Blueprint

bp = Blueprint("reception", __name__, url_prefix="/reception")
