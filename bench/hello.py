"""The bare Flask application that others are measured against, and one with our libraries."""

from importlib import import_module

from flask import Flask


def create_app() -> Flask:
    """Return an application that says hello."""
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app


LIBRARIES = (
    "sqlalchemy.orm",
    "pydantic",
    "flask_login",
    "flask_wtf",
    "flask_babel",
    "cryptography.hazmat.primitives.ciphers.aead",
    "argon2",
    "pyotp",
    "phonenumbers",
    "qrcode",
    "yaml",
    "reportlab.pdfgen.canvas",
)
"""What `onestop run` stands on besides Flask."""


def with_libraries() -> Flask:
    """Return the same application with every library of the product loaded and none of its code."""
    for name in LIBRARIES:
        import_module(name)
    return create_app()
