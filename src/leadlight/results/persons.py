"""What was done with a person's rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


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
