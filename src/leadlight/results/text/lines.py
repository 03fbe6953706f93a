"""A result as lines for a person: what a `render_text` gives. A plain `str` is a line in the usual
style.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Style: TypeAlias = Literal["plain", "dim", "bold"]


class Line(str):
    """A line with a style; where no style can be shown it is the same text."""

    style: Style

    def __new__(cls, text: str, style: Style = "plain") -> Line:
        line = super().__new__(cls, text)
        line.style = style
        return line
