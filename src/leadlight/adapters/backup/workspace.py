"""Putting a workspace into an archive, and taking it out again."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.backup.archive import Manifest, extract, new_archive, open_archive
from leadlight.adapters.db.duckdb import count, quoted
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.journal.record import Damage, pack, unpack
from leadlight.adapters.ledger.copy import CopySource, Tell, copy
from leadlight.adapters.ledger.copy.duckdb import DuckDBSource, duckdb_target
from leadlight.adapters.ledger.faults import plain_faults
from leadlight.adapters.ledger.migrate import newest
from leadlight.adapters.ledger.open import open_ledger
from leadlight.adapters.private_folders import private_folder
from leadlight.facts.intake import JournalRecord
from leadlight.facts.ledger import Ledger
from leadlight.facts.names import ACCOUNTS, JOURNAL, LEDGER, PLAYBOOK, SECRET
from leadlight.problems import CannotDo

_TAKEN = "taken"
_SUFFIX = ".journal"


@dataclass(frozen=True)
class JournalCopy:
    """What arrived and was not taken yet, as files of a journal."""

    files: Mapping[str, bytes]


def read_journal(folder: Path) -> JournalCopy:
    """What a server has accepted and not taken yet. Read it before the ledger: what is taken in
    between is in both, and taking it twice adds nothing.
    """
    place = folder / JOURNAL
    try:
        taken = int((place / _TAKEN).read_text(encoding="ascii"))
    except (OSError, ValueError):
        taken = 0
    files: dict[str, bytes] = {}
    for segment in sorted(place.glob(f"*{_SUFFIX}")):
        with suppress(FileNotFoundError):  # all of it was taken meanwhile
            records = [r for r in unpack(segment.read_bytes()) if not isinstance(r, Damage)]
            if waiting := [r for r in records if r.number > taken]:
                files[_name(waiting)] = b"".join(pack(r.number, r.body) for r in waiting)
    if files:
        files[f"{JOURNAL}/{_TAKEN}"] = str(taken).encode()
    return JournalCopy(files)


def _name(records: list[JournalRecord]) -> str:
    return f"{JOURNAL}/{records[0].number:016}{_SUFFIX}"


def write_backup(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    folder: Path,
    journal: JournalCopy,
    target: Path,
    now: datetime,
    tell: Tell,
) -> Manifest:
    """Write the archive of a workspace whose ledger is open to be read: it appears whole or not at
    all.
    """
    with (
        replace_file(target, "backup") as part,
        private_folder(target.absolute().parent) as aside,
        plain_faults(target),
    ):
        source = _source(con, ledger)
        source.tables()  # from here on the ledger is as of this moment
        accounts = _copy_accounts(folder, aside)
        receipt = copy(source, duckdb_target(aside / LEDGER, now), tell)
        tell("Writing the archive")
        with new_archive(part) as draft:
            draft.add(LEDGER, aside / LEDGER)
            if accounts is not None:
                draft.add(ACCOUNTS, accounts)
            for name in _other_files(folder):
                draft.add(name, folder / name)
            for name, data in journal.files.items():
                draft.add_bytes(name, data)
            return draft.finish(receipt.rows, newest(), now)


def _source(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> CopySource:
    """The tables of an open ledger, wherever they lie."""
    server = getattr(ledger, "server", None)
    if server is None:
        return DuckDBSource(con)
    from leadlight.adapters.ledger.copy.postgres import ServerSource

    return ServerSource(server)


def _copy_accounts(folder: Path, aside: Path) -> Path | None:
    """Users, keys and sessions as of this moment, whoever writes meanwhile; None where a workspace
    has none.
    """
    file = folder / ACCOUNTS
    if not file.is_file():
        return None
    target = aside / ACCOUNTS
    try:
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(target)) as here,
        ):
            there.backup(here)
    except sqlite3.Error as fault:
        raise CannotDo(f"{file} cannot be copied: {fault}.") from None
    return target


def _other_files(folder: Path) -> Iterator[str]:
    """The other files of a workspace that a backup holds."""
    for name in (SECRET, PLAYBOOK, "playbook.tests.yml"):
        if (folder / name).is_file():
            yield name
    for model in sorted((folder / "models").glob("*.yml")):
        yield f"models/{model.name}"


@contextmanager
def restore_backup(file: Path, folder: Path, now: datetime) -> Iterator[tuple[Path, Manifest]]:
    """A workspace out of an archive, in a draft of its folder, which takes its place when the block
    ends. Raises `CannotDo` where the archive is damaged, or the folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotDo(
            f"{folder} is not empty, and a restored workspace is never mixed with others. Name a"
            " new folder.",
            field="where",
        )
    whole = folder.absolute()
    draft = whole.with_name(f".{whole.name}.{os.getpid()}.new")
    try:
        draft.mkdir(parents=True)
    except OSError as fault:
        raise CannotDo(f"{folder} cannot be made: {fault.strerror or fault}.") from fault
    try:
        with plain_faults(folder / LEDGER):
            with open_archive(file) as (archive, manifest):
                extract(archive, manifest, file, draft)
            _check_rows(draft / LEDGER, manifest, file, now)
            yield draft, manifest
            if folder.exists():
                folder.rmdir()
            draft.rename(whole)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_rows(ledger: Path, manifest: Manifest, file: Path, now: datetime) -> None:
    """The ledger opens, and each table has the rows that it had."""
    with open_ledger(ledger, write=True, verb="restore", now=now) as con:
        for table, expected in manifest.rows.items():
            if count(con, f"SELECT count(*) FROM {quoted(table)}") != expected:
                raise CannotDo(
                    f"{file} is damaged: {table} has not {expected:,} rows. Nothing was restored."
                    " Take another backup.",
                    field="file",
                )
