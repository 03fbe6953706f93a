"""Playbooks that were read, checked, compared or tried, and how they are named in a result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.facts.agreements import Version
from leadlight.playbook.diff.difference import DifferenceLine
from leadlight.playbook.sentences import Chapter
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


@dataclass(frozen=True)
class KnownWord:
    """A word that a playbook may say, and what it is: an attribute, an activity, a function, a
    signal ...; `about` explains it.
    """

    name: str
    what: str
    about: str = ""


@dataclass(frozen=True)
class PlaybookSentences:
    """A playbook to be read: what it is called here, its title, in sentences, and its text.

    `version` is the published one it is, `current` the one in force. `problems` are its faults, of
    which a text that cannot be used has some: then there are no `chapters`. `words` are what may
    stand in it.
    """

    playbook: str
    title: str
    about: str
    fingerprint: str | None
    version: Version | None
    current: Version | None
    text: str
    chapters: tuple[Chapter, ...]
    problems: tuple[Problem, ...]
    words: tuple[KnownWord, ...]


@dataclass(frozen=True)
class PreviewedLead:
    """A lead by the old and by the new rules: (scale, before, after), (score, before, after), its
    departments, next steps and reasons. What only one of the playbooks has is left out.
    """

    lead_id: str
    name: str
    company: str
    labels: tuple[tuple[str, str | None, str | None], ...]
    scores: tuple[tuple[str, float | None, float | None], ...]
    departments: tuple[str | None, str | None]
    next_steps: tuple[str | None, str | None]
    reasons: tuple[str, str]

    @property
    def moves(self) -> bool:
        """Whether it gets another label or department."""
        labels = any(before != after for _, before, after in self.labels)
        return labels or self.departments[0] != self.departments[1]


@dataclass(frozen=True)
class PlaybookPreview:
    """What new rules say of a few leads, beside the old ones. `missing` are ids of no lead."""

    old: NamedPlaybook
    new: NamedPlaybook
    at: datetime
    leads: tuple[PreviewedLead, ...]
    missing: tuple[str, ...] = ()
