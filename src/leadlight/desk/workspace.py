"""A workspace: a directory with `playbook.yml` and the ledger, `leadlight.duckdb`; or a database of PostgreSQL.

The playbook of a workspace in a database is `playbook.yml` of the current directory, else that of the newest run; reports
and rejected rows are written to the current directory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.facts.ledger import Ledger
from leadlight.playbook.presets import preset_names
from leadlight.problems import CannotDo

LEDGER, PLAYBOOK, REJECTS = "leadlight.duckdb", "playbook.yml", "rejects"
VARIABLE = "LEADLIGHT_WORKSPACE"

#: Who is told that a writer waits for another one.
waiting: ContextVar[Callable[[str], None]] = ContextVar("waiting", default=lambda _: None)


@dataclass(frozen=True)
class Place:
    """Where a workspace stands: its folder, or a server's address with the folder of what is written beside."""

    folder: Path
    address: wiring.Address | None = field(default=None)

    def __str__(self) -> str:
        return str(self.address or self.folder)


@dataclass(frozen=True)
class Workspace:
    """An open workspace: its folder, the connection in which its relations live, and the ledger over it."""

    folder: Path
    con: wiring.Connection
    ledger: Ledger

    @property
    def playbook(self) -> Path:
        return self.folder / PLAYBOOK

    def agreed(self) -> tuple[str, str]:
        """The workspace's own playbook: the name of its file, and its text. Raises `CannotDo` when there is none."""
        try:
            return str(self.playbook), self.playbook.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            runs = self.ledger.runs(1)
            text = wiring.playbook_text(self.con, runs[0].fingerprint) if runs else None
            if text is None:
                raise CannotDo(
                    f"There is no playbook {self.playbook}. Make one with `leadlight init`, or name a preset: "
                    f"{', '.join(preset_names())}."
                ) from None
            return f"the playbook of {runs[0].run_id}", text
        except (OSError, UnicodeDecodeError) as fault:
            raise CannotDo(f"{self.playbook} cannot be read as a text in UTF-8: {fault}.") from None


def find(start: Path | None = None) -> Path | None:
    """The workspace that `start` (the current directory) is or lies in."""
    start = (start or Path.cwd()).absolute()
    return next((d for d in (start, *start.parents) if (d / LEDGER).is_file()), None)


def here() -> Place | None:
    """The workspace of whoever names none: that of LEADLIGHT_WORKSPACE, else the one they are in."""
    named_by = os.environ.get(VARIABLE)
    if named_by:
        return named(named_by)
    found = find()
    return Place(found) if found else None


def named(said: str | Path | None) -> Place:
    """The workspace a user means: the directory or the URL they name, else that of the environment or around them."""
    if said is None:
        place = here()
        if place is None:
            raise CannotDo(
                f"There is no workspace in {Path.cwd()} or above it. Make one with `leadlight init`, or go to yours."
            )
        return place
    if isinstance(said, str) and wiring.is_url(said):
        return Place(Path(), wiring.address(said))
    folder = Path(said)
    if not (folder / LEDGER).is_file():
        raise CannotDo(f"{folder} is not a workspace. Make it one with `leadlight init {folder}`.")
    return Place(folder)


@contextmanager
def opened(place: Place | Path, verb: str, now: datetime, *, write: bool = False) -> Iterator[Workspace]:
    """Open a workspace, to read unless `write`; a busy, damaged or foreign one is refused with a sentence."""
    if isinstance(place, Path):
        place = Place(place)
    if place.address is not None:
        with wiring.server_opened(place.address, write=write, verb=verb, now=now, tell=waiting.get()) as (con, ledger):
            yield Workspace(place.folder, con, ledger)
        return
    with wiring.opened(place.folder / LEDGER, write=write, verb=verb, now=now) as con:
        yield Workspace(place.folder, con, wiring.ledger(con))
