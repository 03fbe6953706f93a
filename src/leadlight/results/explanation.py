"""Why a lead has its scores: a ledger whose lines sum exactly to each score. Pure: it is given rows
and adds them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from leadlight.facts.cohort import Known
from leadlight.plan.columns import AGE, TOLD_BY, age_factor, fit_points, model_term, slot_atom
from leadlight.plan.steps.atoms import FACTOR, UNIT, Atoms
from leadlight.playbook.model import LOGIT, probability
from leadlight.playbook.models_section import APART
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import (
    FitRule,
    ModelScore,
    Playbook,
    PointRule,
    Points,
    RuleScore,
    SignalScore,
)
from leadlight.results.notebook import lead_html
from leadlight.results.story import Story
from leadlight.results.summary import label_text

DAY = 86_400_000_000


@dataclass(frozen=True)
class FactPart:
    """One fact's part: what was done and when, the age factor, and the points it gives (points
    times factor, exactly).
    """

    occurred_at: datetime
    kind: str
    detail: Mapping[str, Any]
    factor: Decimal
    points: Decimal
    told_by: str | None = (
        None  # which of a person's leads told it, when the person is several leads
    )


@dataclass(frozen=True)
class RuleLine:
    """One rule's part of a score: its facts, what they sum to, and what is counted after the rule's
    cap.
    """

    id: str
    say: str
    each: Decimal
    given: tuple[FactPart, ...]
    summed: Decimal
    counted: Decimal
    cap: Decimal | None = None
    because: str = ""  # the condition of a rule on attributes
    facts: Mapping[str, Any] = field(default_factory=dict)  # the attributes it looked at

    @property
    def cap_change(self) -> Decimal:
        """What the cap took away (or gave back, for a negative rule)."""
        return self.counted - self.summed


@dataclass(frozen=True)
class ScoreLedger:
    """A score's ledger: rule lines, their sum, what the score's own limits changed, and the score.
    It always adds up.
    """

    name: str
    rules: tuple[RuleLine, ...]
    summed: Decimal
    score: Decimal
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    answer: float | None = None  # a score that is no sum of points: the signal's value

    @property
    def limit_change(self) -> Decimal:
        return self.score - self.summed


@dataclass(frozen=True)
class LabelLine:
    """A label a lead has: on which scale, and the condition that gave it (empty for otherwise)."""

    scale: str
    label: str
    because: str
    say: str = ""


@dataclass(frozen=True)
class Change:
    """A label that will change by the passing of time alone, and when (to the minute)."""

    scale: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True)
class Lift:
    """One thing that would bring a lead to a better label."""

    scale: str
    label: str
    by: str


@dataclass(frozen=True)
class Raise:
    """One thing that would raise a probability: what, by how much in log-odds, and to what it would
    raise it.
    """

    score: str
    by: str
    adds: float
    reaches: float


@dataclass(frozen=True)
class Explanation:
    """Everything f says of one lead at one moment, and why."""

    lead_id: str
    as_of: datetime
    playbook: str
    fingerprint: str
    attributes: Mapping[str, Any]
    labels: tuple[LabelLine, ...]
    scores: tuple[ScoreLedger, ...]
    signals: Mapping[str, Any]
    segments: tuple[str, ...]
    department: str | None
    respond_within: int | None
    next_step: str | None
    reasons: str
    changes: tuple[Change, ...] = ()
    lifts: tuple[Lift, ...] = ()
    raises: tuple[Raise, ...] = ()
    twins: tuple[str, ...] = ()  # the ids of the leads that are this person, when there are several
    asked: str | None = None  # the one of them that was asked for
    said_by: Mapping[str, str] = field(
        default_factory=dict
    )  # attribute -> which of them said what counts
    story: Story | None = None  # where it was asked for
    known: Known = "then"  # now: by what we know now about then
    standing: str = ""  # which version of the workspace's playbook it is: v3, unpublished

    def _repr_html_(self) -> str:
        """The lead and its ledgers, as a notebook shows them."""
        labels = [(label_text(line.scale), label_text(line.label or "-")) for line in self.labels]
        ledgers = [
            (label_text(s.name), [(rule.say, rule.counted) for rule in s.rules], s.score)
            for s in self.scores
        ]
        return lead_html(self.lead_id, labels, ledgers)


def points_ledger(
    signal: Points,
    name: str,
    atoms: Atoms,
    rows: Sequence[Mapping[str, Any]],
    as_of: datetime,
    slots: int,
) -> ScoreLedger:
    """The ledger of a points signal from the rows of a trace."""
    rules = atoms.rules_of(signal)
    lives = atoms.half_lives
    places = {a.number: lives.index(a.half_life) + 1 for a in atoms.all}
    hits: dict[int, list[tuple[Mapping[str, Any], int]]] = {}
    for row in rows:
        for n in range(1, slots + 1):
            number = row[slot_atom(n)]
            if number in rules:
                place = places[number]
                factor = FACTOR if lives[place - 1] is None else int(row[age_factor(place)])
                hits.setdefault(number, []).append((row, factor))
    lines = []
    for number, rule in rules.items():
        counted = _once_per_occasion(rule, hits.get(number, []), as_of)
        if counted:
            lines.append(_rule_line(rule, counted, as_of))
    total = sum((line.counted for line in lines), Decimal(0))
    return ScoreLedger(
        name,
        tuple(lines),
        total,
        _limit(total, signal.at_least, signal.at_most),
        signal.at_least,
        signal.at_most,
    )


def fit_ledger(score: RuleScore, row: Mapping[str, Any]) -> ScoreLedger:
    """The ledger of an explicit score from a lead's row that says which rules hold
    (`_f_<score>_<n>` in hundredths).
    """
    lines = []
    for n, rule in enumerate(score.rules, 1):
        if row[fit_points(score.name, n)]:
            facts = {name: row.get(name) for name in sorted(rule.when.names)}
            points = rule.add
            if rule.by is not None:
                points = Decimal(int(row[fit_points(score.name, n)])) / 100
            lines.append(
                RuleLine(
                    rule.id,
                    rule_words(rule),
                    rule.add,
                    (),
                    points,
                    points,
                    None,
                    rule.when.text,
                    facts,
                )
            )
    total = sum((line.counted for line in lines), Decimal(0))
    return ScoreLedger(
        score.name,
        tuple(lines),
        total,
        _limit(total, score.at_least, score.at_most),
        score.at_least,
        score.at_most,
    )


def model_ledger(score: ModelScore, row: Mapping[str, Any]) -> ScoreLedger:
    """The ledger of a probability: what each of the model's tables adds in log-odds, from the start
    on; `answer` is the probability that their sum stands for. Raises AssertionError when that is
    not the plan's.
    """
    start = Decimal(score.model.start) / LOGIT
    lines = [RuleLine("start", "every lead begins with", start, (), start, start)]
    for n, term in enumerate(score.model.terms, 1):
        added = Decimal(int(row[model_term(score.name, n)])) / LOGIT
        facts = {name.rsplit(APART, 1)[-1]: row.get(name) for name in term.of}
        lines.append(RuleLine(f"term_{n}", term.title, added, (), added, added, None, "", facts))
    total = sum((line.counted for line in lines), Decimal(0))
    answer = probability(int(total * LOGIT))
    assert answer == row[score.name], (
        f"{score.name}: the terms give {answer}, the plan {row[score.name]}"
    )
    return ScoreLedger(score.name, tuple(lines), total, total, answer=answer)


def ledgers(
    book: Playbook,
    atoms: Atoms,
    row: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    as_of: datetime,
    slots: int,
) -> tuple[ScoreLedger, ...]:
    """The ledger of every score. Raises AssertionError when one does not sum to the score that the
    plan gave.
    """
    out = []
    for score in book.scores:
        signal = book.signal(score.signal) if isinstance(score, SignalScore) else None
        if isinstance(score, RuleScore):
            ledger = fit_ledger(score, row)
        elif isinstance(signal, Points):
            ledger = points_ledger(signal, score.name, atoms, rows, as_of, slots)
        elif isinstance(score, ModelScore):
            out.append(model_ledger(score, row))
            continue
        else:
            value = row[score.name]
            out.append(
                ScoreLedger(
                    score.name,
                    (),
                    Decimal(0),
                    Decimal(0),
                    answer=None if value is None else float(value),
                )
            )
            continue
        assert float(ledger.score) == row[score.name], (
            f"{score.name}: the ledger gives {ledger.score}, the plan {row[score.name]}"
        )
        out.append(ledger)
    return tuple(out)


def rule_words(rule: FitRule | PointRule) -> str:
    """What a rule is called."""
    return rule.say or rule.id.replace("_", " ")


def labels_of(book: Playbook, row: Mapping[str, Any]) -> tuple[LabelLine, ...]:
    """The lead's label on every scale with the condition that gave it."""
    out = []
    for scale in book.scales:
        label = next((la for la in scale.labels if la.name == row[scale.name]), None)
        out.append(
            LabelLine(
                scale.name,
                row[scale.name] or "",
                label.when.text if label and label.when else "",
                (label.say if label else "") or "",
            )
        )
    return tuple(out)


