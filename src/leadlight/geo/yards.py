"""Whose yard is it? Ground belongs to the building that it is nearest to, up to a distance."""

from __future__ import annotations

import numpy as np

from leadlight.geo.arrays import Labels

__all__ = ["yards"]

FAR = np.float32(1e9)


def yards(roofs: Labels, reach: float) -> Labels:
    """Which building each cell belongs to: the nearest within `reach` cells (measured between the
    middles), else 0.

    `roofs` has the number of a building where its roof is, 0 elsewhere. Roofs keep their own
    number. Exact: the distance is taken along the columns first, then along the rows (Felzenszwalb
    and Huttenlocher's order of work).
    """
    steps = int(np.floor(reach))
    owner, away = _along_columns(roofs, steps)
    best, nearest = owner.copy(), away * away
    for across in range(1, steps + 1):
        cost = np.float32(across * across)
        for here, there in _shifts(across):
            candidate = away[:, there] * away[:, there] + cost
            closer = candidate < nearest[:, here]
            np.copyto(nearest[:, here], candidate, where=closer)
            np.copyto(best[:, here], owner[:, there], where=closer)
    best[nearest > np.float32(reach * reach)] = 0
    return best


def _along_columns(roofs: Labels, steps: int) -> tuple[Labels, np.ndarray]:
    """The nearest building straight above or below each cell, and how far away it is."""
    owner = roofs.copy()
    away = np.where(roofs > 0, np.float32(0), FAR)
    for up in range(1, steps + 1):
        for here, there in _shifts(up):
            reached = (roofs[there] > 0) & (away[here] > up)
            np.copyto(away[here], np.float32(up), where=reached)
            np.copyto(owner[here], roofs[there], where=reached)
    return owner, away


def _shifts(by: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    return (slice(None, -by), slice(by, None)), (slice(by, None), slice(None, -by))
