"""JSON, or the parameters of a URL, as the frozen request of a verb; and what may be sent as a JSON
Schema.

A request's dataclass is the only description of it there is: its types say what is taken, its
defaults what may be left out.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from leadlight.desk.moments import moment
from leadlight.playbook.durations import seconds
from leadlight.problems import CannotDo, did_you_mean

Schema: TypeAlias = dict[str, Any]
Type: TypeAlias = Any
#: The longest text that is taken: a playbook may be long, and nothing else is.
LONGEST_TEXT = 1_000_000
_LARGEST, _MOST = 1_000_000, 10_000
_EARLIEST, _LATEST = datetime(1900, 1, 1), datetime(2200, 1, 1)
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=100 * 365)


class _WrongTypeError(Exception):
    """What a value should have been."""


def decode(kind: type, data: object, given: Mapping[str, object], hidden: frozenset[str]) -> Any:
    """The request of that class. `given` are fields that the server fills in, and `hidden` those
    that nobody may send. Raises `CannotDo` that names the field that is wrong.
    """
    if not isinstance(data, dict):
        raise CannotDo("The body is a JSON object: the fields of the request.")
    return _of_class(kind, data, "", given, hidden)


def decode_text(kind: Type, text: str, field: str) -> Any:
    """A parameter of a URL. Raises `CannotDo` where it is not of that type."""
    return _check_value(kind, text, field, from_text=True)


def request_schema(kind: type, hidden: frozenset[str]) -> Schema:
    """What may be sent for a request: fields that are files or are filled in by the server are left
    out.
    """
    return _class_schema(kind, hidden)


def value_schema(kind: Type) -> Schema:
    """What is taken as a value of a type."""
    return _schema(kind, frozenset())


def is_file(kind: Type) -> bool:
    """Whether a field holds the path of a file, or several."""
    if isinstance(kind, type) and issubclass(kind, PurePath):
        return True
    return any(is_file(k) for k in get_args(kind))


def _of_class(
    kind: type,
    data: Mapping[str, object],
    prefix: str,
    given: Mapping[str, object],
    hidden: frozenset[str],
) -> Any:
    hints, values = get_type_hints(kind), dict[str, object]()
    _check_names(kind, data, prefix, given, hidden)
    for one in fields(kind):
        where = prefix + one.name
        if where in given:
            values[one.name] = given[where]
        elif one.name in data:
            values[one.name] = _member(hints[one.name], data[one.name], where, given, hidden)
        elif one.default is MISSING and one.default_factory is MISSING:
            raise CannotDo(f"The field {where} is missing.", field=where)
    return kind(**values)


def _check_names(
    kind: Any,
    data: Mapping[str, object],
    prefix: str,
    given: Mapping[str, object],
    hidden: frozenset[str],
) -> None:
    hints = get_type_hints(kind)
    known = [f.name for f in fields(kind) if f.name not in hidden and prefix + f.name not in given]
    open_to = [n for n in known if not is_file(hints[n])]
    for name in data:
        if name not in open_to:
            shown = prefix + name[:100].encode("ascii", "replace").decode()
            hint = did_you_mean(name, open_to) or f"The fields are {', '.join(open_to)}."
            raise CannotDo(f"There is no field {shown!r}. {hint}", field=shown)


def _member(
    kind: Type, value: object, field: str, given: Mapping[str, object], hidden: frozenset[str]
) -> Any:
    """A value of a field; where a class is wanted, the class of which it has the fields."""
    classes = [k for k in (get_args(kind) or (kind,)) if is_dataclass(k)]
    if classes and isinstance(value, dict):
        sent = {*value, *(n.removeprefix(f"{field}.") for n in given if n.startswith(f"{field}."))}
        chosen = next((k for k in classes if sent <= set(get_type_hints(k))), classes[0])
        assert isinstance(chosen, type)
        return _of_class(chosen, value, f"{field}.", given, hidden)
    if _parts(kind)[0] is tuple and isinstance(value, list) and is_dataclass(get_args(kind)[0]):
        item = get_args(kind)[0]
        return tuple(_member(item, v, f"{field}.{n}", given, hidden) for n, v in enumerate(value))
    if classes and value is not None:
        raise CannotDo(f"{field} is an object.", field=field)
    return _check_value(kind, value, field)


def _check_value(kind: Type, value: object, field: str, *, from_text: bool = False) -> Any:
    try:
        return _value(kind, value, from_text)
    except _WrongTypeError as fault:
        raise CannotDo(f"{field} is {fault}.", field=field) from None


def _value(kind: Type, value: object, from_text: bool) -> Any:
    if kind in _PLAIN:
        return _PLAIN[kind](value, from_text)
    origin, inner = _parts(kind)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value, from_text)
    if origin is Literal:
        if value not in inner:
            raise _WrongTypeError(f"one of {', '.join(map(str, inner))}")
        return value
    return _container(origin, inner, value)


def _one_of(kinds: tuple[Type, ...], value: object, from_text: bool) -> Any:
    if value is None and type(None) in kinds:
        return None
    told: list[str] = []
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _value(kind, value, from_text)
        except _WrongTypeError as fault:
            told.append(str(fault))
    raise _WrongTypeError(" or ".join(told))


def _container(origin: Type, inner: tuple[Type, ...], value: object) -> Any:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict) or len(value) > _MOST:
            raise _WrongTypeError("an object")
        return {_text(k, False): _value(inner[1], v, False) for k, v in value.items()}
    if origin is tuple:
        if not isinstance(value, list) or len(value) > _MOST:
            raise _WrongTypeError("a list")
        if inner[1:] != (...,):
            if len(value) != len(inner):
                raise _WrongTypeError(f"a list of {len(inner)}")
            return tuple(_value(k, v, False) for k, v in zip(inner, value, strict=True))
        return tuple(_value(inner[0], v, False) for v in value)
    raise _WrongTypeError("nothing that can be sent")


def _parts(kind: Type) -> tuple[Type, tuple[Type, ...]]:
    """The outer and the inner types of a type: `tuple[str, ...]` is a tuple of texts."""
    return get_origin(kind), get_args(kind)


def _text(value: object, _: bool) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise _WrongTypeError("a text")
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise _WrongTypeError("a text without characters that nobody can read")
    return value


def _yes_no(value: object, from_text: bool) -> bool:
    if from_text and value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        raise _WrongTypeError("true or false")
    return value


def _whole(value: object, from_text: bool) -> int:
    if from_text and isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) < 10 else _LARGEST + 1
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise _WrongTypeError(f"a whole number from 0 to {_LARGEST:,}")
    return value


def _number(value: object, _: bool) -> float:
    sound = isinstance(value, int | float) and not isinstance(value, bool)
    if not sound or not math.isfinite(value) or abs(value) > 1e15:  # type: ignore[arg-type]
        raise _WrongTypeError("a number")
    return float(value)  # type: ignore[arg-type]


def _moment(value: object, _: bool) -> datetime:
    try:
        found = moment(_text(value, False))
    except (CannotDo, OverflowError):
        raise _WrongTypeError("a moment, such as 2026-11-01T14:30:00Z") from None
    if not _EARLIEST <= found < _LATEST:
        raise _WrongTypeError("a moment from 1900 to 2199")
    return found


def _length(value: object, from_text: bool) -> timedelta:
    told = _WrongTypeError("a length of time: seconds, or such as 30d, of a minute at least")
    if isinstance(value, str):
        found = seconds(value)
        if found is None and not (from_text and value.isascii() and value.isdigit()):
            raise told
        value = found if found is not None else int(value[:12])
    try:
        length = timedelta(seconds=_number(value, False))
    except (_WrongTypeError, OverflowError):
        raise told from None
    if not _SHORTEST <= length <= _LONGEST:
        raise told
    return length


_PLAIN: dict[Type, Callable[[object, bool], Any]] = {
    str: _text,
    bool: _yes_no,
    int: _whole,
    float: _number,
    datetime: _moment,
    timedelta: _length,
}
_PLAIN_SCHEMAS: dict[Type, Schema] = {
    str: {"type": "string", "maxLength": LONGEST_TEXT},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0, "maximum": _LARGEST},
    float: {"type": "number"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    timedelta: {
        "description": "seconds, or a text such as 30d",
        "anyOf": [
            {"type": "number", "minimum": 60, "maximum": _LONGEST.total_seconds()},
            {"type": "string", "pattern": "^[1-9][0-9]{0,4}[mhdw]$"},
        ],
    },
}


def _class_schema(kind: Any, hidden: frozenset[str]) -> Schema:
    hints = get_type_hints(kind)
    open_to = [f for f in fields(kind) if f.name not in hidden and not is_file(hints[f.name])]
    return {
        "type": "object",
        "description": " ".join((kind.__doc__ or "").split()),
        "properties": {f.name: _schema(hints[f.name], hidden) for f in open_to},
        "required": [
            f.name for f in open_to if f.default is MISSING and f.default_factory is MISSING
        ],
        "additionalProperties": False,
    }


def _schema(kind: Type, hidden: frozenset[str]) -> Schema:
    if kind in _PLAIN_SCHEMAS:
        return dict(_PLAIN_SCHEMAS[kind])
    if is_dataclass(kind):
        return _class_schema(kind, hidden)
    origin, inner = _parts(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(k, hidden) for k in inner if not is_file(k)]}
    if origin is Literal:
        return {"enum": list(inner)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(inner[1], hidden)}
    return _list_schema(inner, hidden)


def _list_schema(inner: tuple[Type, ...], hidden: frozenset[str]) -> Schema:
    if inner[1:] == (...,):
        return {"type": "array", "items": _schema(inner[0], hidden), "maxItems": _MOST}
    size = {"minItems": len(inner), "maxItems": len(inner)}
    return {"type": "array", "prefixItems": [_schema(k, hidden) for k in inner], **size}
