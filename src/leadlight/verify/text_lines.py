"""Many short texts as one, a line each: the machine searches a long text faster than Python calls a
function for each of many.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, count
from operator import add


def lines_of(texts: Sequence[str]) -> bytes | None:
    """The texts in small letters, with a line break before, between and behind them; None where one
    of them has a line break itself.
    """
    text = "\n".join(texts)
    if text.count("\n") != len(texts) - 1:
        return None
    return b"\n%s\n" % text.encode("utf-8", "surrogatepass").lower()


def begins_of(lines: Sequence[bytes]) -> list[int]:
    """Where the line break before each line stands."""
    return list(map(add, accumulate(map(len, lines), initial=0), count()))


def clear(found: bytearray, text: bytes, parts: Sequence[bytes], begins: Sequence[int]) -> None:
    """A 0 for each line of the text in which one of some parts stands; what begins with a line
    break belongs to the line behind it.
    """
    for part in parts:
        for at in _places(text, part):
            found[bisect_right(begins, at) - 1] = 0


def _places(text: bytes, part: bytes) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
