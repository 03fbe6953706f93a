"""`init`: a new workspace, with a playbook to begin with and an empty ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.session import Session
from leadlight.desk.wiring import db, ledgers
from leadlight.desk.workspace.workspace import LEDGER, PLAYBOOK
from leadlight.playbook.presets import DEFAULT, preset_text
from leadlight.problems import CannotDo
from leadlight.results.workspace import NewWorkspace


@dataclass(frozen=True)
class InitRequest:
    """Make a workspace of the folder `where`, or in the database that a URL names; its playbook
    begins as a preset, or with `leads` as the first answer on that file.
    """

    now: datetime
    where: str = "."
    preset: str = DEFAULT
    leads: Path | None = None


def init(session: Session, request: InitRequest) -> NewWorkspace:
    """Make a workspace. That of a database has its playbook in the current folder.

    Nothing that exists is overwritten, so it also completes a half-made one. Raises `CannotDo` when
    there is one already, or none can be made there.
    """
    text, learned = _text(request)
    if db.is_url(request.where):
        return _init_on_server(request, text, learned)
    folder = Path(request.where)
    playbook, ledger = folder / PLAYBOOK, folder / LEDGER
    if playbook.exists() and ledger.exists():
        raise CannotDo(f"{folder} is a workspace already; nothing was changed.", field="where")
    with _make_or_remove(folder) as new:
        folder.mkdir(parents=True, exist_ok=True)
        is_new = _write_new(playbook, text)
        if is_new:
            new.insert(0, playbook)
        if not ledger.exists():
            ledgers.create(ledger, request.now)
    began = _began_as(request) if is_new else None
    return NewWorkspace(str(folder), playbook, began, learned=is_new and learned)


def _text(request: InitRequest) -> tuple[str, bool]:
    """The playbook to begin with, and whether outcomes of the file corrected its order."""
    if request.leads is None:
        return preset_text(request.preset), False
    first = FirstAnswerOptions(choose_moment=True)
    found = open_files(request.leads, as_of=request.now, first_answer=first)
    return found.playbook_text, found.playbook.outcomes is not None


@contextmanager
def _make_or_remove(folder: Path) -> Iterator[list[Path]]:
    """What is new is in the list; it is removed, the innermost first, when something fails."""
    new = [f for f in (folder, *folder.absolute().parents) if not f.exists()]
    try:
        yield new
    except BaseException as fault:
        _remove(new)
        if isinstance(fault, OSError):
            raise CannotDo(
                f"{folder} cannot be made a workspace: {fault.strerror or fault}.", field="where"
            ) from fault
        raise


def _init_on_server(request: InitRequest, text: str, learned: bool) -> NewWorkspace:
    address = db.address(request.where)
    ledgers.create_on_server(address, request.now)
    is_new = _write_new(Path(PLAYBOOK), text)
    began, where = _began_as(request) if is_new else None, str(address)
    return NewWorkspace(where, Path(PLAYBOOK), began, on_server=True, learned=is_new and learned)


def _began_as(request: InitRequest) -> str:
    """What the playbook began as, in words."""
    return request.preset if request.leads is None else f"first answer on {request.leads.name}"


def _write_new(path: Path, text: str) -> bool:
    """Write a file where there is none; nothing of it is left when that fails."""
    try:
        with path.open("x", encoding="utf-8") as f:
            try:
                f.write(text)
                f.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        return False
    return True


def _remove(new: Sequence[Path]) -> None:
    """Remove what was made for a workspace that did not come to be, the innermost first."""
    for path in new:
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
