"""What a lead could still do, or turn out to be: one hypothetical fact for each rule of a
playbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from leadlight.facts.catalog import Catalog
from leadlight.plan.steps.atoms import demand, parts
from leadlight.playbook.conditions import Condition, function_name
from leadlight.playbook.models_section import APART
from leadlight.playbook.spec import Count, ModelScore, Playbook, Points, RuleScore, Sleeping, Woken
from leadlight.results.explanation import said

#: A lead does something once, or a few times over: beyond that it is no advice.
TIMES = (1, 2, 3)
ANYTHING = "page_viewed"


@dataclass(frozen=True)
class Wish:
    """A hypothetical: the lead does `kind` (with these columns) `times` times now, or has these
    `attributes`.
    """

    words: str
    kind: str | None = None
    columns: Mapping[str, Any] | None = None
    attributes: Mapping[str, Any] | None = None
    times: int = 1


def wishes(book: Playbook, catalog: Catalog) -> list[Wish]:
    """One wish a rule that could help; rules whose condition cannot be turned into a fact are left
    out.
    """
    out: dict[tuple[object, ...], Wish] = {}
    for signal in book.signals:
        if learned(book, signal.name):
            continue  # results/raises.py
        if isinstance(signal, Points):
            matches = [(said(r), r.match) for r in signal.rules if r.points > 0]
        elif isinstance(signal, Count):
            matches = [(signal.name.replace("_", " "), signal.match)]
        elif isinstance(signal, Sleeping | Woken) and signal.match.when is None:
            # Whatever it does ends its sleep, so one thing stands for all.
            kind = signal.match.kinds[0] if signal.match.kinds else ANYTHING
            out.setdefault(
                (kind, 1),
                Wish(
                    "Did anything again" if kind == ANYTHING else kind.replace("_", " "), kind, {}
                ),
            )
            continue
        else:
            continue
        for words, match in matches:
            columns = facts_of(match.when) if match.when else {}
            if columns is None or not match.kinds:
                continue
            kind = match.kinds[0]
            columns = {c: v for c, v in columns.items() if c in catalog.activity}
            for times in TIMES:
                key = (kind, *sorted(columns.items()), times)
                words_ = words if times == 1 else f"{words} ({times} times)"
                out.setdefault(key, Wish(words_, kind, columns, None, times))
    for score in book.scores:
        if isinstance(score, RuleScore):
            for rule in score.rules:
                facts = facts_of(rule.when)
                if rule.add > 0 and facts and all(name in catalog.lead for name in facts):
                    out.setdefault(
                        tuple(sorted((k, str(v)) for k, v in facts.items())),
                        Wish(said(rule), attributes=facts),
                    )
    return list(out.values())


def learned(book: Playbook, name: str) -> bool:
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
        elif how == "high":
            continue
        elif (
            type(part) is exp.GT
            and isinstance(part.expression, exp.Literal)
            and type(part.this) is exp.Column
        ):
            out[part.this.name] = float(part.expression.name) + 1
        elif (
            function_name(part) in ("contains", "ends_with", "has_word")
            and type(_first(part)) is exp.Column
        ):
            second = part.expressions[1] if isinstance(part, exp.Anonymous) else part.expression
            out[_first(part).name] = second.name
        elif type(part) is exp.Column:
            out[part.name] = True
        else:
            return None
    return out


def _first(part: exp.Expr) -> exp.Expr:
    first: exp.Expr = part.expressions[0] if isinstance(part, exp.Anonymous) else part.this
    return first
