"""Compiled routes kept between the applications of one test run."""

from collections.abc import Callable
from typing import ClassVar

from werkzeug.routing import Rule


class KeptRule(Rule):
    """Every test makes an application of its own; two thirds of that went into its routes."""

    _kept: ClassVar[dict[object, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # What comes back is a function of the rule that is handed in when it is called.
        defaults = tuple(sorted((self.defaults or {}).items()))
        key = (self.rule, tuple(self._trace), defaults, append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]
