"""Settings, read from the environment; `.env.example` lists them all."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an installation decides about itself. A default is right in production and harmless."""

    database_url: str
    data_dir: Path
    secret_key: str
    base_url: str
    lan: bool
    form_font: str
    proxies: int
    workers: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in `environment`; what is not set or empty has its default."""
        data_dir = Path(environment.get("ONESTOP_DATA_DIR") or HERE / "instance").resolve()
        return cls(
            database_url=environment.get("ONESTOP_DATABASE_URL")
            or f"sqlite:///{data_dir / 'onestop.sqlite3'}",
            data_dir=data_dir,
            secret_key=environment.get("ONESTOP_SECRET_KEY", ""),
            base_url=(environment.get("ONESTOP_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
            lan=environment.get("ONESTOP_LAN") == "1",
            form_font=environment.get("ONESTOP_FORM_FONT") or "auto",
            proxies=_number(environment, "ONESTOP_PROXIES", least=0),
            workers=_number(environment, "ONESTOP_WORKERS", least=1),
        )


def _number(environment: Mapping[str, str], name: str, *, least: int) -> int:
    text = environment.get(name) or str(least)
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{name} is {text}: it has to be a whole number, at least {least}.")
    return int(text)
