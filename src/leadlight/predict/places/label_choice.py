"""Which buildings of a new place are worth a look: the least sure ones, by lot.

A building is drawn with a weight of `sqrt(p (1 - p))`. To take simply the nearest to one half sets
the cut about as well, but the probabilities that come of it are wrong far from the cut: on the
green roofs of Geneva, 200 such labels said that 57 of the best hundred were right where 78 were.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

__all__ = ["COUNT", "least_sure"]

#: Labels that a new place wants; with more, the cut of green roofs hardly moved.
COUNT = 50


def least_sure(probabilities: Sequence[float], count: int = COUNT, seed: int = 0) -> list[int]:
    """The places of the buildings to label, the least sure first: drawn without replacement, the
    same for the same seed (Efraimidis and Spirakis, Weighted random sampling, 2006).
    """
    lots = random.Random(seed)
    keys = []
    for n, p in enumerate(probabilities):
        weight = math.sqrt(max(1e-6, p * (1 - p)))
        keys.append((math.log(1 - lots.random()) / weight, n))
    drawn = [n for _, n in sorted(keys, reverse=True)[:count]]
    return sorted(drawn, key=lambda n: (abs(probabilities[n] - 0.5), n))
