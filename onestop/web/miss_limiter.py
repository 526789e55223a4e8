"""Counting misses of guessers, in this process: hits are free, so that a busy hall is not shut."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final

MOST_KEYS: Final = 50_000


class MissLimiter:
    """Refuses a key that missed `most` times `within`; safe for threads, bounded in memory.

    Each of `workers` processes counts alone and takes its share, but never less than `least`: an
    error of typing must not shut a citizen out. With many processes they allow more together.
    """

    def __init__(self, most: int, within: timedelta, *, least: int, workers: int = 1) -> None:
        self.most = max(least, most // workers)
        self.within = within
        self._misses: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, *, now: datetime) -> timedelta | None:
        """Return how long `key` has to wait, or None when it may try."""
        with self._lock:
            misses = self._recent(key, now)
            if len(misses) < self.most:
                return None
            return misses[0] + self.within - now

    def miss(self, key: str, *, now: datetime) -> None:
        """Count one miss."""
        with self._lock:
            misses = self._recent(key, now)
            misses.append(now)
            self._misses[key] = misses
            self._misses.move_to_end(key)
            while len(self._misses) > MOST_KEYS:
                self._misses.popitem(last=False)

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        misses = self._misses.get(key, deque(maxlen=self.most))
        while misses and not timedelta(0) <= now - misses[0] < self.within:
            misses.popleft()
        return misses


def hidden(text: str) -> str:
    """Return a key for typed text that does not keep the text in memory."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
