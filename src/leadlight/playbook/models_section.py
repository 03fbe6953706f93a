"""The `models` section: the texts of the learned models that a playbook's scores name.

What a model asks of behaviour becomes signals of the playbook, under names that begin with the
model's: `buys_soon__recency`.  So they share the log's one reading with the playbook's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from leadlight.facts.catalog import Type
from leadlight.playbook.conditions import Condition, parse
from leadlight.playbook.model import Model, NumberSide, WordSide
from leadlight.playbook.model_yaml import model_of
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.reader import Reader
from leadlight.playbook.signals import read_signals
from leadlight.playbook.spec import Gained, Signal

APART = "__"


def read_models(r: Reader, section: Node | None) -> tuple[Mapping[str, Model], tuple[Signal, ...]]:
    """The models by name, and the signals they bring."""
    models: dict[str, Model] = {}
    signals: list[Signal] = []
    for key, key_node, node in r.mapping(section, "models"):
        name = r.name(key, key_node, "model")
        model = model_of(r, node, name)
        own = {n: f"{name}{APART}{n}" for n in model.asked}
        signals += [_rename(s, own) for s in read_signals(r, node.get("signals"))]
        for made in own.values():
            r.note(made, key_node)
        terms = tuple(replace(t, of=tuple(own.get(n, n) for n in t.of)) for t in model.terms)
        models[name] = replace(model, name=name, terms=terms)
    return models, tuple(signals)


def types_of_terms(text: str, file: str) -> Mapping[str, Type]:
    """What the models of a playbook's text take each column for: a file of few leads may look
    otherwise by itself, when a column of words holds digits only this time, a column of numbers
    nothing, or one of yes and no a number.
    """
    asked: dict[str, Type] = {}
    for model in _models_of(text, file):
        for term in model.terms:
            for name, side in zip(term.of, term.sides, strict=True):
                asked.setdefault(name, _type(side))
    return asked


def maps_of_models(text: str, file: str) -> Mapping[str, str]:
    """How a person had the tables read from which the models of a playbook's text learned: a new
    file is read alike.
    """
    return {h: to for model in _models_of(text, file) for h, to in model.maps.items()}


def _models_of(text: str, file: str) -> Iterable[Model]:
    """The models that stand in a playbook's text."""
    root, _ = read_nodes(text, file) if "\nmodels:" in text else (None, [])
    if root is None or root.pairs is None:
        return ()
    return read_models(Reader(file, []), root.get("models"))[0].values()


def _type(side: NumberSide | WordSide) -> Type:
    if isinstance(side, NumberSide):
        return Type.NUMBER
    return Type.YES_NO if set(side.words) <= {"true", "false"} else Type.TEXT


def _rename(signal: Signal, names: Mapping[str, str]) -> Signal:
    """A model's signal under its name in the playbook, and with those of its model that it is made
    of.
    """
    changed: Any = replace(signal, name=names.get(signal.name, signal.name))
    if isinstance(changed, Gained):
        return replace(changed, of=names.get(changed.of, changed.of))
    return _within(changed, names)  # type: ignore[no-any-return]


def _within(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every condition in it over the new names; activities' conditions name none of
    them.
    """
    if isinstance(value, Condition):
        return _condition(value, names)
    if isinstance(value, tuple):
        return tuple(_within(v, names) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                f.name: _within(getattr(value, f.name), names)
                for f in fields(value)
                if f.name != "match"
            },
        )
    return value


def _condition(condition: Condition, names: Mapping[str, str]) -> Condition:
    if condition.names.isdisjoint(names):
        return condition
    from sqlglot import exp

    tree = condition.tree.copy()
    for column in list(tree.find_all(exp.Column)):
        if column.name in names:
            column.this.set("this", names[column.name])
    return parse(tree.sql())
