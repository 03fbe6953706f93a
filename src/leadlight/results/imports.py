"""The imports of a workspace as a list, and what became of files that were imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leadlight.facts.ledger import ImportLine, ImportReceipt, SavedMapping
from leadlight.facts.mapping import Mapping
from leadlight.problems import Problem, Refusal
from leadlight.results.verification import VerifyResult


@dataclass(frozen=True)
class ImportList:
    """The imports of a workspace, the newest first."""

    imports: tuple[ImportLine, ...]


@dataclass(frozen=True)
class ImportedFile:
    """What became of one file: a receipt, or the refusal that kept it out.

    `saved` is the earlier import whose mapping was used again, `rejects` the file of the rows that
    could not be read. With `not_done` the facts are in, and something beside could not be done.
    """

    file: Path
    mapping: Mapping | None = None
    receipt: ImportReceipt | None = None
    problems: tuple[Problem, ...] = ()
    saved: SavedMapping | None = None
    rejects: Path | None = None
    refusal: Refusal | None = None
    not_done: tuple[Problem, ...] = ()
    verified: VerifyResult | None = None  # of all files; it stands with the last that had leads


@dataclass(frozen=True)
class ImportResult:
    """What became of each file, in the order they were named; of a preview nothing was written."""

    files: tuple[ImportedFile, ...]
    preview: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was done."""
        return not any(f.refusal or f.not_done for f in self.files)
