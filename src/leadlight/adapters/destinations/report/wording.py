"""How the report writes names, shares and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from leadlight.presentable import presentable
from leadlight.results.quality import percent as share
from leadlight.results.summary import label_text

__all__ = ["amount", "distinct", "number", "share", "short", "title", "word"]


def word(text: str, longest: int = 60) -> str:
    """A label or a source as the report writes it."""
    return presentable(label_text(text), longest)


def title(name: str) -> str:
    """A name at the beginning of a line."""
    said = word(name)
    return said[:1].upper() + said[1:]


def number(value: float | None) -> str:
    """A score as people write it: no more decimals than it has, two at most."""
    return "unknown" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def amount(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def short(n: int) -> str:
    """A count that fits a cell: 950, 1.2k, 34k, 1.2M."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if n >= size:
            return f"{n / size:.1f}{unit}" if n < 10 * size else f"{n // size}{unit}"
    return str(n)


def distinct(names: Sequence[str]) -> list[str]:
    """The names, with a number where one comes again: two bars of one name would be drawn as
    one.
    """
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
