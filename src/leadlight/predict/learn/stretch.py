"""How far log-odds must be stretched and shifted to be right for leads that were not seen. (Platt:
Probabilities for SV machines, 1999.)
"""

from __future__ import annotations

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.learn.boosting import chance

_LEAST = 0.05  # a slope below nought would turn the ranking round
_ROUNDS = 25


def platt(log_odds: Numbers, won: Numbers) -> tuple[float, float]:
    """A logistic regression of the outcome on the log-odds, drawn a little towards leaving them as
    they are: its slope and its shift.
    """
    slope, shift = 1.0, 0.0
    for _ in range(_ROUNDS):
        p = chance(slope * log_odds + shift)
        w = p * (1 - p) + 1e-9
        gradient = np.array(
            [((p - won) * log_odds).sum() + 5 * (slope - 1), (p - won).sum() + shift]
        )
        cross = float((w * log_odds).sum())
        curve = np.array([[(w * log_odds**2).sum() + 5, cross], [cross, w.sum() + 1]])
        step = np.linalg.solve(curve, gradient)
        slope, shift = slope - float(step[0]), shift - float(step[1])
        if abs(step).max() < 1e-9:
            break
    return max(slope, _LEAST), shift
