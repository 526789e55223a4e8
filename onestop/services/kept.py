"""What was worked out lately, by a key that binds what it was worked out from."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `most` values of this process, the first kept forgotten first.

    The key has to change with all that a value depends on: a hash of its content, or a random
    word written with it. Then a value found cannot be out of date, whoever wrote, and wherever.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def find(self, key: K) -> V | None:
        """Return the value kept under `key`, or None."""
        return self._values.get(key)

    def keep(self, key: K, value: V) -> V:
        """Keep `value` under `key` and return it."""
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
