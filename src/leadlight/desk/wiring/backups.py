"""A workspace as one archive, and back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.backup.archive import Manifest
    from leadlight.adapters.backup.workspace import JournalCopy
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.ledger import Ledger


def read_journal(folder: Path) -> JournalCopy:
    """What a server of the workspace accepted and has not taken yet."""
    from leadlight.adapters.backup.workspace import read_journal

    return read_journal(folder)


def write_backup(
    con: Connection,
    facts: Ledger,
    folder: Path,
    journal: JournalCopy,
    target: Path,
    now: datetime,
    tell: Callable[[str], None],
) -> Manifest:
    """An open workspace as one archive, whole or not at all."""
    from leadlight.adapters.backup.workspace import write_backup

    return write_backup(con, facts, folder, journal, target, now, tell)


def restore_backup(
    file: Path, folder: Path, now: datetime
) -> AbstractContextManager[tuple[Path, Manifest]]:
    """A workspace out of an archive, in a draft of its folder that appears when the block ends."""
    from leadlight.adapters.backup.workspace import restore_backup

    return restore_backup(file, folder, now)
