"""`backup` and `restore`: a workspace as one file, and out of it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import backups, db, output_files
from leadlight.desk.workspace.pause import pause_deliveries
from leadlight.problems import CannotDo, NextStep
from leadlight.results.files import WrittenFile
from leadlight.results.workspace import RestoredWorkspace, WorkspaceBackup


@dataclass(frozen=True)
class BackupRequest:
    """Write a workspace to one archive: the ledger with users and keys as of one moment, the
    playbook, its models, and what arrived and was not taken yet. It may be served meanwhile.
    """

    file: Path
    now: datetime


@dataclass(frozen=True)
class RestoreRequest:
    """Restore an archive as the workspace `where`, a folder that is new or empty."""

    file: Path
    where: str
    now: datetime


def backup(
    session: Session, request: BackupRequest, progress: Progress = NullProgress()
) -> WorkspaceBackup:
    """Write the archive of a workspace, whole or not at all. Raises `CannotDo` where there is no
    room for it, or a file that is no backup stands there.
    """
    with output_files.together(claims=((request.file, "backup"),)):
        journal = backups.read_journal(session.place.folder)
        with session.read("backup", request.now) as workspace:
            manifest = backups.write_backup(
                workspace.con,
                workspace.ledger,
                workspace.folder,
                journal,
                request.file,
                request.now,
                lambda text: progress.step(text, lambda: None),
            )
    return WorkspaceBackup(
        str(session.place),
        WrittenFile(request.file),
        request.now,
        tuple(manifest.files),
        manifest.rows,
        sum(f.size for f in manifest.files.values()),
    )


def restore(
    session: Session, request: RestoreRequest, progress: Progress = NullProgress()
) -> RestoredWorkspace:
    """Restore a workspace. Its deliveries wait until somebody resumes them. Raises `CannotDo` where
    the archive is damaged, or the folder is not empty.
    """
    if db.is_url(request.where):
        raise CannotDo(
            "A backup is restored into a folder. From there it can be copied to a database.",
            field="where",
            step=NextStep("copy", {"source": "FOLDER", "target": str(db.address(request.where))}),
        )
    progress.step("Restoring", lambda: None)
    folder = Path(request.where)
    with backups.restore_backup(request.file, folder, request.now) as (draft, manifest):
        pause_deliveries(
            draft,
            f"This workspace was restored on {request.now:%Y-%m-%d %H:%M} UTC from a backup of"
            f" {manifest.made_at:%Y-%m-%d %H:%M} UTC.",
        )
    return RestoredWorkspace(
        folder, request.file, manifest.made_at, tuple(manifest.files), manifest.rows
    )
