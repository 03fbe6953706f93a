"""The steps that find the weightiest rules of each lead, and the terms of its models, and put them
into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from leadlight.plan.columns import BEST_FIT, TOP, best_points, model_best
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.steps.activity import PlanStep
from leadlight.plan.steps.model import best_three, why_name, why_words
from leadlight.plan.steps.reasons import Ranks, Triple, fit_keys, in_words, merge_triples, next_best
from leadlight.plan.terms import Tree, alias, cast, col, everything, select, text
from leadlight.playbook.spec import ModelScore, Playbook, RuleScore

#: The last step, where any rule can be a reason.
TOP_STEP = "top"


@dataclass(frozen=True)
class ReasonSteps:
    """Builds the steps after the last level, and the columns in words over them."""

    book: Playbook
    ranks: Ranks
    dialect: SqlDialect
    joined: bool  # there is a log

    def steps(self, last: str) -> list[PlanStep]:
        """After the step `last`: the terms of models, then the rules."""
        terms = self._term_steps(last)
        return [*terms, *self._rule_steps(terms[-1].name if terms else last)]

    def columns(self, last: str) -> list[Tree]:
        """The reasons in words, and of each model what speaks for and against."""
        out: list[Tree] = [alias(self._reasons(last), "reasons")]
        for score in self._models:
            best = [col(model_best(score.name, n)) for n in (1, 2, 3)] if score.model.terms else []
            out.append(alias(why_words(score, best, self.dialect), why_name(score)))
        return out

    @property
    def _models(self) -> list[ModelScore]:
        return [s for s in self.book.scores if isinstance(s, ModelScore)]

    def _term_steps(self, last: str) -> list[PlanStep]:
        """The three largest keys of every model's terms, one after the other."""
        found = {s.name: best_three(s) for s in self._models if s.model.terms}
        out: list[PlanStep] = []
        for n in range(3 if found else 0):
            columns = [alias(three[n][1], three[n][0]) for three in found.values()]
            out.append(_step(f"terms_{n + 1}", out[-1].name if out else last, *columns))
        return out

    def _rule_steps(self, last: str) -> list[PlanStep]:
        """The three weightiest rules: of the explicit scores one after the other, then of all
        scores together.
        """
        scores = [s for s in self.book.scores if isinstance(s, RuleScore) and s.rules]
        triples = self._triples(bool(scores))
        if not triples:
            return []
        best = reduce(merge_triples, triples)
        steps = self._fit_steps(last, scores) if scores else []
        top = [alias(tree, name) for tree, name in zip(best, TOP, strict=True)]
        return [*steps, _step(TOP_STEP, steps[-1].name if steps else last, *top)]

    def _fit_steps(self, last: str, scores: Sequence[RuleScore]) -> list[PlanStep]:
        """The keys of the rules on attributes, and the three largest, each after the one before."""
        keys = [pair for s in scores for pair in fit_keys(self.ranks, s, self.dialect)]
        names = [name for name, _ in keys]
        first, second, third = BEST_FIT
        return [
            _step("keys", last, *[alias(tree, name) for name, tree in keys]),
            _step("best", "keys", alias(next_best(names, None), first)),
            _step("second", "best", alias(next_best(names, col(first)), second)),
            _step("third", "second", alias(next_best(names, col(second)), third)),
        ]

    def _triples(self, fit: bool) -> list[Triple]:
        """Each three keys of which the largest are to be found."""
        signals = self.ranks.of_signal if self.joined else ()
        names = [*map(best_points, signals), *([BEST_FIT] if fit else [])]
        return [(col(first), col(second), col(third)) for first, second, third in names]

    def _reasons(self, last: str) -> Tree:
        if last != TOP_STEP:
            return cast(text(""), "text")
        return in_words(self.ranks, [col(name) for name in TOP], self.dialect)


def _step(name: str, before: str, *columns: Tree) -> PlanStep:
    """The rows of a step, with more columns."""
    return PlanStep(name, select([everything(), *columns], before))
