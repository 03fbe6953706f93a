"""The plug-ins that are installed, and how one is called so that it costs nothing but its time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from time import monotonic

from leadlight.enrich.enricher import Enricher, Row

#: The entry point group of plug-ins.
GROUP = "leadlight.enrichers"


@dataclass(frozen=True)
class PluginFault:
    """A plug-in that is installed and cannot be used, and why."""

    name: str
    because: str


def installed_plugins() -> tuple[list[Enricher], list[PluginFault]]:
    """The plug-ins of other packages, by the names of their entry points."""
    found, faults = [], []
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            loaded = point.load()
            enricher = loaded() if isinstance(loaded, type) else loaded
        except Exception as fault:  # whatever a stranger's module does when it is imported
            faults.append(PluginFault(point.name, f"It cannot be loaded: {describe(fault)}."))
            continue
        if isinstance(enricher, Enricher):
            found.append(enricher)
        else:
            said = "It is no enricher: name, about, reads, adds and enrich are asked of one."
            faults.append(PluginFault(point.name, said))
    return found, faults


class Deadline:
    """The time that a plug-in has for all of its answers."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    @property
    def rest(self) -> float:
        """The seconds that are left."""
        return max(0.0, self._end - monotonic())


def describe(fault: BaseException) -> str:
    """What went wrong in a plug-in: the kind only, as its text may hold what a lead wrote."""
    return type(fault).__name__


def ask(enricher: Enricher, rows: Sequence[Row], deadline: Deadline) -> Sequence[object]:
    """What a plug-in finds of some rows. Raises `TimeoutError` where that takes too long, and
    `ValueError` for an answer that does not have one list for each row; other faults as they come.

    A plug-in that hangs is left behind in a thread of its own, which ends with the process.
    """
    answer: list[object] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            answer.append(enricher.enrich(rows))
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=work, name="enricher", daemon=True)
    thread.start()
    thread.join(deadline.rest)
    if thread.is_alive():
        raise TimeoutError
    if faults:
        raise faults[0]
    found = answer[0]
    if not isinstance(found, list | tuple) or len(found) != len(rows):
        raise ValueError
    return found
