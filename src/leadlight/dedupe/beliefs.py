"""What to believe of two leads before and after a base was counted: shares of agreement, and how
many twins there are.

m is the share of pairs of one person that reach a level of likeness, u the share among pairs of
different people; the weight of a level is log2(m / u) (Fellegi and Sunter 1969; the words m and u
are theirs).
"""

from __future__ import annotations

from collections.abc import Sequence

PSEUDO_TWINS = 20
"""So many twins the expected shares are worth: a base with a handful of twins is judged by them,
one with hundreds by its own.
"""

PSEUDO_PAIRS = 200
LEAST_U = 1e-7


def blend(
    counted: Sequence[float | None], expected: Sequence[float], weight: float, pseudo: float
) -> list[float]:
    """Counted shares (None: never seen) and expected ones, each in proportion to what stands behind
    it; sums to 1.
    """
    given = [0.0 if c is None else c for c in counted]
    whole = sum(given)
    if not whole or weight <= 0:
        return _normalise(expected)
    prior = _normalise(expected)
    return _normalise(
        [
            (weight * g / whole + pseudo * e) / (weight + pseudo)
            for g, e in zip(given, prior, strict=True)
        ]
    )


def without_matches(u: Sequence[float], m: Sequence[float], twins: float) -> list[float]:
    """u, counted among any two leads, less the twins that were among them (`twins` is their share
    of the pairs).
    """
    share = min(max(twins, 0.0), 0.5)
    return _normalise(
        [max((a - share * b) / (1 - share), 0.02 * a, LEAST_U) for a, b in zip(u, m, strict=True)]
    )


def in_level_order(m: Sequence[float], u: Sequence[float]) -> list[float]:
    """m such that a better level never speaks less for one person than a worse one: what estimation
    by chance turned round is levelled (pool adjacent violators; Barlow et al. 1972). Levels are
    given best first; the sum stays.
    """
    pools: list[tuple[float, float, int]] = []  # m, u, levels
    for a, b in zip(m, u, strict=True):
        pools.append((a, b, 1))
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] < pools[-1][0] * pools[-2][1]:
            (a1, b1, k1), (a2, b2, k2) = pools[-2], pools[-1]
            pools[-2:] = [(a1 + a2, b1 + b2, k1 + k2)]
    levelled: list[float] = []
    for a, b, k in pools:
        place = len(levelled)
        levelled += [a * u[j] / b if b else a / k for j in range(place, place + k)]
    return levelled


def match_prior(agreeing: float, leads: int) -> float:
    """The probability that two leads taken at random are one person: `agreeing` pairs agree in two
    strong signs.

    About six in ten true pairs do (Splink's tutorials take 0.6 too); and where nobody agrees, one
    lead in two hundred is believed to have a twin.
    """
    pairs = leads * (leads - 1) / 2
    if pairs < 1:
        return 0.0
    return min(max(agreeing / 0.6, leads / 200) / pairs, 0.5)


def _normalise(shares: Sequence[float]) -> list[float]:
    total = sum(shares)
    return [s / total for s in shares]
