"""What a playbook comes to, apart from how it is written: two of the same meaning qualify every
lead alike, with the same words.

Comments, blanks, the order of rules whose points are summed, ids of rules, names of signals,
brackets, the order of `and` and `or` and of a list after `in` mean nothing. Names of scores,
scales, labels and segments do: people and files see them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from leadlight.playbook.conditions import Condition, arguments, function_name
from leadlight.playbook.order import question_names
from leadlight.playbook.spec import (
    FitRule,
    Gained,
    Match,
    Playbook,
    PointRule,
    Questions,
    SignalScore,
)

Names = Callable[[str], str]

#: Of a playbook: what is about the text and not about leads.
WRITTEN = frozenset({"name", "about", "fingerprint", "file", "lines"})
_UNORDERED = frozenset(
    {"rules", "questions", "kinds", "sign_off", "signals", "scores", "scales", "segments"}
)
_FLIPPED = {exp.GT: exp.LT, exp.GTE: exp.LTE}
_SIGNS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<="}


def meaning(book: Playbook) -> str:
    """Twelve hex digits that stand for what a playbook says of any lead."""
    known: dict[str, str] = {}

    def names(name: str) -> str:
        return known.get(name, name)

    waiting = [(own, s) for s in book.signals for own in names_of(s)]
    while (
        waiting
    ):  # each signal stands for what it is made of, so those that need nothing unknown come first
        still = {own for own, _ in waiting}
        ready = [(own, s) for own, s in waiting if not still & (uses(s) - set(names_of(s)))]
        for own, s in ready or waiting:
            known[own] = _short(
                own.removeprefix(s.name) if isinstance(s, Questions) else "", spelled(s, names)
            )
        waiting = [w for w in waiting if w not in ready] if ready else []
    parts = {
        f.name: spelled(getattr(book, f.name), names, f.name)
        for f in fields(book)
        if f.name not in WRITTEN
    }
    parts["signals"] = " ".join(sorted(set(known.values())))
    for what in ("scores", "scales", "segments"):
        parts[what] = " ".join(sorted(f"{x.name}={spelled(x, names)}" for x in getattr(book, what)))
    return _short(*(f"{k}:{v}" for k, v in sorted(parts.items())))


def spelled(value: Any, names: Names, called: str = "") -> str:
    """A part of a playbook as a text that is the same for the same meaning; `names` says what a
    name stands for.
    """
    if isinstance(value, Condition):
        return canonical(value.tree, names)
    if isinstance(value, Gained | SignalScore):
        signal = value.of if isinstance(value, Gained) else value.signal
        return f"{type(value).__name__}({names(signal)})"
    if is_dataclass(value):
        # A condition on an activity speaks of the activity's own columns, whatever signals are
        # called.
        own: Names = (lambda name: f"activity.{name}") if isinstance(value, Match) else names
        nameless = isinstance(value, PointRule | FitRule)
        left_out = (
            {"about"}
            | ({"id"} if nameless else set())
            | ({"name"} if not hasattr(value, "aside") else set())
        )
        said = (
            f"{f.name}={spelled(getattr(value, f.name), own, f.name)}"
            for f in fields(value)
            if f.name not in left_out
        )
        return f"{type(value).__name__}({','.join(said)})"
    if isinstance(value, Mapping):
        return f"{{{','.join(sorted(f'{k}:{spelled(v, names)}' for k, v in value.items()))}}}"
    if isinstance(value, tuple | list | frozenset | set):
        each = [spelled(v, names) for v in value]
        return f"[{','.join(sorted(each) if called in _UNORDERED else each)}]"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else repr(value)


def canonical(tree: exp.Expr, names: Names) -> str:
    """An expression as a text that is the same for the same meaning."""
    kind = type(tree)
    if kind is exp.Paren:
        return canonical(tree.this, names)
    if kind is exp.Column:
        return f"<{names(tree.name)}>"
    if kind is exp.Literal:
        return repr(tree.name) if tree.is_string else f"{Decimal(tree.name).normalize():f}"
    if kind is exp.Neg and isinstance(tree.this, exp.Literal):
        return f"-{canonical(tree.this, names)}"
    if isinstance(tree, exp.And | exp.Or):
        sign = " and " if kind is exp.And else " or "
        return f"({sign.join(sorted({canonical(t, names) for t in terms(tree)}))})"
    if kind in _SIGNS or kind in _FLIPPED:
        left, right = canonical(tree.this, names), canonical(tree.expression, names)
        if kind in _FLIPPED:
            kind, left, right = _FLIPPED[kind], right, left
        elif kind in (exp.EQ, exp.NEQ):
            left, right = sorted((left, right))
        return f"({left} {_SIGNS[kind]} {right})"
    if kind is exp.In:
        return (
            f"({canonical(tree.this, names)} in"
            f" {','.join(sorted({canonical(t, names) for t in tree.expressions}))})"
        )
    if kind is exp.Between:
        this, low, high = (canonical(tree.args[k], names) for k in ("this", "low", "high"))
        return f"({' and '.join(sorted({f'({low} <= {this})', f'({this} <= {high})'}))})"
    called = function_name(tree)
    if called is not None:
        return f"{called}({','.join(canonical(a, names) for a in arguments(tree))})"
    said = (
        f"{k}={_argument(v, names)}"
        for k, v in sorted(tree.args.items())
        if v not in (None, [], False)
    )
    return f"{kind.__name__}({','.join(said)})"


def terms(tree: exp.Expr) -> list[exp.Expr]:
    """What a chain of `and` (of `or`) joins; the expression itself when it is none."""
    tree = bare(tree)
    if not isinstance(tree, exp.And | exp.Or):
        return [tree]
    out: list[exp.Expr] = []
    for side in (bare(tree.this), bare(tree.expression)):
        out += terms(side) if type(side) is type(tree) else [side]
    return out


def bare(tree: exp.Expr) -> exp.Expr:
    """An expression without the brackets around it."""
    while type(tree) is exp.Paren:
        tree = tree.this
    return tree


def names_of(signal: Any) -> tuple[str, ...]:
    """The names that a signal makes."""
    return question_names(signal) if isinstance(signal, Questions) else (signal.name,)


def uses(value: Any) -> set[str]:
    """The names that a part of a playbook uses, on the level of leads."""
    if isinstance(value, Condition):
        return set(value.names)
    if isinstance(value, Gained | SignalScore):
        return {value.of if isinstance(value, Gained) else value.signal}
    if isinstance(value, Match):
        return set()
    if is_dataclass(value):
        return {n for f in fields(value) for n in uses(getattr(value, f.name))}
    return {n for v in value for n in uses(v)} if isinstance(value, tuple) else set()


def _argument(value: Any, names: Names) -> str:
    if isinstance(value, exp.Expr):
        return canonical(value, names)
    if isinstance(value, list):
        return f"[{','.join(_argument(v, names) for v in value)}]"
    return repr(value)


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
