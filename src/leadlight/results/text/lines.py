"""A result as lines for a person: what a `render_text` gives.

A plain `str` is a line in the usual style, a `Line` has a style of its own, a `Hint` names a next
step, and a table is drawn as wide as the screen is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.files import WrittenFile

if TYPE_CHECKING:
    from rich.console import RenderableType

Style: TypeAlias = Literal["plain", "dim", "bold", "doubt", "fault"]


class Line(str):
    """A line with a style; where no style can be shown it is the same text. `field` is that of a
    request which would mend what the line says; each face names it in its own words.
    """

    style: Style
    field: str | None

    def __new__(cls, text: str, style: Style = "plain", field: str | None = None) -> Line:
        line = super().__new__(cls, text)
        line.style, line.field = style, field
        return line


@dataclass(frozen=True)
class Hint:
    """A line that ends in something to do; each face says the step in its own words."""

    text: str
    step: NextStep


#: What a `render_text` gives, one after the other.
Part: TypeAlias = "str | Hint | RenderableType"


def files_line(files: Iterable[WrittenFile]) -> Iterator[str]:
    """What was written, in a line; nothing where nothing was."""
    listed = [str(f.path) + _rows_of(f) for f in files]
    if listed:
        yield f"Written: {', '.join(listed)}"


def _rows_of(file: WrittenFile) -> str:
    return "" if file.rows is None else f" ({plural(file.rows, 'row', 'rows')})"


def presentable_line(line: str, longest: int) -> str:
    """A line with whatever came out of a table made harmless; its indent stays."""
    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + presentable(text, longest) if text else ""
