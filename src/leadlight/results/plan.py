"""What a playbook compiles to."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class StepInWords:
    """A step of a plan: its name in the statement, and what it does."""

    name: str
    about: str


@dataclass(frozen=True)
class PlaybookPlan:
    """A playbook's plan for an engine: its steps in words, and the whole statement.

    `atoms` are the different meanings of activities that it tells apart, in `slots` columns.
    `package` are the files of the dbt package that was written (none where none was asked for).
    """

    playbook: str
    fingerprint: str
    engine: str
    steps: tuple[StepInWords, ...]
    atoms: int
    slots: int
    sql: str
    package: tuple[WrittenFile, ...] = ()
