"""Points as a person reads them: with two decimals that still add up, or with every digit.

A sum is cut after its second decimal, so that one below a threshold never looks as if it had
reached it. Its parts are cut alike, and the hundredths that are then missing go to those that lost
most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class PointsText:
    """How points are shown: `exact` shows every digit."""

    exact: bool = False

    def total(self, value: Decimal) -> Decimal:
        """A sum as it is shown."""
        return value if self.exact else value.quantize(_HUNDREDTH, ROUND_FLOOR)

    def parts(self, values: Sequence[Decimal], total: Decimal) -> list[Decimal]:
        """Parts of a sum as they are shown; they add up to the total that is shown."""
        if self.exact or not values:
            return list(values)
        shown = [self.total(v) for v in values]
        missing = int((total - sum(shown, Decimal(0))) / _HUNDREDTH)
        lost = sorted(range(len(values)), key=lambda n: (shown[n] - values[n], n))
        step = 1 if missing > 0 else -1
        order = lost if missing > 0 else lost[::-1]
        for n in range(abs(missing)):
            shown[order[n % len(order)]] += step * _HUNDREDTH
        return shown

    def factor(self, value: Decimal) -> str:
        """A factor of age."""
        shown = value if self.exact else round(value, 3)
        return f"{shown.normalize():f}"


def points_text(value: Decimal) -> str:
    """The digits of a value, two decimals at least."""
    whole, _, rest = f"{value.normalize():f}".partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"


def signed_points(value: Decimal) -> str:
    """The same with its sign."""
    return ("+" if value > 0 else "") + points_text(value)
