"""What a few labels of a new place say of a model's probabilities. The order of the buildings
travels from place to place, the cut does not: light, roofs and the share with the outcome differ.

Two numbers are learned, a shift and a stretch of the log-odds, so the order stays as it is (Platt,
Probabilistic outputs for support vector machines, 1999). Both are held near 0 and 1 where labels
are few. The cut is then where the expected F1 of the place is largest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["FEWEST", "ListCut", "LocalFit", "chance", "cut_of", "fit_local", "log_odds"]

#: Labels, of which at least one says yes and one says no.
FEWEST = 10
#: Log-odds by which a place may differ (a standard deviation), and by what share it stretches.
SHIFT, STRETCH = 2.5, 0.5
_LEAST_STRETCH = 0.1
_ROUNDS, _SMALL = 100, 1e-9


@dataclass(frozen=True)
class LocalFit:
    """By what a place's log-odds differ: `shift + stretch * log-odds`; `spread` is the covariance
    of the two (variance of the shift, of the stretch, and of both).
    """

    shift: float
    stretch: float
    spread: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def log_odds(self, one: float) -> float:
        """A model's log-odds as those of the place."""
        return self.shift + self.stretch * one


@dataclass(frozen=True)
class ListCut:
    """From which probability on a building is called one, how many of the place are, how many of
    them are expected to be right, and the expected F1.
    """

    probability: float
    buildings: int
    right: float
    f1: float


def chance(one: float) -> float:
    """A probability from log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, one))))


def log_odds(probability: float) -> float:
    """Log-odds from a probability; a sure one is held at one in a million million."""
    p = min(1 - 1e-12, max(1e-12, probability))
    return math.log(p / (1 - p))


def fit_local(seen: Sequence[float], labels: Sequence[bool]) -> LocalFit:
    """The shift and the stretch that fit the labels best (Newton's method, halved where it
    overshoots). Labels may be chosen by their log-odds in any way: given these, the choice says
    nothing of the label.
    """
    shift, stretch = 0.0, 1.0
    loss = _loss(shift, stretch, seen, labels)
    for _ in range(_ROUNDS):
        (g0, g1), (a, b, c) = _slopes(shift, stretch, seen, labels)
        det = a * c - b * b
        by, along = (c * g0 - b * g1) / det, (a * g1 - b * g0) / det
        part = 1.0
        while part > 1e-4:
            next_shift = shift + part * by
            next_stretch = max(_LEAST_STRETCH, stretch + part * along)
            better = _loss(next_shift, next_stretch, seen, labels)
            if better <= loss:
                break
            part /= 2
        else:
            break
        moved = abs(next_shift - shift) + abs(next_stretch - stretch)
        shift, stretch, loss = next_shift, next_stretch, better
        if moved < _SMALL:
            break
    _, (a, b, c) = _slopes(shift, stretch, seen, labels)
    det = a * c - b * b
    return LocalFit(shift, stretch, (c / det, a / det, -b / det))


def cut_of(probabilities: Sequence[float]) -> ListCut:
    """The cut of the largest expected F1 of all buildings of a place. Raises `ValueError` where
    there are none.
    """
    ordered = sorted(probabilities, reverse=True)
    if not ordered:
        raise ValueError("no probabilities")
    there, right = sum(ordered), 0.0
    best: ListCut | None = None
    for n, p in enumerate(ordered, 1):
        right += p
        f1 = 2 * right / (n + there)
        is_last_of_equals = n == len(ordered) or ordered[n] < p
        if is_last_of_equals and (best is None or f1 > best.f1):
            best = ListCut(p, n, right, f1)
    assert best is not None
    return best


def _loss(shift: float, stretch: float, seen: Sequence[float], labels: Sequence[bool]) -> float:
    found = shift**2 / (2 * SHIFT**2) + (stretch - 1) ** 2 / (2 * STRETCH**2)
    for one, label in zip(seen, labels, strict=True):
        p = chance(shift + stretch * one)
        found -= math.log(p if label else 1 - p)
    return found


def _slopes(
    shift: float, stretch: float, seen: Sequence[float], labels: Sequence[bool]
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """By how much the fit gains with either number, and the curvature."""
    g0, g1 = -shift / SHIFT**2, -(stretch - 1) / STRETCH**2
    a, b, c = 1 / SHIFT**2, 0.0, 1 / STRETCH**2
    for one, label in zip(seen, labels, strict=True):
        p = chance(shift + stretch * one)
        off, weight = float(label) - p, p * (1 - p)
        g0, g1 = g0 + off, g1 + off * one
        a, b, c = a + weight, b + weight * one, c + weight * one * one
    return (g0, g1), (a, b, c)
