"""Workspaces that were made or copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


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
