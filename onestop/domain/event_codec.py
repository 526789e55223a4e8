"""Events to exact bytes and back, driven by the types of their fields."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from onestop.domain.working_time import Amount


def to_plain(value: object) -> object:
    """Return `value` as JSON types: instants as RFC 3339 in UTC, amounts and enums as text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Amount):
        return value.to_text()
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_plain(getattr(value, name)) for name in _field_names(type(value))}
    raise ValueError(f"an event cannot hold a {type(value).__name__}")


def from_plain(kind: Any, value: Any) -> Any:
    """Return `value` read as `kind`, the inverse of `to_plain`.

    A field that `value` lacks takes the default of its dataclass, so that a later version of an
    event may add fields while every older body stays readable.
    """
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        inner = next(arg for arg in get_args(kind) if arg is not type(None))
        return None if value is None else from_plain(inner, value)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(from_plain(inner, item) for item in value)
    if isinstance(kind, type) and is_dataclass(kind) and kind is not Amount:
        hints = _hints(kind)
        return kind(**{k: from_plain(hints[k], v) for k, v in value.items()})
    return _scalar(kind, value)


def _scalar(kind: Any, value: Any) -> Any:
    if kind is Amount:
        return Amount.from_text(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return value if kind in (str, int, bool) else kind(value)


def dumps(value: object) -> bytes:
    """Return compact UTF-8 JSON of plain `value`; keys keep their order: one value, one form."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def loads(body: bytes) -> Any:
    """Return the plain value of `body`; raises ValueError when it is not JSON in UTF-8."""
    return json.loads(body.decode())


@lru_cache(maxsize=256)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@lru_cache(maxsize=256)
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
