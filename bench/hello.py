"""The bare Flask application that others are measured against."""

from flask import Flask


def create_app() -> Flask:
    """Return an application that says hello."""
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app
