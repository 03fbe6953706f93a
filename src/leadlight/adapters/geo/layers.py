"""Footprints that lie on each other, put into layers: in each layer every roof is its own."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

__all__ = ["layers"]

#: Roofs that share less than this of the smaller one only touch.
TOUCH = 0.02


def layers(shapes: Any, tree: Any) -> list[int]:
    """The layer of each shape, from 0: two that overlap are in different ones."""
    import shapely

    one, other = tree.query(shapes, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    out = [0] * len(shapes)
    if not len(one):
        return out
    areas = shapely.area(shapes)
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    smaller = areas[one].copy()
    smaller[areas[other] < smaller] = areas[other][areas[other] < smaller]
    lie = shared > smaller * TOUCH
    rivals = defaultdict(set)
    for a, b in zip(one[lie].tolist(), other[lie].tolist(), strict=True):
        rivals[b].add(a)
    for n in sorted(rivals):  # those before it have their layer already
        taken = {out[k] for k in rivals[n]}
        out[n] = next(k for k in range(len(taken) + 1) if k not in taken)
    return out
