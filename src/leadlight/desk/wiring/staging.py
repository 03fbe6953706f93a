"""The files of a user as typed relations, and the rows that could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.facts.file_options import FileOptions

if TYPE_CHECKING:
    from leadlight.adapters.sources.staged_file import StagedFile as StagedFile
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.catalog import Type as Type
    from leadlight.facts.relation import Relation
    from leadlight.problems import Problem


def future_dates(con: Connection, staged: StagedFile, now: datetime) -> list[Problem]:
    """What is said of dates of a staged file that lie after a moment."""
    from leadlight.adapters.sources.future import future_dates

    return future_dates(con, staged, now)


def stage(
    con: Connection,
    source: object,
    *,
    name: str | None = None,
    what: str | None = None,
    maps: Mapping[str, str] | None = None,
    prefix: str = "staged",
    types: Mapping[str, Type] | None = None,
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """A file or a data frame as a typed relation of the connection."""
    from leadlight.adapters.sources.stage import stage

    return stage(
        con,
        source,
        name=name or str(source),
        what=what,
        maps=maps or {},
        prefix=prefix,
        types=types or {},
        reading=reading,
    )


def fingerprint(path: Path) -> str:
    """What makes a file the same file."""
    from leadlight.adapters.ledger.fingerprint import fingerprint

    return fingerprint(path)


def write_rejects(con: Connection, rejects: Relation, target: Path) -> int:
    """The rows that could not be read, as a file for a person."""
    from leadlight.adapters.destinations.rejects import write_rejects

    return write_rejects(con, rejects, target)


def without_room(fault: BaseException) -> bool:
    """Whether there was no room on the disk."""
    from leadlight.adapters.ledger.faults import without_room

    return without_room(fault)


def drop_staging(con: Connection, staged: StagedFile) -> None:
    """Forget what a staging left in the connection."""
    from leadlight.adapters.ledger.staging import drop

    drop(con, staged.relation)


def staged_rows(
    con: Connection, staged: StagedFile, names: Sequence[str], own: Sequence[str] = ()
) -> list[tuple[object, ...]]:
    """The rows of a staged table, in its order: these typed columns, then those of the file itself
    under their headers `own`, as text.
    """
    from leadlight.adapters.sources.staged_cells import staged_rows

    return staged_rows(con, staged, names, own)


def newest_date(con: Connection, staged: Sequence[StagedFile], now: datetime) -> datetime | None:
    """The newest moment that files of leads and logs name, of those that lie before now."""
    from leadlight.adapters.base.files import newest_date

    return newest_date(con, staged, now)


def read_ids(file: Path) -> set[str]:
    """The ids that a file lists."""
    from leadlight.adapters.sources.id_list import read_ids

    return read_ids(file)
