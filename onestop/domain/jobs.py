"""Work too long for a request: its states, how long it may be silent, how long its file is kept."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from onestop.domain.errors import DomainError

KEPT: Final = timedelta(days=1)
"""A file is deleted this long after it was made."""
SILENT: Final = timedelta(seconds=60)
"""A job whose process told nothing for so long is begun anew by the next one."""
GIVEN_UP: Final = timedelta(hours=6)
"""A job that is not through so long after it was asked for is not begun once more."""
MOST_OPEN: Final = 5
"""Jobs that one person may have waiting or running."""


class JobState(StrEnum):
    """Where a job is; `done`, `failed` and `expired` are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class TooManyJobs(DomainError):
    """One person has as many jobs waiting or running as may be."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        super().__init__(f"{most} jobs are not through yet")
        self.most = most


class JobGivenUp(DomainError):
    """A job was begun again and again and never came to its end."""


class JobBroken(DomainError):
    """A job ended by an error nobody foresaw; the log of the server tells which."""


class JobNotAllowed(DomainError):
    """Who asked for the job may no longer have what it makes."""
