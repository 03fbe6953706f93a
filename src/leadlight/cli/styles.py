"""A console that can colour: the colours are its own, and no text can add one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from leadlight.cli.characters import visible
from leadlight.cli.secrets import redact


class SafeConsole(Console):
    """Shows what a terminal would obey as its number, whoever put it into a text, a table or
    a bar.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The parts of what is printed; those that move the cursor are the console's own."""
        return self._safe(super().render(renderable, options))

    @staticmethod
    def _safe(parts: Iterable[Segment]) -> Iterator[Segment]:
        for text, style, control in parts:
            if not control:
                text = visible(redact(text, everywhere=False))
            yield Segment(text, style, control)
