"""Durations as people write them: 15m, 4h, 14d, 6w, 1y."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
#: No activity is older, and in microseconds it still is a whole number of 64 bits.
LONGEST = 9_999 * _SECONDS["y"]
#: Of the time to respond: a column of 32 bits.
LONGEST_RESPONSE = 50 * _SECONDS["y"]
_WORD = re.compile(r"\s*(\d{1,6})\s*([smhdwy])\s*", re.IGNORECASE)


def seconds(text: str) -> int | None:
    """The duration in seconds, or None when the text is not one. A year is 365 days; there is no
    month.
    """
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


def words_of_years(duration: int) -> str:
    """A duration of whole years as it is written: 50y."""
    return f"{duration // _SECONDS['y']}y"


def in_words(duration: int) -> str:
    """A duration in seconds as one says it: 900 is '15 minutes', 1,209,600 '14 days'."""
    for unit, name in (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second")):
        if duration % _SECONDS[unit] == 0:
            count = duration // _SECONDS[unit]
            return f"{count:,} {name}{'' if count == 1 else 's'}"
    return f"{duration} seconds"
