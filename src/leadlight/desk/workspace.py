"""A workspace: a directory with `playbook.yml` and the ledger, `leadlight.duckdb`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.facts.ledger import Ledger
from leadlight.problems import CannotDo

LEDGER, PLAYBOOK, REJECTS = "leadlight.duckdb", "playbook.yml", "rejects"


@dataclass(frozen=True)
class Workspace:
    """An open workspace: its folder, the connection in which its relations live, and the ledger over it."""

    folder: Path
    con: wiring.Connection
    ledger: Ledger

    @property
    def playbook(self) -> Path:
        return self.folder / PLAYBOOK


def find(start: Path | None = None) -> Path | None:
    """The workspace that `start` (the current directory) is or lies in."""
    start = (start or Path.cwd()).absolute()
    return next((d for d in (start, *start.parents) if (d / LEDGER).is_file()), None)


def named(folder: Path | None) -> Path:
    """The workspace a user means: the directory they name, else the one they are in."""
    if folder is None:
        found = find()
        if found is None:
            raise CannotDo(
                f"There is no workspace in {Path.cwd()} or above it. Make one with `leadlight init`, or go to yours."
            )
        return found
    if not (folder / LEDGER).is_file():
        raise CannotDo(f"{folder} is not a workspace. Make it one with `leadlight init {folder}`.")
    return folder


@contextmanager
def opened(folder: Path, verb: str, now: datetime, *, write: bool = False) -> Iterator[Workspace]:
    """Open a workspace, to read unless `write`; a busy, damaged or foreign one is refused with a sentence."""
    with wiring.opened(folder / LEDGER, write=write, verb=verb, now=now) as con:
        yield Workspace(folder, con, wiring.ledger(con))
