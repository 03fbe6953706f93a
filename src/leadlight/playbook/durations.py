"""Durations as people write them: 15m, 4h, 14d, 6w, 1y."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_WORD = re.compile(r"\s*(\d{1,6})\s*([smhdwy])\s*", re.IGNORECASE)


def seconds(text: str) -> int | None:
    """The duration in seconds, or None when the text is not one. A year is 365 days; there is no month."""
    match = _WORD.fullmatch(text)
    if not match or int(match[1]) == 0:
        return None
    return int(match[1]) * _SECONDS[match[2].lower()]


def words(duration: int) -> str:
    """A duration in seconds in its largest whole unit: 900 is '15m'."""
    for unit in "wdhm":
        if duration % _SECONDS[unit] == 0 and not (unit == "w" and duration < 4 * _SECONDS["w"]):
            return f"{duration // _SECONDS[unit]}{unit}"
    return f"{duration}s"


def in_words(duration: int) -> str:
    """A duration in seconds as one says it: 900 is '15 minutes', 1,209,600 '14 days'."""
    for unit, name in (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second")):
        if duration % _SECONDS[unit] == 0:
            count = duration // _SECONDS[unit]
            return f"{count:,} {name}{'' if count == 1 else 's'}"
    return f"{duration} seconds"
