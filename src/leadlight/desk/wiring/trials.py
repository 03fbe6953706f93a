"""A playbook tried on made-up leads: its cases, and what it leaves untouched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.cases.case_runner import CaseRunner as CaseRunner
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.catalog import Catalog
    from leadlight.playbook.cases.cases import Case
    from leadlight.playbook.spec import Playbook
    from leadlight.results.case_failures import CaseFailure
    from leadlight.results.coverage import PieceCounts


def case_runner(con: Connection, book: Playbook, catalog: Catalog) -> CaseRunner:
    """A playbook tried on made-up leads."""
    from leadlight.adapters.cases.case_runner import CaseRunner

    return CaseRunner(con, book, catalog)


def cover(base: Base, book: Playbook, as_of: datetime) -> PieceCounts:
    """Which pieces of a playbook a base of leads touches, and what its rules change."""
    from leadlight.adapters.cases.coverage import cover

    return cover(base, book, as_of)


def write_junit(
    cases: Sequence[Case], failed: Sequence[CaseFailure], suite: str, target: Path
) -> None:
    """The outcome of a playbook's cases as JUnit XML."""
    from leadlight.adapters.destinations.junit import write_junit

    write_junit(cases, failed, suite, target)
