"""What a playbook comes to, apart from how it is written: two of the same meaning qualify every
lead alike, with the same words.

Comments, blanks, the order of rules whose points are summed, ids of rules, names of signals,
brackets, the order of `and` and `or` and of a list after `in` mean nothing. Names of scores,
scales, labels and segments do: people and files see them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
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
_FLIPPED: Mapping[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.GTE: exp.LTE}
_SIGNS: Mapping[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<="}


def meaning(book: Playbook) -> str:
    """Twelve hex digits that stand for what a playbook says of any lead."""
    known = _meanings_of_signals(book)

    def names(name: str) -> str:
        return known.get(name, name)

    parts = {
        f.name: spell(getattr(book, f.name), names, f.name)
        for f in fields(book)
        if f.name not in WRITTEN
    }
    parts["signals"] = " ".join(sorted(set(known.values())))
    for what in ("scores", "scales", "segments", "tracks"):
        parts[what] = " ".join(sorted(f"{x.name}={spell(x, names)}" for x in getattr(book, what)))
    return _short(*(f"{k}:{v}" for k, v in sorted(parts.items())))


def _meanings_of_signals(book: Playbook) -> dict[str, str]:
    """For each name of a signal a short text of what it is made of.

    Each signal stands for what it is made of, so those that need nothing unknown come first.
    """
    known: dict[str, str] = {}
    waiting = [(own, s) for s in book.signals for own in names_of(s)]
    while waiting:
        ready = _next_signals(waiting) or waiting
        for own, s in ready:
            known[own] = _meaning_of_signal(own, s, known)
        waiting = [w for w in waiting if w not in ready]
    return known


def _next_signals(waiting: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The signals that need none of those that wait, but themselves."""
    left = {own for own, _ in waiting}
    return [(own, s) for own, s in waiting if not left & (uses(s) - set(names_of(s)))]


def _meaning_of_signal(own: str, signal: Any, known: Mapping[str, str]) -> str:
    """Of the answers of a set of questions each has its own."""
    answer = own.removeprefix(signal.name) if isinstance(signal, Questions) else ""
    return _short(answer, spell(signal, lambda name: known.get(name, name)))


def spell(value: Any, names: Names, called: str = "") -> str:
    """A part of a playbook as a text that is the same for the same meaning; `names` says what a
    name stands for.
    """
    if isinstance(value, Condition):
        return canonical(value.tree, names)
    if isinstance(value, Gained | SignalScore):
        signal = value.of if isinstance(value, Gained) else value.signal
        return f"{type(value).__name__}({names(signal)})"
    if is_dataclass(value):
        return _spell_fields(value, names)
    if isinstance(value, Mapping):
        return f"{{{','.join(sorted(f'{k}:{spell(v, names)}' for k, v in value.items()))}}}"
    if isinstance(value, tuple | list | frozenset | set):
        return _spell_list([spell(v, names) for v in value], called)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else repr(value)


def _spell_list(each: list[str], called: str) -> str:
    return f"[{','.join(sorted(each) if called in _UNORDERED else each)}]"


def _spell_fields(value: Any, names: Names) -> str:
    """A class of the specification by the fields that mean something."""
    # A condition on an activity speaks of the activity's own columns, whatever signals are called.
    own: Names = (lambda name: f"activity.{name}") if isinstance(value, Match) else names
    left_out = {"about", "verification"}  # a `verify` is what its expression says
    if isinstance(value, PointRule | FitRule):
        left_out.add("id")
    if isinstance(value, FitRule):
        # Its condition names the rank, by what it stands for.
        left_out.add("by")
    if not hasattr(value, "aside"):
        left_out.add("name")
    parts = (
        f"{f.name}={spell(getattr(value, f.name), own, f.name)}"
        for f in fields(value)
        if f.name not in left_out
    )
    kind = type(value).__name__
    if isinstance(value, FitRule) and value.by is not None:
        kind = "RankedRule"
    return f"{kind}({','.join(parts)})"


def canonical(tree: exp.Expr, names: Names) -> str:
    """An expression as a text that is the same for the same meaning."""
    kind = type(tree)
    if kind is exp.Column:
        return f"<{names(tree.name)}>"
    if kind is exp.Literal:
        return repr(tree.name) if tree.is_string else f"{Decimal(tree.name).normalize():f}"
    if kind is exp.Neg and isinstance(tree.this, exp.Literal):
        return f"-{canonical(tree.this, names)}"
    rule = _CANONICAL.get(kind)
    if rule is not None:
        return rule(tree, names)
    called = function_name(tree)
    if called is not None:
        return f"{called}({','.join(canonical(a, names) for a in arguments(tree))})"
    return _canonical_node(tree, names)


def _canonical_bracket(tree: exp.Expr, names: Names) -> str:
    return canonical(tree.this, names)


def _canonical_connector(tree: exp.Expr, names: Names) -> str:
    sign = " and " if type(tree) is exp.And else " or "
    return f"({sign.join(sorted({canonical(t, names) for t in terms(tree)}))})"


def _canonical_comparison(tree: exp.Expr, names: Names) -> str:
    kind = type(tree)
    left, right = canonical(tree.this, names), canonical(tree.expression, names)
    if kind in _FLIPPED:
        kind, left, right = _FLIPPED[kind], right, left
    elif kind in (exp.EQ, exp.NEQ):
        left, right = sorted((left, right))
    return f"({left} {_SIGNS[kind]} {right})"


def _canonical_membership(tree: exp.Expr, names: Names) -> str:
    listed = ",".join(sorted({canonical(t, names) for t in tree.expressions}))
    return f"({canonical(tree.this, names)} in {listed})"


def _canonical_range(tree: exp.Expr, names: Names) -> str:
    this, low, high = (canonical(tree.args[k], names) for k in ("this", "low", "high"))
    return f"({' and '.join(sorted({f'({low} <= {this})', f'({this} <= {high})'}))})"


def _canonical_node(tree: exp.Expr, names: Names) -> str:
    parts = (
        f"{k}={_argument(v, names)}"
        for k, v in sorted(tree.args.items())
        if v not in (None, [], False)
    )
    return f"{type(tree).__name__}({','.join(parts)})"


_CANONICAL: Mapping[type[exp.Expr], Callable[[exp.Expr, Names], str]] = {
    exp.Paren: _canonical_bracket,
    exp.And: _canonical_connector,
    exp.Or: _canonical_connector,
    **dict.fromkeys((*_SIGNS, *_FLIPPED), _canonical_comparison),
    exp.In: _canonical_membership,
    exp.Between: _canonical_range,
}


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
    inner: Iterable[Any] = value if isinstance(value, tuple) else ()
    if is_dataclass(value):
        inner = [getattr(value, f.name) for f in fields(value)]
    return set().union(*map(uses, inner))


def _argument(value: Any, names: Names) -> str:
    if isinstance(value, exp.Expr):
        return canonical(value, names)
    if isinstance(value, list):
        return f"[{','.join(_argument(v, names) for v in value)}]"
    return repr(value)


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
