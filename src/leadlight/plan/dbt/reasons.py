"""The model of all reasons, and the test that they add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import sqlglot
from sqlglot import exp

from leadlight.plan.columns import ATOM, fit_points, points_of_atom
from leadlight.plan.steps.atoms import FACTOR, UNIT, atoms_of
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import Playbook, Points, RuleScore, SignalScore

COLUMNS = ("lead_id", "score", "rule", "say", "units", "points")
DOCS = {
    "score": "The score that the points belong to.",
    "rule": "The rule, by its name in the playbook.",
    "say": "What the rule is called where reasons are given.",
    "units": "Its points in units of 0.00000000001 points: a whole number, so that sums are exact.",
    "points": "Its points; negative takes.",
}


@dataclass(frozen=True)
class ReasonsWriter:
    """Writes both for a playbook, whose models of points and of scores are `points` and `scores`,
    tables of these names; `key` are the columns that tell a row of the qualification.
    """

    book: Playbook
    points: str | None
    scores: str
    key: tuple[str, ...]

    def model(self) -> exp.Query | None:
        """All reasons; None where no score has rules."""
        parts = [*self._of_activities(), *self._of_facts()]
        if not parts:
            return None
        return sqlglot.parse_one(" UNION ALL ".join(parts), dialect="duckdb")  # type: ignore[return-value]

    def test(self, reasons: str) -> exp.Query | None:
        """The rows whose reasons do not add up to their score, within its limits."""
        parts = [self._sum(reasons, *limits) for limits in self._limits()]
        if not parts:
            return None
        return sqlglot.parse_one(" UNION ALL ".join(parts), dialect="duckdb")  # type: ignore[return-value]

    def _keys(self, table: str) -> str:
        return ", ".join(f'{table}."{k}"' for k in self.key)

    def _of_activities(self) -> Iterator[str]:
        signals = {s.name: s for s in self.book.signals if isinstance(s, Points)}
        atoms = atoms_of(self.book)
        for score in self.book.scores:
            if not isinstance(score, SignalScore) or self.points is None:
                continue
            signal = signals.get(score.signal)
            if signal is None:  # a value that is computed, as a sum of scores, has no reasons
                continue
            for number, rule in atoms.rules_of(signal).items():
                value = f'p."{points_of_atom(signal.name)}"'
                yield (
                    f"SELECT {self._keys('p')}, {_text(score.name)} AS score, {_text(rule.id)} AS"
                    f" rule, {_text(rule.say or rule.id)} AS say, CAST({value} AS BIGINT) AS units,"
                    f" CAST({value} AS DOUBLE) / CAST({UNIT} AS DOUBLE) AS points FROM"
                    f' "{self.points}" AS p WHERE p."{ATOM}" = {number} AND {value} <> 0'
                )

    def _of_facts(self) -> Iterator[str]:
        for score in self.book.scores:
            if not isinstance(score, RuleScore):
                continue
            for n, rule in enumerate(score.rules, 1):
                value = f's."{fit_points(score.name, n)}"'
                yield (
                    f"SELECT {self._keys('s')}, {_text(score.name)} AS score, {_text(rule.id)} AS"
                    f" rule, {_text(rule.say or rule.id)} AS say, CAST({value} AS BIGINT) *"
                    f" {FACTOR} AS units, CAST({value} AS DOUBLE) / CAST(100 AS DOUBLE) AS points"
                    f' FROM "{self.scores}" AS s WHERE {value} <> 0'
                )

    def _limits(self) -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
        signals = {s.name: s for s in self.book.signals if isinstance(s, Points)}
        for score in self.book.scores:
            if isinstance(score, RuleScore):
                yield score.name, score.at_least, score.at_most
            elif isinstance(score, SignalScore) and score.signal in signals:
                signal = signals[score.signal]
                yield score.name, signal.at_least, signal.at_most

    def _sum(self, reasons: str, score: str, low: Decimal | None, high: Decimal | None) -> str:
        total = "COALESCE(r.units, 0)"
        if high is not None:
            most = cents(high) * FACTOR
            total = f"CASE WHEN {total} > {most} THEN {most} ELSE {total} END"
        if low is not None:
            least = cents(low) * FACTOR
            total = f"CASE WHEN {total} < {least} THEN {least} ELSE {total} END"
        joined = " AND ".join(f'r."{k}" = s."{k}"' for k in self.key)
        keys = ", ".join(f'"{k}"' for k in self.key)
        summed = (
            f'SELECT {keys}, CAST(SUM(units) AS BIGINT) AS units FROM "{reasons}" WHERE score ='
            f" {_text(score)} GROUP BY {keys}"
        )
        return (
            f'SELECT {self._keys("s")}, {_text(score)} AS score, s."{score}" AS expected,'
            f" CAST({total} AS DOUBLE) / CAST({UNIT} AS DOUBLE) AS reasons FROM"
            f' "{self.scores}" AS s LEFT JOIN ({summed}) AS r ON {joined} WHERE'
            f' ABS(s."{score}" - CAST({total} AS DOUBLE) / CAST({UNIT} AS DOUBLE)) > 0.000000001'
        )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
