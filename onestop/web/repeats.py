"""A view whose transaction collided with another's is run again, as long as it saved nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app, g

from onestop.db import Collided

MOST_RUNS = 3


def init_repeats(app: Flask) -> None:
    """Let every view registered so far run up to three times; after that the answer is 503."""
    for name, view in app.view_functions.items():
        app.view_functions[name] = _repeated(view)


def _repeated(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def run(**values: Any) -> Any:
        g.saved = False  # what the gate wrote before the view is no part of it
        for _ in range(MOST_RUNS - 1):
            try:
                return view(**values)
            except Collided as error:
                if g.saved:
                    raise
                current_app.logger.warning("run again after a collision: %s", error)
        return view(**values)

    return run
