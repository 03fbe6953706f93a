"""`undo`: take an import back, or list those that can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.leads.dedupe import regroup
from leadlight.desk.session import Session
from leadlight.facts.ledger import ImportContent, UndoReceipt
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, NextStep
from leadlight.results.imports import ImportList

#: So many rejected rows are listed at once.
MOST_REJECTS = 100_000


@dataclass(frozen=True)
class ImportsRequest:
    """The imports of a workspace; at most `newest` of them."""

    now: datetime
    newest: int | None = None


@dataclass(frozen=True)
class ImportContentRequest:
    """How an import was read, and at most `limit` of the rows that were rejected."""

    import_id: str
    now: datetime
    limit: int = 100


@dataclass(frozen=True)
class UndoRequest:
    """Take an import back from `now` on; every earlier picture stays as it was."""

    import_id: str
    now: datetime


def imports(session: Session, request: ImportsRequest) -> ImportList:
    """The imports of a workspace, the newest first."""
    with session.read("undo", request.now) as workspace:
        return ImportList(tuple(workspace.ledger.imports(request.newest)))


def import_content(session: Session, request: ImportContentRequest) -> ImportContent:
    """What each column of an imported file was taken for, and what was rejected and why. Raises
    `CannotDo` where there is no such import.
    """
    if not 0 < request.limit <= MOST_REJECTS:
        raise CannotDo(
            f"From 1 to {MOST_REJECTS:,} rejected rows are listed at once.", field="limit"
        )
    with session.read("undo", request.now) as workspace:
        found = workspace.ledger.import_content(request.import_id, request.limit)
    if found is None:
        raise CannotDo(
            f"There is no import {presentable(request.import_id, 40)!r}.",
            field="import_id",
            step=NextStep("imports"),
        )
    return found


def undo(session: Session, request: UndoRequest) -> UndoReceipt:
    """Take an import back. Who belongs together is worked out anew by the links that still stand.

    Raises `CannotDo` when there is no such import, or it is taken back already.
    """
    with session.write("undo", request.now) as workspace:
        undone = workspace.ledger.undo(request.import_id, now=request.now)
        if _parts_persons(undone, linked=workspace.ledger.holdings().linked):
            workspace.ledger.prefetch("leads", "checks", "links")
            regroup(workspace, workspace.after(request.now))
        return undone


def _parts_persons(undone: UndoReceipt, *, linked: bool) -> bool:
    """Whether leads may belong together in another way than before."""
    return undone.what == "links" or (undone.what == "leads" and linked)
