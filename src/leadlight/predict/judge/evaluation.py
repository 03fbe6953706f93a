"""What the evaluation of a model says: how it ranks and how its probabilities hold, over all and by
group. Values alone, so that whoever shows them needs no numeric library.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.predict.judge.metrics import Estimate


@dataclass(frozen=True)
class RankingQuality:
    """How one way of ranking fared: AUC, area under the cumulative gains curve (ALIFT), lift of the
    best tenth, and the Brier score where it gives probabilities; `above` is how much the model's
    AUC is above its own, on the same resamples.
    """

    name: str
    auc: Estimate
    gain: Estimate
    lift_at_tenth: Estimate
    brier: Estimate | None = None
    above: Estimate | None = None


@dataclass(frozen=True)
class Calibration:
    """Leads with similar probabilities: how many they are, the mean probability (`said`), and the
    share with the outcome (`came`) with its 95 % interval.
    """

    leads: int
    said: float
    came: Estimate


@dataclass(frozen=True)
class Verdict:
    """What a model may claim. `refused` says why it must not be published, None when it may;
    `doubts` are sentences to read before all figures.
    """

    split: str
    by_time: bool
    taught: int
    taught_won: int
    judged: int
    judged_won: int
    model: RankingQuality
    beside: tuple[RankingQuality, ...]
    calibration: tuple[Calibration, ...]
    off: float  # how far said and came lie apart, on average over the leads that judge (ECE)
    gains: tuple[tuple[float, float], ...]
    refused: str | None = None
    doubts: tuple[str, ...] = ()

    def against(self, name: str) -> RankingQuality | None:
        """How something else fared on the same leads."""
        return next((j for j in self.beside if j.name == name), None)


@dataclass(frozen=True)
class Group:
    """Leads alike in something, among those who judge: of what they are alike and how, how many
    leads they are, what the model said on average, which share came with its 95 % interval
    (Wilson), how well it ranks within the group (AUC, None where too few have the outcome, or lack
    it), and the share of the group's outcomes that its best 10 %, 20 % ... 100 % held (then empty).
    """

    of: str
    group: str
    leads: int
    said: float
    came: float
    low: float
    high: float
    auc: float | None
    gains: tuple[float, ...] = ()
