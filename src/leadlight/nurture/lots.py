"""Lots that are drawn by a hash: who is held out of a track, and which variant a lead gets.

The same lead draws the same lot for ever, on every computer; nobody keeps a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import md5

#: Lots are drawn from so many.
LOTS = 10_000


def lot(*parts: str) -> int:
    """A number from 0 to 9,999 that these words draw."""
    text = "|".join(parts).encode()
    return int(md5(text, usedforsecurity=False).hexdigest()[:8], 16) % LOTS


def is_held_out(lead_id: str, track: str, percent: int) -> bool:
    """Whether a lead is one of the leads in a hundred who are sent nothing."""
    return lot("hold", track, lead_id) < percent * LOTS // 100


def variant_index(lead_id: str, track: str, step: int, variants: Sequence[str]) -> int:
    """Which of the variants of a step a lead gets."""
    return lot("variant", track, str(step), lead_id) * len(variants) // LOTS
