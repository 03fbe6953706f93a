"""What a lead could still do, or turn out to be: one hypothetical fact for each rule of a
playbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from leadlight.facts.catalog import Catalog
from leadlight.plan.steps.atoms import demand, parts
from leadlight.playbook.conditions import Condition, arguments, function_name
from leadlight.playbook.models_section import APART
from leadlight.playbook.spec import (
    Count,
    FitRule,
    Match,
    ModelScore,
    Playbook,
    Points,
    RuleScore,
    Signal,
    Sleeping,
    Woken,
)
from leadlight.results.explanation import rule_words

#: A lead does something once, or a few times over: beyond that it is no advice.
TIMES = (1, 2, 3)
ANYTHING = "page_viewed"


@dataclass(frozen=True)
class Hypothesis:
    """A hypothetical: the lead does `kind` (with these columns) `times` times now, or has these
    `attributes`.
    """

    words: str
    kind: str | None = None
    columns: Mapping[str, Any] | None = None
    attributes: Mapping[str, Any] | None = None
    times: int = 1


def hypotheses(book: Playbook, catalog: Catalog) -> list[Hypothesis]:
    """One hypothesis a rule that could help; rules whose condition cannot be turned into a fact are
    left out.
    """
    out: dict[tuple[object, ...], Hypothesis] = {}
    for signal in book.signals:
        if not is_learned(book, signal.name):  # for those see results/raises.py
            for key, hypothesis in _of_signal(signal, catalog):
                out.setdefault(key, hypothesis)
    for rule in _helpful_rules(book):
        facts = facts_of(rule.when)
        if facts and facts.keys() <= catalog.lead.keys():
            key = tuple(sorted((k, str(v)) for k, v in facts.items()))
            out.setdefault(key, Hypothesis(rule_words(rule), attributes=facts))
    return list(out.values())


def _helpful_rules(book: Playbook) -> Iterator[FitRule]:
    """The rules on attributes that give points."""
    for score in book.scores:
        if isinstance(score, RuleScore):
            yield from (rule for rule in score.rules if rule.add > 0)


def _of_signal(signal: Signal, catalog: Catalog) -> Iterator[tuple[tuple[object, ...], Hypothesis]]:
    """What a lead could do that the signal counts, each with what tells it apart."""
    if isinstance(signal, Sleeping | Woken) and signal.match.when is None:
        # Whatever it does ends its sleep, so one thing stands for all.
        kind = signal.match.kinds[0] if signal.match.kinds else ANYTHING
        words = "Did anything again" if kind == ANYTHING else kind.replace("_", " ")
        yield (kind, 1), Hypothesis(words, kind, {})
    elif isinstance(signal, Points):
        for rule in signal.rules:
            if rule.points > 0:
                yield from _of_match(rule_words(rule), rule.match, catalog)
    elif isinstance(signal, Count):
        # A name such as `starts` says little to a reader: what is counted says it in words.
        plain = signal.match.kinds[0] if signal.match.kinds and signal.match.when is None else ""
        yield from _of_match((plain or signal.name).replace("_", " "), signal.match, catalog)


def _of_match(
    words: str, match: Match, catalog: Catalog
) -> Iterator[tuple[tuple[object, ...], Hypothesis]]:
    """An activity that a rule means, done once or a few times."""
    facts = facts_of(match.when) if match.when else {}
    if facts is None or not match.kinds:
        return
    kind = match.kinds[0]
    columns = {c: v for c, v in facts.items() if c in catalog.activity}
    for times in TIMES:
        often = words if times == 1 else f"{words} ({times} times)"
        yield (kind, *sorted(columns.items()), times), Hypothesis(often, kind, columns, None, times)


def is_learned(book: Playbook, name: str) -> bool:
    """Whether a signal is one that a learned model brought."""
    return any(
        isinstance(s, ModelScore) and name.startswith(f"{s.model.name}{APART}") for s in book.scores
    )


def facts_of(condition: Condition) -> dict[str, Any] | None:
    """Values that would make a conjunction hold, or None when it is too intricate."""
    out: dict[str, Any] = {}
    for part in parts(condition.tree):
        column, how, found = demand(part)
        if how in ("values", "beginning"):
            out[column] = found[0]
        elif how == "low":
            out[column] = float(found[0])
        elif how != "high":
            fact = _fact_of(part)
            if fact is None:
                return None
            out[fact[0]] = fact[1]
    return out


def _fact_of(part: exp.Expr) -> tuple[str, Any] | None:
    """A value that meets a part that is no plain demand."""
    if type(part) is exp.Column:
        return part.name, True
    if type(part) is exp.GT and isinstance(part.expression, exp.Literal):
        is_column = type(part.this) is exp.Column
        return (part.this.name, float(part.expression.name) + 1) if is_column else None
    if function_name(part) in ("contains", "ends_with", "has_word"):
        first, second = arguments(part)[:2]
        return (first.name, second.name) if type(first) is exp.Column else None
    return None
