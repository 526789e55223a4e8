"""What the package needs to be told; config.py reads it from the environment."""

from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(Protocol):
    """The settings of one installation."""

    @property
    def database_url(self) -> str:
        """sqlite:///path or postgresql://..."""
        ...

    @property
    def data_dir(self) -> Path:
        """Folder of keys, attachments and anchors."""
        ...

    @property
    def secret_key(self) -> str:
        """Signs cookies and form tokens; empty: the key file of the data folder."""
        ...

    @property
    def base_url(self) -> str:
        """Scheme, host and port that citizens see, without a slash at the end."""
        ...

    @property
    def lan(self) -> bool:
        """A demonstration on the local network over plain http."""
        ...

    @property
    def form_font(self) -> str:
        """Typeface of printed forms: auto, times, liberation, spectral, a folder, three files."""
        ...

    @property
    def proxies(self) -> int:
        """How many reverse proxies of our own stand in front and tell the visitor's address."""
        ...

    @property
    def workers(self) -> int:
        """How many processes serve: what each of them counts for itself is shared out."""
        ...


def is_loopback(settings: Settings) -> bool:
    """Say whether this installation serves only the machine it runs on (docs/rules.md, R29)."""
    return urlsplit(settings.base_url).hostname in LOOPBACK


def is_public(settings: Settings) -> bool:
    """Say whether citizens are served: neither this machine alone nor a demonstration on a LAN."""
    return not is_loopback(settings) and not settings.lan
