"""The interval of a share."""

from __future__ import annotations

Z_95 = 1.959964  # standard errors on either side that hold 95 %


def wilson(wins: float, leads: int, z: float = Z_95) -> tuple[float, float]:
    """The interval of a share (Wilson, 1927); sound for few leads, for none that won, and where
    there are no leads.

    `wins` may be a part of a lead, where one stands in several rows: so it is written out here,
    for scipy's takes whole numbers only.
    """
    if not leads:
        return 0.0, 1.0
    share = wins / leads
    middle = (share + z * z / (2 * leads)) / (1 + z * z / leads)
    reach = z * ((share * (1 - share) + z * z / (4 * leads)) / leads) ** 0.5 / (1 + z * z / leads)
    low = max(0.0, middle - reach) if wins else 0.0
    high = min(1.0, middle + reach) if wins < leads else 1.0
    return low, high


def newcombe(
    wins: float, leads: int, other_wins: float, other_leads: int, z: float = Z_95
) -> tuple[float, float]:
    """The interval of the difference of two shares, the first less the other (Newcombe, 1998): by
    the Wilson intervals of both.
    """
    if not leads or not other_leads:
        return -1.0, 1.0
    share, other = wins / leads, other_wins / other_leads
    low, high = wilson(wins, leads, z)
    other_low, other_high = wilson(other_wins, other_leads, z)
    below = ((share - low) ** 2 + (other_high - other) ** 2) ** 0.5
    above = ((high - share) ** 2 + (other - other_low) ** 2) ** 0.5
    return share - other - below, share - other + above
