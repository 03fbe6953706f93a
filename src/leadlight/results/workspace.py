"""Workspaces that were made or copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class NewWorkspace:
    """A workspace that was made. `where` is its folder, or the URL of its database without a
    password; `playbook` is its file, and `preset` what that was written from (null: a file that was
    there is kept). `learned` says that outcomes of a file corrected its order.
    """

    where: str
    playbook: Path
    preset: str | None
    on_server: bool = False
    learned: bool = False


@dataclass(frozen=True)
class WorkspaceCopy:
    """A copy of a workspace: the rows of each table as counted there, how many texts lost the
    character NUL, and the playbook that was copied with it (null: none).
    """

    source: str
    target: str
    rows: Mapping[str, int]
    texts_without_nul: int
    playbook: Path | None


@dataclass(frozen=True)
class WorkspaceBackup:
    """An archive of a workspace as of a moment: its files, the rows of each table of the ledger,
    and how many bytes they are.
    """

    source: str
    file: WrittenFile
    moment: datetime
    files: tuple[str, ...]
    rows: Mapping[str, int]
    size: int


@dataclass(frozen=True)
class RestoredWorkspace:
    """A workspace that came out of an archive, as it was at a moment. Its deliveries wait until
    somebody resumes them.
    """

    where: Path
    file: Path
    moment: datetime
    files: tuple[str, ...]
    rows: Mapping[str, int]
    are_deliveries_paused: bool = True
