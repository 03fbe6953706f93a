"""What was done with a person's rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.facts.persons import PersonFacts
from leadlight.results.explanation import Explanation
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class Objection:
    """A person's objection to profiling, or that it was `withdrawn`: of which leads and since when.
    `import_id` is the import that states it (null: it was so already).
    """

    leads: tuple[str, ...]
    withdrawn: bool
    at: datetime
    import_id: str | None


@dataclass(frozen=True)
class ForgottenPerson:
    """A person that was removed, or with `preview` would be: its leads, how many rows of each table
    went, and of how many rejected rows the text.

    `shared_addresses` counts addresses that other leads have too: these stay theirs. `files` beside
    the ledger still name the person. `is_overwritten` says whether the place in the ledger's file
    was written over (null: it is a database of a server, or nothing was removed).
    """

    leads: tuple[str, ...]
    rows: Mapping[str, int]
    rejects: int
    shared_addresses: int
    files: tuple[Path, ...]
    at: datetime
    preview: bool = False
    is_overwritten: bool | None = None


@dataclass(frozen=True)
class PersonQualification:
    """What the playbook says of a person: the explanation with every point, and the same in
    `lines` to read. `why_none` is the sentence that says why there is none.
    """

    explanation: Explanation | None
    lines: tuple[str, ...]
    why_none: str | None


@dataclass(frozen=True)
class PersonRecord:
    """All that is known of a person as of a moment: its leads, what it allows and refuses, its
    qualification, and every fact. `file` is what it was written to.
    """

    leads: tuple[str, ...]
    at: datetime
    consent: Mapping[str, bool | None]
    qualification: PersonQualification
    facts: PersonFacts
    file: WrittenFile | None = None
