"""How a model stands against newer leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from leadlight.predict.judge.drift import DriftLine


@dataclass(frozen=True)
class Recalibration:
    """How a model's start was moved: by `shift` log-odds, because it said `predicted` on average
    where a share of `converted` had the outcome.
    """

    shift: float
    predicted: float
    converted: float


@dataclass(frozen=True)
class ModelCheck:
    """Whether a model has drifted: the base rate and the calibration (`lines`, where outcomes are
    known), each of its inputs, and what to do (`advice`).

    `base` says which leads were looked at. `alarm` is true where something moved. `start` is set
    where the model's start was moved in its file.
    """

    model: str
    file: Path
    base: str
    as_of: datetime
    learned: date | None
    age: str
    alarm: bool
    lines: tuple[DriftLine, ...]
    inputs: tuple[DriftLine, ...]
    notes: tuple[str, ...]
    advice: str
    start: Recalibration | None = None