def _once_per_occasion(
    rule: PointRule, hits: list[tuple[Mapping[str, Any], int]], as_of: datetime
) -> list[tuple[Mapping[str, Any], int]]:
    once = rule.match.once_per
    if once is None:
        return hits
    newest: dict[object, tuple[Mapping[str, Any], int]] = {}
    for row, factor in hits:
        key = _at(row, as_of).date() if once == "day" else row[once]
        if key not in newest or factor > newest[key][1]:
            newest[key] = (row, factor)
    return list(newest.values())


def _rule_line(
    rule: PointRule, hits: Iterable[tuple[Mapping[str, Any], int]], as_of: datetime
) -> RuleLine:
    given = []
    for row, factor in hits:
        detail = {
            k: v
            for k, v in row.items()
            if not k.startswith("_")
            and k not in ("lead_id", "kind", "activity_id", "email")
            and v is not None
        }
        points = Decimal(cents(rule.points) * factor) / UNIT
        given.append(
            FactPart(
                _at(row, as_of),
                row["kind"],
                detail,
                Decimal(factor) / FACTOR,
                points,
                row.get(TOLD_BY),
            )
        )
    given.sort(key=lambda g: (g.occurred_at, g.kind), reverse=True)
    total = sum((g.points for g in given), Decimal(0))
    counted = total
    if rule.at_most is not None:
        counted = max(-rule.at_most, min(rule.at_most, total))
    return RuleLine(
        rule.id, rule_words(rule), rule.points, tuple(given), total, counted, rule.at_most
    )


def _at(row: Mapping[str, Any], as_of: datetime) -> datetime:
    return as_of - timedelta(microseconds=int(row[AGE]))


def _limit(total: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    if high is not None:
        total = min(total, high)
    return max(total, low) if low is not None else total
