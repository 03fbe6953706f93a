"""What enrichment came to: what each plug-in found, what was taken of it, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class EnrichmentRefusal:
    """So many answers of a plug-in were not taken, because they were that."""

    because: str
    answers: int


@dataclass(frozen=True)
class EnrichmentExample:
    """A lead and what it gets, by attribute."""

    lead_id: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class EnricherReport:
    """A plug-in over a base: of `leads` that have what it reads, `enriched` get a value (`values`
    counts them by attribute). `left_out` values were not added because people or files say the
    attribute themselves. `fault` says why it was not used, or why part of its answers is missing.

    `import_id` is the import with its facts (null: nothing was new, or a dry run); it replaces the
    imports of `taken_back`.
    """

    name: str
    about: str
    leads: int = 0
    enriched: int = 0
    values: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    refusals: tuple[EnrichmentRefusal, ...] = ()
    examples: tuple[EnrichmentExample, ...] = ()
    fault: str | None = None
    import_id: str | None = None
    added: int = 0
    taken_back: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnrichmentResult:
    """What the plug-ins found, in the order in which they were asked. With `dry_run` nothing was
    added or written; `file` is the file of leads with the new columns, where one was enriched.
    """

    as_of: datetime
    dry_run: bool
    enrichers: tuple[EnricherReport, ...]
    file: WrittenFile | None = None


@dataclass(frozen=True)
class EnricherLine:
    """A plug-in that is installed: what it reads and adds; `fault` says why it cannot be used."""

    name: str
    about: str
    reads: tuple[str, ...]
    adds: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True)
class EnricherList:
    """The plug-ins that are installed, the shipped ones first."""

    enrichers: tuple[EnricherLine, ...]
