"""Forms as a result: which there are, where each is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.problems import Problem


@dataclass(frozen=True)
class FormLine:
    """A form of the workspace: its `path` on the server, how often it was sent (after the mail was
    confirmed, where it asks for that), by how many leads, and when last. With a fault in its
    `problems` it is not shown to anybody.
    """

    name: str
    title: str
    path: str
    double_opt_in: bool
    offer: str | None
    problems: tuple[Problem, ...]
    count: int = 0
    leads: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class FormList:
    """Every form of a workspace, by name."""

    forms: tuple[FormLine, ...]
