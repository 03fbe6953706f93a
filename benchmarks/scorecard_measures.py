"""What a scorecard measures of an order and of labels, when it is known who bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise


@dataclass(frozen=True)
class LabelShare:
    """How many leads a label holds, as a share of those measured, and how many of them bought."""

    share: float
    won: float


@dataclass(frozen=True)
class Measures:
    """One order, measured. `labels` are by temperature; `places` how many different places the
    order has, `tied` how many leads share the fiftieth. `basis` is what the answer says that its
    order rests on, `claim` the interval that it gives for what it learned.
    """

    leads: int
    base: float
    auc: float
    lift: float
    places: int
    tied: int
    labels: Mapping[str, LabelShare] = field(default_factory=dict)
    basis: str = ""
    claim: tuple[float, float] | None = None

    @property
    def labels_in_order(self) -> bool | None:
        """Whether hot wins more than warm and warm more than cold; None where hot holds less than
        one lead in a hundred.
        """
        if self.labels.get("hot", LabelShare(0, 0)).share < 0.01:
            return None
        rates = [self.labels[name].won for name in ("hot", "warm", "cold") if name in self.labels]
        return all(a > b for a, b in pairwise(rates))


def measure(places: Sequence[float], won: Sequence[bool], labels: Sequence[str] = ()) -> Measures:
    """`places`: 1 is to be called first, and equal places are a tie."""
    base = sum(won) / len(won)
    order = sorted(places)
    middle = order[min(49, len(order) - 1)]
    return Measures(
        len(won),
        base,
        auc(places, won),
        lift(places, won),
        len(set(places)),
        sum(p == middle for p in places),
        {name: _share(name, labels, won) for name in dict.fromkeys(labels)},
    )


def auc(places: Sequence[float], won: Sequence[bool]) -> float:
    """How often a lead that bought stands before one that did not; a tie counts as half."""
    wins = sum(won)
    losses = len(won) - wins
    if not wins or not losses:
        raise ValueError("An order can be measured only where some bought and some did not.")
    before, worth = 0, 0.0
    for _, tie in groupby(sorted(zip(places, won, strict=True)), key=lambda pair: pair[0]):
        outcomes = [bought for _, bought in tie]
        tied = sum(outcomes)
        lost = len(outcomes) - tied
        worth += tied * (losses - before - lost) + tied * lost / 2
        before += lost
    return worth / (wins * losses)


def lift(places: Sequence[float], won: Sequence[bool], share: float = 0.1) -> float:
    """How many times the usual share of buyers the first tenth holds; of a tie that its border
    cuts, the tie's own share counts.
    """
    room = left = max(1, round(len(won) * share))
    found = 0.0
    for _, tie in groupby(sorted(zip(places, won, strict=True)), key=lambda pair: pair[0]):
        outcomes = [bought for _, bought in tie]
        taken = min(left, len(outcomes))
        found += sum(outcomes) * taken / len(outcomes)
        left -= taken
        if not left:
            break
    return found / room / (sum(won) / len(won))


def _share(name: str, labels: Sequence[str], won: Sequence[bool]) -> LabelShare:
    of_label = [bought for label, bought in zip(labels, won, strict=True) if label == name]
    return LabelShare(len(of_label) / len(won), sum(of_label) / len(of_label))
