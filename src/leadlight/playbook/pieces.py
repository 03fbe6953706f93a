"""The pieces of a playbook that facts can touch: rules, labels, segments, routes and questions; and
a playbook that watches them.

A watching playbook is the same playbook with a signal beside each piece, which says of every lead
whether the piece holds. So one plan tells all of them, by the very conditions that qualify.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.playbook.conditions import Condition
from leadlight.playbook.spec import (
    Count,
    FitRule,
    Label,
    Match,
    Playbook,
    PointRule,
    Points,
    Questions,
    RuleScore,
    Scale,
    Segment,
    Signal,
    Value,
)

What = Literal["rule", "label", "segment", "route", "question"]
WATCH = "_watch_"
#: In a playbook of `without`: the number of the rule that is left out for a lead; 0 is none.
LEFT_OUT = "_left_out"


@dataclass(frozen=True)
class Piece:
    """One piece: what it is, where it belongs (`fit`, `temperature`), its own name, what people
    call it, and its line.

    `column` is where a watching plan says whether it holds for a lead: true or false, or for a
    point rule how many activities it counted.
    """

    what: What
    of: str
    name: str
    say: str
    column: str
    line: int | None = None

    @property
    def id(self) -> str:
        return f"{self.of}.{self.name}" if self.of else self.name


def pieces(book: Playbook) -> tuple[Piece, ...]:
    """Every piece of a playbook, in the order of its text."""
    return tuple(piece for piece, _ in _watches(book))


def watching(book: Playbook) -> Playbook:
    """The playbook with a signal for each of its pieces."""
    signals = tuple(signal for _, signal in _watches(book) if signal is not None)
    return replace(book, signals=(*book.signals, *signals), fingerprint=f"{book.fingerprint}+watch")


def rules(book: Playbook) -> tuple[Piece, ...]:
    """The pieces that give or take points."""
    return tuple(p for p in pieces(book) if p.what == "rule")


def without(book: Playbook) -> tuple[Playbook, Catalog]:
    """The playbook in which a lead's attribute `_left_out` names by its number (from 1) a rule that
    does not count.

    So all that leaving out one rule or another would change is asked in one plan, over twins of the
    leads. The catalog has only the two columns that are added: of leads, and of activities.
    """
    number = {p.id: n for n, p in enumerate(rules(book), 1)}
    signals: list[Signal] = [
        (
            replace(s, rules=tuple(_point_rule_but(r, number[f"{s.name}.{r.id}"]) for r in s.rules))
            if isinstance(s, Points)
            else s
        )
        for s in book.signals
    ]
    scores = tuple(
        (
            replace(s, rules=tuple(_fit_rule_but(r, number[f"{s.name}.{r.id}"]) for r in s.rules))
            if isinstance(s, RuleScore)
            else s
        )
        for s in book.scores
    )
    own = Attribute(LEFT_OUT, Type.WHOLE, own=True)
    changed = replace(
        book, signals=tuple(signals), scores=scores, fingerprint=f"{book.fingerprint}+without"
    )
    return changed, Catalog({LEFT_OUT: own}, {LEFT_OUT: own})


def _watches(book: Playbook) -> Iterator[tuple[Piece, Signal | None]]:
    """Each piece with the signal that watches it; None where the plan says it anyway."""
    lines = book.lines or {}
    n = 0

    def piece(
        what: What, of: str, name: str, say: str, line: int | None, column: str = ""
    ) -> Piece:
        nonlocal n
        n += 1
        return Piece(what, of, name, say, column or f"{WATCH}{n}", line)

    for s in book.signals:
        if isinstance(s, Points):
            for rule in s.rules:
                found = piece(
                    "rule", s.name, rule.id, _said(rule), lines.get(f"{s.name}.{rule.id}")
                )
                yield found, Count(found.column, rule.match)
        elif isinstance(s, Questions):
            for q in s.questions:
                found = piece("question", s.name, q.id, q.id, lines.get(s.name))
                yield found, Value(found.column, _either(q.yes, q.no))
    for score in book.scores:
        for fit in score.rules if isinstance(score, RuleScore) else ():
            found = piece(
                "rule", score.name, fit.id, _said(fit), lines.get(f"{score.name}.{fit.id}")
            )
            yield found, Value(found.column, fit.when)
    for scale in book.scales:
        for label in scale.labels:
            line = lines.get(f"{scale.name}.{label.name}", lines.get(scale.name))
            found = piece("label", scale.name, label.name, label.name, line)
            yield found, Value(found.column, _is(scale, label))
    for segment in book.segments:
        found = piece("segment", "", segment.name, segment.name, lines.get(segment.name))
        yield found, Value(found.column, _named(segment))
    before: list[Condition] = []
    for place, route in enumerate(book.routes, 1):
        found = piece("route", "routes", str(place), f"to {route.to}", lines.get(f"routes.{place}"))
        yield found, Value(found.column, _first(route.when, before))
        before += [route.when] if route.when else []


def _said(rule: FitRule | PointRule) -> str:
    return rule.say or rule.id.replace("_", " ")


def _column(name: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name))


def _condition(tree: exp.Expr, names: frozenset[str]) -> Condition:
    # Conditions are the same when their texts are.
    return Condition(text=tree.sql(), tree=tree, names=names)


def _is(scale: Scale, label: Label) -> Condition:
    """A lead has this label."""
    return _condition(
        exp.EQ(this=_column(scale.name), expression=exp.Literal.string(label.name)),
        frozenset({scale.name}),
    )


def _named(segment: Segment) -> Condition:
    return _condition(_column(segment.name), frozenset({segment.name}))


def _either(yes: Condition, no: Condition | None) -> Condition:
    """A question is answered."""
    if no is None:
        return yes
    return _condition(
        exp.Or(this=exp.Paren(this=yes.tree.copy()), expression=exp.Paren(this=no.tree.copy())),
        yes.names | no.names,
    )


def _first(when: Condition | None, before: list[Condition]) -> Condition:
    """A route's condition holds and that of no route before it; unknown is not holding."""
    tree: exp.Expr = exp.Boolean(this=True) if when is None else _holds(when)
    names = when.names if when else frozenset()
    for other in before:
        tree = exp.And(this=tree, expression=exp.Not(this=_holds(other)))
        names |= other.names
    return _condition(tree, names)


def _holds(condition: Condition) -> exp.Expr:
    return exp.Coalesce(
        this=exp.Paren(this=condition.tree.copy()), expressions=[exp.Boolean(this=False)]
    )


def _but(condition: Condition | None, number: int) -> Condition:
    """The condition, unless the rule of this number is left out."""
    kept = exp.NEQ(this=_column(LEFT_OUT), expression=exp.Literal.number(number))
    if condition is None:
        return _condition(kept, frozenset({LEFT_OUT}))
    return _condition(
        exp.And(this=exp.Paren(this=condition.tree.copy()), expression=kept),
        condition.names | {LEFT_OUT},
    )


def _fit_rule_but(rule: FitRule, number: int) -> FitRule:
    return replace(rule, when=_but(rule.when, number))


def _point_rule_but(rule: PointRule, number: int) -> PointRule:
    match: Match = replace(rule.match, when=_but(rule.match.when, number))
    return replace(rule, match=match)
