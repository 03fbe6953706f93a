"""`undo`: take an import back, or list those that can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.dedupe import regroup
from leadlight.desk.workspace.workspace import Place, opened
from leadlight.facts.ledger import ImportLine, Undone


def imports(folder: Place | Path, now: datetime, newest: int | None = None) -> Sequence[ImportLine]:
    """The imports of a workspace, newest first."""
    with opened(folder, "undo", now) as workspace:
        return workspace.ledger.imports(newest)


def undo(folder: Place | Path, import_id: str, now: datetime) -> Undone:
    """Take an import back from `now` on; every earlier picture stays as it was.

    Who belongs together is worked out anew by the links that still stand.
    """
    with opened(folder, "undo", now, write=True) as workspace:
        undone = workspace.ledger.undo(import_id, now=now)
        if undone.what == "links" or (
            undone.what == "leads" and workspace.ledger.holdings().linked
        ):
            workspace.ledger.at_hand("leads", "checks", "links")
            regroup(workspace, workspace.after(now))
        return undone
