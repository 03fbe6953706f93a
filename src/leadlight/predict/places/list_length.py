"""How many of a list are right: counted on buildings of other blocks, or expected of a place."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.predict.judge.intervals import wilson
from leadlight.predict.places.local_cut import LocalFit, chance

__all__ = [
    "FEWEST_OF_LIST",
    "LENGTHS",
    "Expectation",
    "ListPrecision",
    "expectation_of_model",
    "expectation_of_sample",
    "list_precision",
]

#: Lengths of a list that are judged.
LENGTHS = (20, 50, 100, 200, 400)
#: Draws of what the labels could as well have said.
DRAWS = 400
#: Buildings of a list that somebody must have looked at before their share says anything.
FEWEST_OF_LIST = 8


@dataclass(frozen=True)
class ListPrecision:
    """Of the best `length` buildings, the share that had the outcome, with its 95 % interval, and
    the share of all buildings with the outcome that stand among them.
    """

    length: int
    right: int
    share: float
    low: float
    high: float
    found: float


@dataclass(frozen=True)
class Expectation:
    """How many of a list are expected to be right, and the interval that holds with 95 %."""

    length: int
    right: float
    low: float
    high: float


def list_precision(
    score: Sequence[float], outcome: Sequence[bool], lengths: Sequence[int] = LENGTHS
) -> tuple[ListPrecision, ...]:
    """How right the best of the buildings are, at each length that is no more than half of them."""
    order = sorted(range(len(score)), key=lambda n: (-score[n], n))
    there = sum(map(bool, outcome))
    found = []
    for length in lengths:
        if 2 * length > len(order):
            break
        right = sum(bool(outcome[n]) for n in order[:length])
        low, high = wilson(right, length)
        share = right / there if there else 0.0
        found.append(ListPrecision(length, right, right / length, low, high, share))
    return tuple(found)


def expectation_of_model(
    log_odds: Sequence[float], fit: LocalFit, known: Sequence[bool | None], seed: int = 0
) -> Expectation:
    """How many of these buildings are right by a model and what a place's labels said of it;
    buildings that somebody looked at count as they are. The interval holds what the labels leave
    open, and chance.
    """
    sure = sum(k is True for k in known)
    open_ones = [one for one, k in zip(log_odds, known, strict=True) if k is None]
    expected = sure + sum(chance(fit.log_odds(one)) for one in open_ones)
    lots = random.Random(seed)
    counts = sorted(sure + _count(open_ones, _as_well(fit, lots), lots) for _ in range(DRAWS))
    low, high = counts[DRAWS // 40], counts[-1 - DRAWS // 40]
    return Expectation(len(log_odds), expected, min(low, expected), max(high, expected))


def expectation_of_sample(known: Sequence[bool | None], seed: int = 0) -> Expectation | None:
    """How many of a list are right by those of it that somebody looked at, drawn by lot (Jeffreys'
    prior); None where these are too few. It asks nothing of the order within the list.
    """
    right, wrong = sum(k is True for k in known), sum(k is False for k in known)
    if right + wrong < FEWEST_OF_LIST:
        return None
    left = len(known) - right - wrong
    expected = right + left * (right + 0.5) / (right + wrong + 1)
    lots = random.Random(seed)
    counts = []
    for _ in range(DRAWS):
        p = lots.betavariate(right + 0.5, wrong + 0.5)
        counts.append(right + sum(lots.random() < p for _ in range(left)))
    counts.sort()
    low, high = counts[DRAWS // 40], counts[-1 - DRAWS // 40]
    return Expectation(len(known), expected, min(low, expected), max(high, expected))


def _as_well(fit: LocalFit, lots: random.Random) -> LocalFit:
    """A shift and a stretch that the labels fit about as well."""
    var_shift, var_stretch, both = fit.spread
    one, other = lots.gauss(0, 1), lots.gauss(0, 1)
    root = math.sqrt(max(0.0, var_shift))
    along = both / root if root else 0.0
    rest = math.sqrt(max(0.0, var_stretch - along * along))
    return LocalFit(fit.shift + root * one, max(0.0, fit.stretch + along * one + rest * other))


def _count(log_odds: Sequence[float], fit: LocalFit, lots: random.Random) -> float:
    """A number of right ones, drawn by the sum of the variances."""
    chances = [chance(fit.log_odds(one)) for one in log_odds]
    spread = math.sqrt(sum(p * (1 - p) for p in chances))
    return max(0.0, min(float(len(chances)), sum(chances) + spread * lots.gauss(0, 1)))
