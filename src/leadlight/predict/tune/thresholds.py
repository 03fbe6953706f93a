"""Thresholds that mean the same after the points have changed: as many leads lie above them as
before.
"""

from __future__ import annotations

import numpy as np

from leadlight.predict.arrays import Numbers

NEAR = 0.1  # a multiple of five is taken when its share is as near as this to the share wanted


def same_share(before: Numbers, after: Numbers, sign: str, number: float) -> float:
    """The whole number at which the comparison holds for the same share of leads as before.

    The old number stays when it serves as well, when nobody or everybody met it before, and where
    nobody would meet a new one.
    """
    met = _share(before, sign, number)
    if not len(before) or met in (0.0, 1.0) or np.array_equal(before, after):
        return number
    low, high = float(np.floor(after.min())), float(np.ceil(after.max()))
    tried = (
        np.unique(np.r_[number, np.arange(low, high + 1)])
        if high - low < 100_000
        else np.array([number])
    )
    off = np.array([abs(_share(after, sign, float(t)) - met) for t in tried])
    reached = np.array([0.0 < _share(after, sign, float(t)) < 1.0 for t in tried])
    if not reached.any():
        return number
    off[~reached] = np.inf
    best = off.min()
    good = tried[off <= best + NEAR * met]
    fives = good[good % 5 == 0]
    if number in good:
        return number
    pick = fives if len(fives) else tried[off <= best]
    return float(pick[np.argmin(np.abs(pick - number))])


def nobody_meets(values: Numbers, sign: str, number: float) -> bool:
    """No lead meets the comparison."""
    return _share(values, sign, number) == 0.0


def _share(values: Numbers, sign: str, number: float) -> float:
    if not len(values):
        return 0.0
    held = {
        ">=": values >= number,
        ">": values > number,
        "<=": values <= number,
        "<": values < number,
    }[sign]
    return float(held.mean())
