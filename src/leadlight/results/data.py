"""Results as plain data: what `--json`, the API and the pages say of any result, by one rule.

A result is a frozen dataclass; its fields are the keys. Moments are ISO 8601 in UTC
(`2026-11-01T14:30:00Z`), lengths of time are seconds, exact numbers (`Decimal`) are texts with
every digit, paths are texts, and what is not known is null. `schema_of` describes the same as a
JSON Schema (draft 2020-12).
"""

from __future__ import annotations

import json
import types
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from pathlib import PurePath
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"

_PLAIN = (bool, int, float, str, type(None))
_TYPES: dict[type, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    timedelta: {"type": "number", "description": "seconds"},
    Decimal: {"type": "string", "description": "an exact number"},
}


def to_data(value: object) -> Data:
    """A result, or any value of one, as what JSON can hold. Raises `TypeError` for the rest."""
    if isinstance(value, float) and not isfinite(value):
        return None  # JSON has no such number
    if isinstance(value, Enum):
        return to_data(value.value)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_data(getattr(value, f.name)) for f in fields(value) if _is_said(f.name)}
    return _container_data(value)


def to_json(value: object, indent: int | None = 2) -> str:
    """A result as JSON."""
    return json.dumps(to_data(value), ensure_ascii=False, indent=indent, allow_nan=False)


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a result's class; its docstring is the description."""
    kinds: dict[str, dict[str, Any]] = {}
    root = _schema(kind, kinds)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": kinds}


def _container_data(value: object) -> Data:
    if isinstance(value, Mapping):
        return {_key(k): to_data(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return [to_data(v) for v in sorted(value, key=str)]
    if isinstance(value, Collection):
        return [to_data(v) for v in value]
    return _text_of(value)


def _is_said(name: str) -> bool:
    return not name.startswith("_")


def _key(key: object) -> str:
    data = to_data(key)
    if isinstance(data, list):
        return " ".join("" if part is None else str(part) for part in data)
    return "" if data is None else str(data)


def _text_of(value: object) -> str:
    if isinstance(value, datetime):
        zone = "Z" if value.tzinfo is None else ""
        return value.isoformat() + zone
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | PurePath):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    raise TypeError(f"a {type(value).__name__} cannot be said in JSON")


def _schema(kind: Any, kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if kind is Any or kind is object:
        return {}
    if kind in _TYPES:
        return dict(_TYPES[kind])
    if is_dataclass(kind):
        return _class_schema(kind, kinds)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(k, kinds) for k in inner]}
    if origin is Literal:
        return {"enum": list(inner)}
    return _container_schema(kind, origin, inner, kinds)


def _class_schema(kind: Any, kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    name = kind.__name__
    if name not in kinds:
        kinds[name] = {}  # known before its fields are: a class may hold others of its kind
        hints = get_type_hints(kind)
        said = [f.name for f in fields(kind) if _is_said(f.name)]
        kinds[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {n: _schema(hints[n], kinds) for n in said},
            "required": said,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _container_schema(
    kind: Any, origin: Any, inner: tuple[Any, ...], kinds: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    if isinstance(kind, type) and issubclass(kind, PurePath | Enum):
        return {"type": "string"} if issubclass(kind, PurePath) else {}
    if not isinstance(origin, type):
        raise TypeError(f"{kind} is no type of a result")
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(inner[1], kinds)}
    if origin is tuple and inner[1:] != (...,):
        return _tuple_schema(inner, kinds)
    if issubclass(origin, Collection):
        return {"type": "array", "items": _schema(inner[0], kinds)}
    raise TypeError(f"{kind} is no type of a result")


def _tuple_schema(inner: tuple[Any, ...], kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A tuple whose places have each a type of its own."""
    places = [_schema(k, kinds) for k in inner]
    return {
        "type": "array",
        "prefixItems": places,
        "minItems": len(places),
        "maxItems": len(places),
    }
