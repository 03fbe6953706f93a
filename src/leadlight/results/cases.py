"""What became of a playbook's test cases, and which of its pieces they and the leads touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.problems import Problem
from leadlight.results.case_failures import CaseFailure
from leadlight.results.coverage import Finding
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class Coverage:
    """Which of a playbook's pieces (rules, labels, segments, routes, questions) are in use.

    `untouched` are those that no case touches, and `cases` says it in words. The rest is of leads
    as of a moment, and null or empty where there are none: how many, in how large a `sample` it was
    looked at what rules change, how many leads each piece holds for, and what that shows.
    """

    pieces: int
    untouched: tuple[str, ...]
    cases: tuple[Finding, ...]
    as_of: datetime | None = None
    leads: int | None = None
    sample: int | None = None
    held: Mapping[str, int] | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class CaseResults:
    """A playbook, how many cases it has, the files they stand in, those steps of cases that do not
    hold, and the `names` of all cases in their order.
    """

    playbook: str
    fingerprint: str
    case_files: tuple[str, ...]
    cases: int
    failed: tuple[CaseFailure, ...]
    doubts: tuple[Problem, ...]
    coverage: Coverage | None = None
    files: tuple[WrittenFile, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def failed_cases(self) -> int:
        """How many cases do not hold; one can fail at several steps."""
        return len({(f.file, f.name) for f in self.failed})


@dataclass(frozen=True)
class StarterCases:
    """A file of cases that was written to start from, how many it has, and the labels for which no
    simple lead was found.
    """

    file: Path
    cases: int
    missing: tuple[str, ...]
