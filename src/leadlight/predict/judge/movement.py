"""Whether the share of leads with the outcome moves along their order, beyond chance. Where it
does, the leads that happen to judge say less of those to come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Numbers, rarer

_BLOCKS = 10
_BEYOND_CHANCE = 27.88  # chi-squared of nine degrees of freedom: one in a thousand is above it
_LEAST_APART = 1.25  # the odds of the ends, or of the highest and lowest block
_FEWEST = 30  # leads of the rarer outcome
_SORTED = 0.1  # of the changes to be expected: fewer come where rows are sorted by the outcome


@dataclass(frozen=True)
class Movement:
    """The share with the outcome in tenths of the leads in their order, where it moves."""

    shares: tuple[float, ...]

    @property
    def words(self) -> str:
        """From where to where it moves."""
        first, last = self.shares[0], self.shares[-1]
        low, high = min(self.shares), max(self.shares)
        if (low, high) in ((first, last), (last, first)):
            return f"from {first:.0%} to {last:.0%}"
        return f"between {low:.0%} and {high:.0%}, at last {last:.0%}"


def movement(won: Numbers) -> Movement | None:
    """How the share moves; `won` is in the order of the leads. None where chance explains it, or
    where there are too few leads to tell.
    """
    if rarer(won) < _FEWEST:
        return None
    blocks = np.array_split(won, _BLOCKS)
    base = float(won.mean())
    chi = sum(len(b) * (b.mean() - base) ** 2 for b in blocks) / (base * (1 - base))
    shares = tuple(float(b.mean()) for b in blocks)
    if chi < _BEYOND_CHANCE or max(shares) < min(shares) * _LEAST_APART:
        return None
    return Movement(shares)


def is_sorted(won: Numbers) -> bool:
    """Whether rows stand in the order of their outcome: it changes far less often than it would by
    chance (Wald and Wolfowitz, 1940, counted runs).
    """
    base = float(won.mean())
    return float((np.diff(won) != 0).sum()) < _SORTED * 2 * len(won) * base * (1 - base)
