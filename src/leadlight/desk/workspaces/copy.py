"""`copy`: a workspace carried to another place with every fact; its qualifications there are the
same.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import db, ledgers
from leadlight.desk.workspace.workspace import LEDGER, PLAYBOOK
from leadlight.problems import CannotDo
from leadlight.results.workspace import WorkspaceCopy


@dataclass(frozen=True)
class CopyRequest:
    """Copy the workspace `source` to `target`: a folder, or a database that a URL names. With
    `parquet` the copy is a folder of Parquet files.
    """

    source: str
    target: str
    now: datetime
    parquet: bool = False


def copy(
    session: Session, request: CopyRequest, progress: Progress = NullProgress()
) -> WorkspaceCopy:
    """Copy a workspace with every row. Raises `CannotDo` when there is none at the source, or facts
    at the target.
    """
    source, target = request.source, request.target
    from_url, to_url = db.is_url(source), db.is_url(target)
    if request.parquet and to_url:
        raise CannotDo(
            "A copy as Parquet is a folder. Name one as the destination, not the URL of a"
            " database.",
            field="parquet",
        )
    if not from_url and not ledgers.is_ledger(Path(source), LEDGER):
        raise CannotDo(
            f"{source} is not a workspace, nor a folder of Parquet that `leadlight copy` wrote.",
            field="source",
        )
    copied = ledgers.copy(
        db.address(source) if from_url else Path(source),
        db.address(target) if to_url else Path(target),
        LEDGER,
        request.now,
        lambda text: progress.step(text, lambda: None),
        parquet=request.parquet,
    )
    playbook = None if from_url or to_url else _copy_playbook(Path(source), Path(target))
    return WorkspaceCopy(
        _place_text(source), _place_text(target), copied.rows, copied.lost, playbook
    )


def _place_text(where: str) -> str:
    """A place without a password."""
    return str(db.address(where)) if db.is_url(where) else where


def _copy_playbook(source: Path, target: Path) -> Path | None:
    """The playbook of the copy, if there is one: that of the source, unless the target has its
    own.
    """
    theirs, ours = source / PLAYBOOK, target / PLAYBOOK
    if not theirs.is_file():
        return None
    if ours.exists():
        return ours
    try:
        shutil.copyfile(theirs, ours)
    except OSError as fault:
        ours.unlink(missing_ok=True)
        raise CannotDo(
            f"The facts are copied, and {ours} could not be written: {fault.strerror or fault}."
            f" Copy {theirs} there yourself."
        ) from fault
    return ours
