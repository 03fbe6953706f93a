"""How many labels a new place wants, tried on places that a model did not see."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from leadlight.predict.places.label_choice import least_sure
from leadlight.predict.places.local_cut import chance, cut_of, fit_local

__all__ = ["COUNTS", "wanted_labels"]

#: Numbers of labels that are tried.
COUNTS = (25, 50, 100, 200)
#: Draws of labels, and by how much F1 may stay below the best cut's.
DRAWS, LOSS = 15, 0.03


def wanted_labels(log_odds: Sequence[float], outcome: Sequence[bool]) -> int:
    """The fewest labels by which F1 comes, in most draws, within `LOSS` of what the best cut would
    reach; never more than a quarter of the buildings, nor fewer than `COUNTS[0]`.
    """
    best = _best_f1(log_odds, outcome)
    chances = [chance(one) for one in log_odds]
    for count in COUNTS:
        if 4 * count > len(log_odds):
            break
        reached = [_f1_of_draw(log_odds, outcome, chances, count, seed) for seed in range(DRAWS)]
        if statistics.median(reached) >= best - LOSS:
            return count
    tried = [c for c in COUNTS if 4 * c <= len(log_odds)]
    return tried[-1] if tried else COUNTS[0]


def _f1_of_draw(
    log_odds: Sequence[float],
    outcome: Sequence[bool],
    chances: Sequence[float],
    count: int,
    seed: int,
) -> float:
    drawn = least_sure(chances, count, seed)
    fit = fit_local([log_odds[n] for n in drawn], [outcome[n] for n in drawn])
    here = [chance(fit.log_odds(one)) for one in log_odds]
    cut = cut_of(here).probability
    hit = sum(y for p, y in zip(here, outcome, strict=True) if p >= cut)
    return 2 * hit / max(1, sum(p >= cut for p in here) + sum(outcome))


def _best_f1(log_odds: Sequence[float], outcome: Sequence[bool]) -> float:
    order = sorted(range(len(log_odds)), key=lambda n: -log_odds[n])
    there, hit, best = sum(outcome), 0, 0.0
    for taken, n in enumerate(order, 1):
        hit += outcome[n]
        best = max(best, 2 * hit / (taken + there))
    return best
