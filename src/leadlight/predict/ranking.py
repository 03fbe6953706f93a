"""How well a score ranks leads."""

from __future__ import annotations

from leadlight.predict.arrays import Numbers, Truths


def auc_of(score: Numbers, won: Numbers | Truths) -> float:
    """The AUC of a score: the chance that a lead with the outcome stands above one without, half
    for equals (Mann and Whitney's statistic by ranks). Both outcomes must be there.
    """
    from scipy.stats import rankdata

    wins = float(won.sum())
    losses = len(won) - wins
    ranks = float(rankdata(score)[won > 0].sum())
    return (ranks - wins * (wins + 1) / 2) / (wins * losses)
