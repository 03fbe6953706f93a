"""How a model stands against newer leads: what is compared, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from leadlight.playbook.model import Model, model_age
from leadlight.predict.judge.drift import (
    DriftLine,
    Share,
    input_drift,
    place_counts,
    rate_drift,
)
from leadlight.predict.judge.recalibration import advice, calibration, start_shift, with_start
from leadlight.predict.judge.training_stats import rate_then, stats_of
from leadlight.problems import CannotDo
from leadlight.results.model_check import ModelCheck, Recalibration

#: How many leads have each value of an input.
ValueCounts: TypeAlias = Mapping[object, int]


@dataclass(frozen=True)
class MaturedOutcomes:
    """What a model said of leads whose outcome is known, and whether it came; `leads`: how many
    they are, each once; `rate`: the base rate among those by whom drift is told.
    """

    said: Sequence[float]
    came: Sequence[bool]
    leads: int
    rate: Share

    @property
    def share(self) -> Share:
        """How many of them had the outcome."""
        return Share(sum(self.came), len(self.came), self.leads)

    @property
    def mean(self) -> float:
        """What the model said of them on average."""
        return sum(self.said) / len(self.said)


@dataclass(frozen=True)
class DriftSample:
    """Newer leads: how many have each value of each input (`counts`), how many they are, and the
    outcomes that are known of them. `base` says in words which leads these are, `among` which of
    them drift is told by.
    """

    base: str
    counts: Mapping[str, ValueCounts]
    leads: int
    outcomes: MaturedOutcomes | None
    notes: tuple[str, ...] = ()
    among: str = ""


def check_of(model: Model, file: Path, sample: DriftSample, now: datetime) -> ModelCheck:
    """What moved since the model was learned."""
    outcomes = sample.outcomes if sample.outcomes and sample.outcomes.came else None
    lines: list[DriftLine] = []
    if outcomes is not None:
        lines.append(rate_drift(rate_then(model), outcomes.rate, sample.among))
        lines += calibration(outcomes.said, outcomes.came, outcomes.leads)
    inputs, notes = _inputs(model, sample), sample.notes
    if inputs is None:
        notes = (
            *notes,
            f"The model {model.name} does not say what it was learned from, so nobody can tell"
            " whether its inputs moved.",
        )
    inputs = inputs or []
    return ModelCheck(
        model.name,
        file,
        sample.base,
        now,
        model.learned,
        model_age(model, now),
        any(line.state == "moved" for line in (*lines, *inputs)),
        tuple(lines),
        tuple(inputs),
        notes,
        advice(lines, inputs, model.name, outcomes is not None),
    )


def _inputs(model: Model, sample: DriftSample) -> list[DriftLine] | None:
    """How each input moved, the furthest first; None where the model does not say what it was
    learned from.
    """
    single = [t for t in model.terms if len(t.of) == 1]
    if single and not any(t.seen for t in single):
        return None
    stats = stats_of(model)
    leads_then = stats.leads if stats else 0  # of an unknown number nothing is beyond chance
    inputs = [
        input_drift(
            t,
            place_counts(t.sides[0], sample.counts[t.of[0]].items()),
            leads_then,
            sample.leads,
            len(single),
        )
        for t in single
    ]
    return sorted(inputs, key=lambda line: -float(line.figures.get("psi", 0)))


def recalibrate(
    model: Model, check: ModelCheck, sample: DriftSample, day: date
) -> tuple[Model, Recalibration]:
    """The model with its start moved so that it says on average what came.

    Raises `CannotDo` where no outcome is known, too few are, or what it says still holds within
    chance.
    """
    outcomes = sample.outcomes if sample.outcomes and sample.outcomes.came else None
    if outcomes is None:
        raise CannotDo(" ".join(("No outcome is known by which to move the start.", *check.notes)))
    shift = start_shift(outcomes.said, outcomes.came)
    if next(line.state for line in check.lines if line.what == "calibration") == "steady":
        raise CannotDo(
            f"What {model.name} says still holds within chance, so its start was left as it is."
        )
    start = Recalibration(shift, outcomes.mean, outcomes.share.value)
    moved = with_start(model, shift, day, outcomes.mean, outcomes.share, outcomes.rate)
    return moved, start
