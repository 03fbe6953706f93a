"""Two groups compared in a way that may be looked at every day.

A fixed test that is looked at again and again finds a difference sooner or later where there is
none. The mixture sequential probability ratio test stays right however often one looks (Johari,
Pekelis, Walsh: Always valid inference, 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

#: The chance of a false alarm over all looks together, and the usual size of a difference.
ALPHA, USUAL = 0.05, 0.05
#: Before so many leads in each group, and so many successes in all, nothing is said.
FEWEST, FEWEST_SUCCESSES = 100, 10


@dataclass(frozen=True)
class Group:
    """How many leads, and of how many of them it came."""

    size: int
    successes: int

    @property
    def rate(self) -> float:
        """The share, 0 where nobody is in it."""
        return self.successes / self.size if self.size else 0.0


@dataclass(frozen=True)
class GroupDifference:
    """The rate of one group minus that of another, with an interval that holds however often it is
    looked at; `is_certain` where 0 is outside of it. None: too few to say.
    """

    difference: float
    low: float | None
    high: float | None

    @property
    def is_certain(self) -> bool:
        """Whether the groups differ."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def compare_groups(one: Group, other: Group, alpha: float = ALPHA) -> GroupDifference:
    """How much more often it came in one group than in another."""
    difference = one.rate - other.rate
    few = min(one.size, other.size) < FEWEST
    if few or one.successes + other.successes < FEWEST_SUCCESSES:
        return GroupDifference(difference, None, None)
    size, successes = one.size + other.size, one.successes + other.successes
    share = (successes + 1) / (size + 2)
    variance = share * (1 - share) * (1 / one.size + 1 / other.size)
    mixture = USUAL**2
    both = variance + mixture
    width = sqrt(variance * both / mixture * (2 * log(1 / alpha) + log(both / variance)))
    return GroupDifference(difference, difference - width, difference + width)


def best_variant(groups: Sequence[Group]) -> int | None:
    """The variant that is better than each other one; None where none is for certain yet."""
    if len(groups) < 2:
        return None
    best = max(range(len(groups)), key=lambda n: groups[n].rate)
    alpha = ALPHA / (len(groups) * (len(groups) - 1) / 2)
    for n, group in enumerate(groups):
        if n == best:
            continue
        found = compare_groups(groups[best], group, alpha)
        if found.low is None or found.low <= 0:
            return None
    return best
