"""How a case came out: what was expected of a lead, what came, and why it is so. Pure: it is given
a case and its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from leadlight.playbook.cases.cases import Case, CaseStep
from leadlight.playbook.cases.expectations import Expectation
from leadlight.playbook.cases.expected_values import BECAUSE, ROUTE_COLUMNS, SEGMENTS
from leadlight.playbook.conditions import Condition
from leadlight.playbook.pieces import Piece
from leadlight.playbook.spec import Playbook, Questions, RuleScore, Scale, Value
from leadlight.results.explanation import RuleLine, ScoreLedger
from leadlight.results.summary import duration

MOST_NAMES = 8  # of a condition, with what they are
MOST_LINES = 5  # of a ledger
READABLE = 300  # characters of an expression

Ledgers = Callable[[], Sequence[ScoreLedger]]


@dataclass(frozen=True)
class Miss:
    """One thing that was expected and did not come: of what, as the case says it, what came, and
    why in lines of text.
    """

    about: str
    expected: str
    came: str
    why: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class CaseFailure:
    """A case that does not hold: its name, file and line, at which of its steps (from 1), as of
    when, and what was missed there.
    """

    name: str
    file: str
    line: int
    step: int
    at: datetime
    misses: tuple[Miss, ...]

    def is_of(self, case: Case) -> bool:
        return (self.file, self.name) == (case.file, case.name)


def value(about: str, row: Mapping[str, Any], rules: Sequence[Piece]) -> Any:
    """What a qualification says under a name that a case may expect."""
    if about == SEGMENTS:
        return _segments(row)
    if about == BECAUSE:
        return tuple(name for p in rules if row.get(p.column) for name in (p.name, p.say))
    if about in ROUTE_COLUMNS:
        return row[ROUTE_COLUMNS[about]]
    return row[about] if about in row else about in _segments(row)


def misses(
    book: Playbook, step: CaseStep, row: Mapping[str, Any], rules: Sequence[Piece], ledgers: Ledgers
) -> tuple[Miss, ...]:
    """What a step expected and did not get; `ledgers` is asked only when something was missed."""
    out = []
    for e in step.expect:
        came = value(e.about, row, rules)
        if not e.holds_for(came):
            out.append(
                Miss(
                    e.about,
                    e.text,
                    _show(e.about, came, rules, row),
                    tuple(_why(book, e, row, ledgers)),
                    e.line,
                )
            )
    return tuple(out)


def _segments(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(s for s in (row["segments"] or "").split("; ") if s)


def _show(about: str, came: Any, rules: Sequence[Piece], row: Mapping[str, Any]) -> str:
    """What came instead, as people write it."""
    if about == BECAUSE:
        came = [p.say for p in rules if row.get(p.column)]
    if about in (SEGMENTS, BECAUSE):
        return ", ".join(came) or "none"
    if about == "route.within":
        return duration(came) or "no time"
    return (came or "nobody") if about == "route.to" else plain(came)


def plain(found: Any) -> str:
    """A value as people write it in a case."""
    if found is None:
        return "unknown"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, int | float | Decimal):
        return f"{float(found):.2f}".rstrip("0").rstrip(".")
    return f"{found:%Y-%m-%d %H:%M}" if isinstance(found, datetime) else str(found)


def _why(book: Playbook, e: Expectation, row: Mapping[str, Any], ledgers: Ledgers) -> list[str]:
    """Which conditions decided it and what stood in them, then the ledgers of the scores in
    question.
    """
    lines: list[str] = []
    scores = [e.about]
    for what, condition in _decisive(book, e, row):
        lines.append(
            f"{what} because nothing before it held"
            if condition is None
            else f"{what} {_flat(condition)}"
        )
        if condition is not None:
            lines += _values_in(condition, row)
            scores += _order(condition)
    for ledger in ledgers() if {s.name for s in book.scores} & set(scores) else ():
        if ledger.name in scores:
            lines += _ledger(ledger)
    return lines


def _decisive(
    book: Playbook, e: Expectation, row: Mapping[str, Any]
) -> list[tuple[str, Condition | None]]:
    """The conditions that decided what was expected, each after the words for it."""
    scale = book.scale(e.about)
    if scale is not None:
        return _of_scale(scale, e, row)
    if e.about in (SEGMENTS, *(s.name for s in book.segments)):
        return _of_segments(book, e, row)
    if e.about == "route.to":
        return _of_routes(book, e, row)
    return _of_rules(book, e) if e.about == BECAUSE else _of_signal(book, e.about)


def _of_rules(book: Playbook, e: Expectation) -> list[tuple[str, Condition | None]]:
    scores = [s for s in book.scores if isinstance(s, RuleScore)]
    rules = [r for s in scores for r in s.rules if {r.id, r.say} & set(e.names)]
    return [(f"{r.id} needs", r.when) for r in rules[:3]]


def _of_scale(
    scale: Scale, e: Expectation, row: Mapping[str, Any]
) -> list[tuple[str, Condition | None]]:
    """What the expected labels need, and what the one that came needs."""
    labels = {la.name: la for la in scale.labels}
    came = labels.pop(str(row[e.about]), None)
    wanted = (labels[n] for n in e.names if n in labels)
    needs = [(f"{la.name} needs", la.when) for la in wanted if la.when is not None][:2]
    if came is not None and (came.when is not None or not needs):
        return [*needs, (f"{came.name} is", came.when)]
    return [*needs]


def _of_segments(
    book: Playbook, e: Expectation, row: Mapping[str, Any]
) -> list[tuple[str, Condition | None]]:
    has, names = _segments(row), e.names or (e.about,)
    named = [s for s in book.segments if s.name in names]
    return [(f"{s.name} {'is' if s.name in has else 'needs'}", s.when) for s in named[:3]]


def _of_routes(
    book: Playbook, e: Expectation, row: Mapping[str, Any]
) -> list[tuple[str, Condition | None]]:
    """What the expected routes need, and what the one that was taken needs."""
    wanted = [r for r in book.routes if r.to in e.text.split(", ")][:2]
    out: list[tuple[str, Condition | None]] = [
        (f"the route to {r.to} needs", r.when) for r in wanted if r.when
    ]
    taken = (row["department"], row["next_step"])
    came_by = next((r for r in book.routes if (r.to, r.next_step) == taken), None)
    return [*out, (f"the route to {came_by.to} is", came_by.when)] if came_by else out


def _of_signal(book: Playbook, name: str) -> list[tuple[str, Condition | None]]:
    """What a derived value or an answer is made of, where that is short enough to read."""
    for s in book.signals:
        if isinstance(s, Value) and s.name == name and len(s.expression.text) <= READABLE:
            return [(f"{name} is", s.expression)]
        if isinstance(s, Questions):
            for q in s.questions:
                if f"{s.name}_{q.id}" == name:
                    return [("yes needs", q.yes), *([("no needs", q.no)] if q.no else [])]
    return []


def _flat(condition: Condition) -> str:
    return " ".join(condition.text.split())


def _order(condition: Condition) -> list[str]:
    """The names of a condition in the order in which they stand there."""
    return sorted(condition.names, key=lambda n: (condition.text.find(n), n))


def _values_in(condition: Condition, row: Mapping[str, Any]) -> list[str]:
    """What the names of a condition were."""
    found = [(n, row[n] if n in row else n in _segments(row)) for n in _order(condition)]
    told = [f"{n} is unknown" if v is None else f"{n} = {plain(v)}" for n, v in found[:MOST_NAMES]]
    return [f"  here {', '.join(told)}{' ...' if len(found) > MOST_NAMES else ''}"] if told else []


def _ledger(ledger: ScoreLedger) -> list[str]:
    """A score's ledger in lines of text: the weightiest rules, and what a limit took."""
    if ledger.answer is not None:
        return [f"{ledger.name} {plain(ledger.answer)}"]
    nothing = "" if ledger.rules else ": no rule gave a point"
    lines = [f"{ledger.name} {plain(ledger.score)}{nothing}"]
    ranked = sorted(ledger.rules, key=lambda r: -abs(r.counted))
    lines += [_rule_line(rule) for rule in ranked[:MOST_LINES]]
    if len(ranked) > MOST_LINES:
        lines.append(f"  {'':>7}  and {len(ranked) - MOST_LINES} more rules")
    if ledger.limit_change > 0:
        lines.append(f"  {plain(ledger.summed):>7}  in all, kept to at least {ledger.at_least}")
    elif ledger.limit_change:
        lines.append(f"  {plain(ledger.summed):>7}  in all, kept to at most {ledger.at_most}")
    return lines


def _rule_line(rule: RuleLine) -> str:
    times = f" ({len(rule.given)} times)" if len(rule.given) > 1 else ""
    facts = ", ".join(f"{k} = {plain(v)}" for k, v in rule.facts.items() if v is not None)
    return f"  {plain(rule.counted):>7}  {rule.say}{times}{f' ({facts})' if facts else ''}"
