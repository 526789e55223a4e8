"""The shape of a message: what happened, what to do now, and the status of the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """The two sentences of a refusal, with %(attribute)s of the error filled in.

    status       of a page that shows only the refusal (forms show it at the field with 422).
    retry_after  seconds after which the same request may be sent again; 0 where that is no use.
    """

    what: str
    then: str = ""
    status: int = 422
    retry_after: int = 0


def N_(text: str) -> str:  # noqa: N802 - the name that the extractor of texts knows
    """Mark a text for translation; it is translated when it is shown."""
    return text
