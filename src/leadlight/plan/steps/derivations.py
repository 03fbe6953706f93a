"""The names that a playbook derives of a lead: the expression of each, and of which names it is
made.

Beside the playbook's own names (values, answers, scores, labels, segments) stand the parts of a
score: the points of each of its rules, the terms of its model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.plan.columns import ROUTE, fit_points, model_key, model_place, model_term
from leadlight.plan.steps.lowering import Lowering
from leadlight.plan.steps.model import (
    groups_of,
    key_tree,
    place_tree,
    probability,
    sides_of,
    term_tree,
)
from leadlight.plan.steps.ranks import points_by_rank, rank_of
from leadlight.plan.steps.reasons import next_best
from leadlight.plan.terms import Tree, case, cast, clip, col, divide, null, num, sum_of, text
from leadlight.playbook.order import needs
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import (
    ModelScore,
    Playbook,
    Questions,
    Rank,
    RuleScore,
    Scale,
    Score,
    SignalScore,
    Value,
)

Graph = dict[str, frozenset[str]]


def dependencies(book: Playbook) -> Graph:
    """For each derived name the derived names it is made of."""
    used = needs(book)
    graph = {name: names & used.keys() for name, names in used.items()}
    for score in book.scores:
        if isinstance(score, RuleScore):
            _add_rules(score, graph)
        elif isinstance(score, ModelScore):
            _add_model(score, graph)
    if book.routes:
        names = {n for r in book.routes if r.when for n in r.when.names}
        graph[ROUTE] = frozenset(names & graph.keys())
    return graph


def _add_rules(score: RuleScore, graph: Graph) -> None:
    """A score is made of its rules, and each rule of what its condition names."""
    own = [fit_points(score.name, n) for n in range(1, len(score.rules) + 1)]
    for name, rule in zip(own, score.rules, strict=True):
        graph[name] = rule.when.names & graph.keys()
    graph[score.name] = frozenset(own)


def _add_model(score: ModelScore, graph: Graph) -> None:
    """A model is made of its terms, a term of the places of its values."""
    sides, name = sides_of(score.model), score.name
    for (value, _), n in sides.items():
        graph[model_place(name, n)] = frozenset({value} & graph.keys())
    for n, term in enumerate(score.model.terms, 1):
        pairs = zip(term.of, term.sides, strict=True)
        places = frozenset(model_place(name, sides[pair]) for pair in pairs)
        graph[model_term(name, n)] = graph[model_key(name, n)] = places
    graph |= {group: frozenset(keys) for group, keys in groups_of(score).items()}
    graph[name] = frozenset(model_term(name, n) for n in range(1, len(score.model.terms) + 1))


def expressions(book: Playbook, lower: Lowering, points_type: str) -> Mapping[str, Tree]:
    """The expression of every derived name; the points of a rule are of the type `points_type`."""
    out: dict[str, Tree] = {}
    for s in book.signals:
        if isinstance(s, Value):
            out[s.name] = lower.value(s.expression)
        elif isinstance(s, Questions):
            out |= _answers(s, lower)
        elif isinstance(s, Rank):
            out[s.name] = rank_of(s, lower)
    for score in book.scores:
        out |= _of_score(score, lower, points_type)
    for scale in book.scales:
        out[scale.name] = _label(scale, lower)
    for segment in book.segments:
        out[segment.name] = case([(lower(segment.when), exp.true())], exp.false())
    out[ROUTE] = _route(book, lower)
    return out


def _of_score(score: Score, lower: Lowering, points_type: str) -> Iterator[tuple[str, Tree]]:
    if isinstance(score, SignalScore):
        yield score.name, cast(col(score.signal), "double")
    elif isinstance(score, ModelScore):
        yield from _of_model(score, lower)
    else:
        yield from _of_rules(score, lower, points_type)


def _of_rules(score: RuleScore, lower: Lowering, points_type: str) -> Iterator[tuple[str, Tree]]:
    names = [fit_points(score.name, n) for n in range(1, len(score.rules) + 1)]
    for name, rule in zip(names, score.rules, strict=True):
        if rule.by is not None:
            yield name, cast(points_by_rank(rule.by, cents(rule.add), lower), points_type)
            continue
        points = case([(lower(rule.when), num(cents(rule.add)))], num(0))
        yield name, cast(points, points_type)
    low, high = (None if v is None else num(cents(v)) for v in (score.at_least, score.at_most))
    yield score.name, divide(clip(sum_of([col(n) for n in names]), low, high), num(100))


def _of_model(score: ModelScore, lower: Lowering) -> Iterator[tuple[str, Tree]]:
    for (value, side), n in sides_of(score.model).items():
        tree = place_tree(value, side, lower.types.get(value), lower.dialect)
        yield model_place(score.name, n), tree
    for n in range(1, len(score.model.terms) + 1):
        yield model_term(score.name, n), term_tree(score, n, lower.dialect)
        yield model_key(score.name, n), key_tree(score, n, lower.dialect)
    for group, keys in groups_of(score).items():
        yield group, next_best(keys, None)
    yield score.name, probability(score)


def _label(scale: Scale, lower: Lowering) -> Tree:
    """The first label that holds, in the order of bytes too, as a text of a lead is."""
    rest = next((text(la.name) for la in scale.labels if la.when is None), null())
    label = case(((lower(la.when), text(la.name)) for la in scale.labels if la.when), rest)
    return lower.dialect.read(label, Type.TEXT)


def _route(book: Playbook, lower: Lowering) -> Tree:
    """The number of the first route that holds."""
    routes = list(enumerate(book.routes, 1))
    otherwise = next((n for n, r in routes if r.when is None), 0)
    return case(((lower(r.when), num(n)) for n, r in routes if r.when), num(otherwise))


def _answers(s: Questions, lower: Lowering) -> dict[str, Tree]:
    """The share of yes, the share answered at all, and each answer in words."""
    n = max(len(s.questions), 1)
    yes = [case([(lower(q.yes), num(1))], num(0)) for q in s.questions]
    known = [
        case([(lower(q.yes), num(1)), *([(lower(q.no), num(1))] if q.no else [])], num(0))
        for q in s.questions
    ]
    out = {s.name: _share(yes, n), f"{s.name}_known": _share(known, n)}
    for q in s.questions:
        branches = [(lower(q.yes), text("yes")), *([(lower(q.no), text("no"))] if q.no else [])]
        out[f"{s.name}_{q.id}"] = lower.dialect.read(case(branches, text("unknown")), Type.TEXT)
    return out


def _share(answers: list[Tree], questions: int) -> Tree:
    """How many in a hundred of the questions."""
    hundredfold = exp.Mul(this=exp.Paren(this=sum_of(answers)), expression=num(100))
    return divide(hundredfold, num(questions))
