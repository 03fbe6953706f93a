"""Whom to tell how far a long step is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Whom to tell how far it is."""

    def step(self, text: str, done: Callable[[], float | None]) -> None:
        """A step begins; `done` answers how much of it is done, 0 to 100, or None when that is not
        known.
        """
        ...


class NullProgress:
    """Nobody looks."""

    def step(self, text: str, done: Callable[[], float | None]) -> None: ...


def unknown() -> None:
    """How much of a step is done, where nobody can tell."""
