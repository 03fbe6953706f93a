"""Playbooks that were checked or compared, and how they are named in a result."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.playbook.diff.difference import DifferenceLine
from leadlight.problems import Problem


@dataclass(frozen=True)
class NamedPlaybook:
    """A playbook: what it is called here (a file, a preset, a version), and its fingerprint."""

    name: str
    fingerprint: str


@dataclass(frozen=True)
class PlaybookContents:
    """How many signals, scores, scales, segments and routes a playbook has."""

    signals: int
    scores: int
    scales: int
    segments: int
    routes: int


@dataclass(frozen=True)
class PlaybookCheck:
    """A playbook that was checked: its file and its problems; its fingerprint and contents where it
    can be used, else null.
    """

    file: str
    fingerprint: str | None
    contents: PlaybookContents | None
    problems: tuple[Problem, ...]

    @property
    def faults(self) -> int:
        return sum(p.level == "fault" for p in self.problems)


@dataclass(frozen=True)
class PlaybookComparison:
    """Two playbooks, and in sentences what the new one says otherwise; differences in wording only
    do not count.
    """

    old: NamedPlaybook
    new: NamedPlaybook
    same: bool
    differences: tuple[DifferenceLine, ...]
