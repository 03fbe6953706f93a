"""Estimates with their intervals, and shares, as text."""

from __future__ import annotations

from leadlight.predict.judge.metrics import Estimate

UNKNOWN = "cannot be told"


def estimate_text(e: Estimate, digits: int) -> str:
    """A value with its 95 % interval, where there is one: `0.905 (0.891 to 0.918)`."""
    if e.value is None:
        return UNKNOWN
    if e.low is None or e.high is None:
        return f"{e.value:.{digits}f}"
    return f"{e.value:.{digits}f} ({e.low:.{digits}f} to {e.high:.{digits}f})"


def share_text(share: float | None) -> str:
    """A share in percent, with a decimal where it is small."""
    if not share or share >= 0.095:
        return f"{share or 0.0:.0%}"
    return f"{share:.1%}"
