"""The pieces of a playbook that facts can touch: rules, labels, segments, routes and questions; and
a playbook that watches them.

A watching playbook is the same playbook with a signal beside each piece, which says of every lead
whether the piece holds. So one plan tells all of them, by the very conditions that qualify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
    Score,
    Segment,
    Signal,
    Value,
)

What = Literal["rule", "label", "segment", "route", "question"]
#: Makes the signal that watches a piece, of the name of its column.
Watch = Callable[[str], Signal]
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


def with_watches(book: Playbook) -> Playbook:
    """The playbook with a signal for each of its pieces."""
    signals = tuple(signal for _, signal in _watches(book))
    return replace(book, signals=(*book.signals, *signals), fingerprint=f"{book.fingerprint}+watch")


def rules(book: Playbook) -> tuple[Piece, ...]:
    """The pieces that give or take points."""
    return tuple(p for p in pieces(book) if p.what == "rule")


def leave_one_out(book: Playbook) -> tuple[Playbook, Catalog]:
    """The playbook in which a lead's attribute `_left_out` names by its number (from 1) a rule that
    does not count.

    So all that leaving out one rule or another would change is asked in one plan, over copies of
    the leads. The catalog has only the two columns that are added: of leads, and of activities.
    """
    number = {p.id: n for n, p in enumerate(rules(book), 1)}
    signals = tuple(_signal_without(s, number) for s in book.signals)
    scores = tuple(_score_without(s, number) for s in book.scores)
    own = Attribute(LEFT_OUT, Type.WHOLE, own=True)
    changed = replace(
        book, signals=signals, scores=scores, fingerprint=f"{book.fingerprint}+without"
    )
    return changed, Catalog({LEFT_OUT: own}, {LEFT_OUT: own})


def _signal_without(signal: Signal, number: Mapping[str, int]) -> Signal:
    if not isinstance(signal, Points):
        return signal
    rules = (_point_rule_but(r, number[f"{signal.name}.{r.id}"]) for r in signal.rules)
    return replace(signal, rules=tuple(rules))


def _score_without(score: Score, number: Mapping[str, int]) -> Score:
    if not isinstance(score, RuleScore):
        return score
    rules = (_fit_rule_but(r, number[f"{score.name}.{r.id}"]) for r in score.rules)
    return replace(score, rules=tuple(rules))


def _watches(book: Playbook) -> Iterator[tuple[Piece, Signal]]:
    """Each piece with the signal that watches it."""
    for n, (piece, watch) in enumerate(_watches_without_columns(book), 1):
        numbered = replace(piece, column=f"{WATCH}{n}")
        yield numbered, watch(numbered.column)


def _watches_without_columns(book: Playbook) -> Iterator[tuple[Piece, Watch]]:
    """Each piece, not yet with its column, and what makes the signal of a column."""
    yield from _pieces_of_signals(book)
    yield from _pieces_of_scores(book)
    yield from _pieces_of_scales(book)
    lines = book.lines or {}
    for segment in book.segments:
        piece = Piece("segment", "", segment.name, segment.name, "", lines.get(segment.name))
        yield piece, _watch_lead(_in_segment(segment))
    before: list[Condition] = []
    for place, route in enumerate(book.routes, 1):
        line = lines.get(f"routes.{place}")
        piece = Piece("route", "routes", str(place), f"to {route.to}", "", line)
        yield piece, _watch_lead(_first(route.when, before))
        before += [route.when] if route.when else []


def _pieces_of_signals(book: Playbook) -> Iterator[tuple[Piece, Watch]]:
    lines = book.lines or {}
    for s in book.signals:
        if isinstance(s, Points):
            for rule in s.rules:
                line = lines.get(f"{s.name}.{rule.id}")
                yield Piece("rule", s.name, rule.id, _words(rule), "", line), _watch_log(rule.match)
        elif isinstance(s, Questions):
            for q in s.questions:
                piece = Piece("question", s.name, q.id, q.id, "", lines.get(s.name))
                yield piece, _watch_lead(_either(q.yes, q.no))


def _pieces_of_scores(book: Playbook) -> Iterator[tuple[Piece, Watch]]:
    lines = book.lines or {}
    for score in book.scores:
        for rule in score.rules if isinstance(score, RuleScore) else ():
            line = lines.get(f"{score.name}.{rule.id}")
            yield Piece("rule", score.name, rule.id, _words(rule), "", line), _watch_lead(rule.when)


def _pieces_of_scales(book: Playbook) -> Iterator[tuple[Piece, Watch]]:
    lines = book.lines or {}
    for scale in book.scales:
        for label in scale.labels:
            line = lines.get(f"{scale.name}.{label.name}", lines.get(scale.name))
            piece = Piece("label", scale.name, label.name, label.name, "", line)
            yield piece, _watch_lead(_is(scale, label))


def _watch_log(match: Match) -> Watch:
    return lambda column: Count(column, match)


def _watch_lead(condition: Condition) -> Watch:
    return lambda column: Value(column, condition)


def _words(rule: FitRule | PointRule) -> str:
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


def _in_segment(segment: Segment) -> Condition:
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
    own: exp.Expr = exp.Boolean(this=True) if when is None else _holds(when)
    names = when.names if when else frozenset()
    trees = [own, *(exp.Not(this=_holds(other)) for other in before)]
    return _condition(_chain(trees), names.union(*(other.names for other in before)))


def _chain(trees: list[exp.Expr]) -> exp.Expr:
    """All of them, joined by halves: a chain of many would be too deep a tree."""
    if len(trees) == 1:
        return trees[0]
    middle = len(trees) // 2
    return exp.And(this=_chain(trees[:middle]), expression=_chain(trees[middle:]))


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
