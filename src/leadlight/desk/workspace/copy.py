"""`copy`: a workspace carried to another place with every fact; its qualifications there are the
same.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.progress import Progress
from leadlight.desk.workspace.workspace import LEDGER, PLAYBOOK
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class Carried:
    """What was copied: rows of each table, texts that lost the character NUL, and whether the
    playbook went along.
    """

    source: str
    target: str
    rows: Mapping[str, int]
    lost: int
    playbook: Path | None


def copy(
    source: str, target: str, now: datetime, watch: Progress, *, parquet: bool = False
) -> Carried:
    """Copy a workspace to a new place: a folder, a folder of Parquet, or a database that a URL
    names.
    """
    from_url, to_url = wiring.is_url(source), wiring.is_url(target)
    if parquet and to_url:
        raise CannotDo(
            "--parquet makes a folder. Name one as the second place, not the URL of a database."
        )
    if not from_url and not wiring.is_ledger(Path(source), LEDGER):
        raise CannotDo(
            f"{source} is not a workspace, nor a folder of Parquet that `leadlight copy` wrote."
        )
    copied = wiring.copy(
        wiring.address(source) if from_url else Path(source),
        wiring.address(target) if to_url else Path(target),
        LEDGER,
        now,
        lambda text: watch.step(text, lambda: None),
        parquet=parquet,
    )
    playbook = None
    if not from_url and not to_url and (Path(source) / PLAYBOOK).is_file():
        playbook = Path(target) / PLAYBOOK
        if not playbook.exists():
            _along(Path(source) / PLAYBOOK, playbook)
    shown = [str(wiring.address(p)) if wiring.is_url(p) else p for p in (source, target)]
    return Carried(shown[0], shown[1], copied.rows, copied.lost, playbook)


def _along(source: Path, target: Path) -> None:
    """The playbook too, whole or not at all."""
    try:
        shutil.copyfile(source, target)
    except OSError as fault:
        target.unlink(missing_ok=True)
        raise CannotDo(
            f"The facts are copied, and {target} could not be written: {fault.strerror or fault}."
            f" Copy {source} there yourself."
        ) from fault
