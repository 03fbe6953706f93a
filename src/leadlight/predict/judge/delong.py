"""The AUC of a ranking with its interval, without drawing leads anew. Needs numpy.

The standard error is the larger of that of DeLong, DeLong and Clarke-Pearson (Biometrics 1988, by
the ranks of Sun and Xu 2014) and of Hanley and McNeil (Radiology 1982): the first is too small for
five or ten leads of an outcome, the second for rankings that are uneven. The interval is on the
log-odds of the AUC, so it stays between 0 and 1 (Pepe 2003, section 5.2.5).
"""

from __future__ import annotations

import math

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.judge.intervals import Z_95
from leadlight.predict.judge.metrics import Estimate

_EDGE = 1e-3  # of the AUC, where its log-odds have no end


def auc_interval(score: Numbers, won: Numbers, wider: float = 1.0) -> Estimate:
    """The AUC and its 95 % interval, which is made so many times wider; None where one of the
    outcomes is missing.
    """
    there = won > 0
    wins, losses = int(there.sum()), int((~there).sum())
    if not wins or not losses:
        return Estimate(None)
    every = _midranks(score)
    of_wins = (every[there] - _midranks(score[there])) / losses
    of_losses = 1 - (every[~there] - _midranks(score[~there])) / wins
    auc = float(of_wins.mean())
    error = max(_spread(of_wins, of_losses), _hanley_mcneil(auc, wins, losses)) * wider
    kept = min(max(auc, _EDGE), 1 - _EDGE)
    middle = math.log(kept / (1 - kept))
    reach = Z_95 * error / (kept * (1 - kept))
    low, high = (1 / (1 + math.exp(-min(max(middle + e, -40), 40))) for e in (-reach, reach))
    return Estimate(auc, min(low, auc), max(high, auc))


def _spread(of_wins: Numbers, of_losses: Numbers) -> float:
    parts = (x.var(ddof=1) / len(x) if len(x) > 1 else 0.0 for x in (of_wins, of_losses))
    return math.sqrt(float(sum(parts)))


def _hanley_mcneil(auc: float, wins: int, losses: int) -> float:
    one, other = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    found = auc * (1 - auc) + (wins - 1) * (one - auc**2) + (losses - 1) * (other - auc**2)
    return math.sqrt(max(found, 0.0) / (wins * losses))


def _midranks(values: Numbers) -> Numbers:
    """The rank of each value from 1; equals share the middle of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: Numbers = (ends - (counts - 1) / 2)[places]
    return found
