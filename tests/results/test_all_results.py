"""Every result is a frozen dataclass of plain data: JSON can hold it, and its schema describes it."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import types
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import jsonschema
import pytest

from leadlight import results
from leadlight.results.data import schema_of, to_data

#: What JSON is said to hold: of each plain type a value.
EXAMPLES: dict[Any, object] = {
    str: "x",
    int: 1,
    float: 0.5,
    bool: True,
    type(None): None,
    Any: "anything",
    object: "anything",
    datetime: datetime(2026, 11, 1, 14, 30),
    date: date(2026, 11, 1),
    timedelta: timedelta(days=1),
    Decimal: Decimal("1.25"),
}


def classes() -> Iterator[type]:
    """The public dataclasses of `leadlight.results`."""
    for module in pkgutil.iter_modules(results.__path__, f"{results.__name__}."):
        if module.ispkg:
            continue
        found = vars(importlib.import_module(module.name))
        for name, value in found.items():
            own = isinstance(value, type) and value.__module__ == module.name
            if own and dataclasses.is_dataclass(value) and not name.startswith("_"):
                yield value


def example(kind: Any) -> Any:
    """A value of a type."""
    if kind in EXAMPLES:
        return EXAMPLES[kind]
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        values = {f.name: example(hints[f.name]) for f in dataclasses.fields(kind) if f.init}
        # Texts differ by their field: a link names two leads.
        return kind(**{name: name if v == EXAMPLES[str] else v for name, v in values.items()})
    if isinstance(kind, type) and issubclass(kind, PurePath):
        return Path("a") / "b"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return container(get_origin(kind), get_args(kind))


def container(origin: Any, inner: tuple[Any, ...]) -> Any:
    """A value of a type made of others."""
    if origin in (Union, types.UnionType):
        return example(inner[0])
    if origin is Literal:
        return inner[0]
    if issubclass(origin, Mapping):
        return {example(inner[0]): example(inner[1])}
    if origin is tuple and (len(inner) != 2 or inner[1] is not ...):
        return tuple(map(example, inner))
    assert issubclass(origin, Collection)
    return (example(inner[0]),) if origin is tuple else [example(inner[0])]


@pytest.mark.parametrize("kind", list(classes()), ids=lambda kind: kind.__name__)
def test_a_result_is_plain_data(kind: type) -> None:
    """It cannot be changed, JSON can hold it, and it is as its schema says."""
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    data = json.loads(json.dumps(to_data(example(kind)), allow_nan=False))
    jsonschema.validate(data, schema_of(kind))


def test_no_two_results_have_one_name() -> None:
    """A schema calls each class by its name alone."""
    names = [kind.__name__ for kind in classes()]
    assert len(names) == len(set(names)) > 50
