"""Squares of ground. Buildings of one square are held out together, for a house resembles the one
next to it: same builder, same light, same picture. Judged at random, a model looks better than it
is where nobody has labelled anything (Roberts et al., Cross-validation strategies for data with
temporal, spatial, hierarchical structure, Ecography 2017).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

__all__ = ["FEWEST", "blocks", "deal"]

#: Fewer squares than this cannot be dealt out into five parts that resemble each other.
FEWEST = 10
#: Squares that are wanted: four in each of the five parts.
WANTED = 20
_METRES = 111_320.0  # of a degree of latitude
_LARGEST, _SMALLEST = 100_000.0, 25.0  # metres of a side


def blocks(longitudes: Sequence[float], latitudes: Sequence[float]) -> tuple[list[str], float]:
    """The square of each place, as a name, and the side of the squares in metres: the largest of
    which places lie in `WANTED` or more, else the smallest. Places are in degrees.
    """
    side = _LARGEST
    while side > _SMALLEST:
        names = _squares(longitudes, latitudes, side)
        if len(set(names)) >= WANTED:
            return names, side
        side /= 2
    side = max(side, _SMALLEST)
    return _squares(longitudes, latitudes, side), side


def _squares(longitudes: Sequence[float], latitudes: Sequence[float], side: float) -> list[str]:
    if not latitudes:
        return []
    across = _METRES * math.cos(math.radians(sum(latitudes) / len(latitudes)))
    return [
        f"{math.floor(x * across / side)}/{math.floor(y * _METRES / side)}"
        for x, y in zip(longitudes, latitudes, strict=True)
    ]


def deal(
    groups: Sequence[str], outcome: Sequence[bool], parts: int = 5, seed: int = 0
) -> list[int]:
    """The part of each row: whole groups dealt out to `parts` parts by lot, those with the outcome
    and those without alike; each group a part of its own where there are no more than `parts`.
    """
    names = sorted(set(groups))
    if len(names) <= parts:
        return [names.index(g) for g in groups]
    hit = {g for g, y in zip(groups, outcome, strict=True) if y}
    lots = random.Random(seed)
    of: dict[str, int] = {}
    for kind in ([g for g in names if g in hit], [g for g in names if g not in hit]):
        lots.shuffle(kind)
        of |= {g: n % parts for n, g in enumerate(kind)}
    return [of[g] for g in groups]
