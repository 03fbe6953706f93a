"""The desk's verbs as tests ask them: the workspace and the moment first, each in a session of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from leadlight.cli.console import refusal_text
from leadlight.desk.leads import undo as _undo
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Place
from leadlight.facts.ledger import ImportLine, Undone
from leadlight.problems import CannotDo


def imports(place: Place | Path, now: datetime, newest: int | None = None) -> Sequence[ImportLine]:
    return _undo.imports(Session(place), _undo.ImportsRequest(now, newest)).imports


def undo(place: Place | Path, import_id: str, now: datetime) -> Undone:
    return _undo.undo(Session(place), _undo.UndoRequest(import_id, now))


def refusal(fault: BaseException | None) -> str:
    """A refusal as the command line prints it, with the next step."""
    assert isinstance(fault, CannotDo), fault
    return refusal_text(fault)
