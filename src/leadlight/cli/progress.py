"""A bar for whatever takes longer than a second; nothing at all where the output is not a
terminal.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from leadlight.cli import screen

_PATIENCE = 1.0
_BEAT = 0.2


class Bar:
    """Shows the running step once it has taken a second; `step` is what the desk calls when one
    begins.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or screen.console(err=True, soft_wrap=False)
        self._text = ""
        self._done: Callable[[], float | None] = lambda: None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def step(self, text: str, done: Callable[[], float | None]) -> None:
        """A step begins."""
        self._text, self._done = text, done

    def __enter__(self) -> Bar:
        if self._console.is_terminal:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _show(self) -> None:
        if self._over.wait(_PATIENCE):
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
        )
        began = time.monotonic() - _PATIENCE
        with screen.live(Progress(*columns, console=self._console, transient=True)) as progress:
            task = progress.add_task(self._text, total=None)
            progress.tasks[0].start_time = began
            while not self._over.wait(_BEAT):
                done = self._done()
                progress.update(
                    task,
                    description=self._text,
                    total=None if done is None else 100,
                    completed=done or 0,
                )
