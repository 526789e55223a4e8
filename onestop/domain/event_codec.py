"""Events to exact bytes and back, by codecs made once from the types of their fields."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from onestop.domain.working_time import Amount

Codec = Callable[[Any], Any]


def to_plain(value: object) -> Any:
    """Return `value` as JSON types: instants as RFC 3339 in UTC, amounts and enums as text."""
    kind: Any = type(value)
    return _encoder(kind)(value)


def from_plain(kind: Any, value: Any) -> Any:
    """Return `value` read as `kind`, the inverse of `to_plain`.

    A field that `value` lacks takes the default of its dataclass, so that a later version of an
    event may add fields while every older body stays readable.
    """
    return _decoder(kind)(value)


def dumps(value: object) -> bytes:
    """Return compact UTF-8 JSON of plain `value`; keys keep their order: one value, one form."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def loads(body: bytes) -> Any:
    """Return the plain value of `body`; raises ValueError when it is not JSON in UTF-8."""
    return json.loads(body.decode())


@lru_cache(maxsize=256)
def _encoder(kind: Any) -> Codec:
    if kind in (type(None), bool, int, str):
        return _same
    if issubclass(kind, Enum):
        return _enum_value
    if issubclass(kind, datetime):
        return _instant_text
    if issubclass(kind, date):
        return date.isoformat
    if kind is Amount:
        return Amount.to_text
    if issubclass(kind, (tuple, list)):
        return _encode_each
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {name: to_plain(getattr(value, name)) for name in names}
    raise ValueError(f"an event cannot hold a {kind.__name__}")


def _same(value: Any) -> Any:
    return value


def _enum_value(value: Enum) -> Any:
    return value.value


def _instant_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encode_each(values: Any) -> list[Any]:
    return [to_plain(value) for value in values]


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> Codec:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        inner = _decoder(next(arg for arg in get_args(kind) if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        each = _decoder(get_args(kind)[0])
        return lambda values: tuple([each(value) for value in values])
    if kind is Amount:
        return Amount.from_text
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    return _same if kind in (str, int, bool) else kind


def _dataclass_decoder(kind: Any) -> Codec:
    decoders = {name: _decoder(hint) for name, hint in _field_hints(kind).items()}
    return lambda value: kind(**{name: decoders[name](item) for name, item in value.items()})


def _field_hints(kind: Any) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}
