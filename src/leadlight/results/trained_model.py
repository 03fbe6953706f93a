"""What training a model gave: its evaluation, what was left out and why, and the files it left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from leadlight.predict.columns import SetAside
from leadlight.predict.judge.evaluation import Group, Verdict
from leadlight.problems import Problem
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class TrainedModel:
    """A model that stands: its name in a playbook, its text, and within what time its outcome comes
    (None: a table does not say).
    """

    name: str
    text: str
    horizon: timedelta | None = None


@dataclass(frozen=True)
class ModelFiles:
    """The files that training left: the model; and, unless only that was wanted, the playbook that
    uses it, every lead with its probability, and the evaluation as a page.

    `example` is the id of a lead that is worth explaining.
    """

    model: Path
    playbook: Path | None = None
    leads: WrittenFile | None = None
    page: Path | None = None
    example: str | None = None


@dataclass(frozen=True)
class LearnResult:
    """A model with its evaluation on rows it never saw; `model` is None when it was refused, and
    `verdict` says why.

    `rows` of training data (leads, or leads at past moments where `of_moments`) from `source`,
    `with_outcome` of which had the outcome. `left_out` counts leads by why they were left out.
    `leaks` are columns that know the answer, `set_aside` others that were not used. `weights`: how
    much each feature moves the log-odds from row to row, the most first. `fairness` and `by` are
    the groups it was judged on: by what the law protects, by source and by segment.
    """

    source: str
    outcome: str
    rows: int
    with_outcome: int
    verdict: Verdict
    of_moments: bool = False
    left_out: Mapping[str, int] = field(default_factory=dict)
    leaks: tuple[SetAside, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    protected: tuple[str, ...] = ()
    fairness: tuple[Group, ...] = ()
    by: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    curves: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    model: TrainedModel | None = None
    files: ModelFiles | None = None

    @property
    def base_rate(self) -> float:
        """The share of the rows that had the outcome."""
        return self.with_outcome / self.rows
