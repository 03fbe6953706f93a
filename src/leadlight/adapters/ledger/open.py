"""Opening the ledger's file: one writer at a time, and whoever is refused is told who holds it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.ledger.faults import plain_faults, sentence
from leadlight.adapters.ledger.migrate import make, newest, upgrade, version
from leadlight.problems import CannotDo


class LedgerFile:
    """A ledger's file, open: readers do not hinder each other, a writer is alone. Its faults are
    sentences while it opens; `plain_faults` gives those of what is done with it.
    """

    def __init__(self, file: Path, *, write: bool, verb: str, now: datetime) -> None:
        self._file, self._write = file, write
        self.con = _connect(file, write=write)
        try:
            with plain_faults(file):
                if version(self.con, str(file)) < newest():
                    self.con = _upgrade_file(self.con, file, write=write, now=now)
                if write:
                    _say_who(_holder(file), verb, now)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; whoever waits for it may have it."""
        # A failed checkpoint at the end loses nothing: the log is read at the next start.
        with suppress(duckdb.Error):
            self.con.close()
        if self._write:
            with suppress(OSError):
                _holder(self._file).unlink(missing_ok=True)


@contextmanager
def open_ledger(
    file: Path, *, write: bool, verb: str, now: datetime
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection to a ledger for one request."""
    held = LedgerFile(file, write=write, verb=verb, now=now)
    try:
        with plain_faults(file):
            yield held.con
    finally:
        held.close()


def create(file: Path, now: datetime) -> None:
    """A new, empty ledger: it appears whole or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    with plain_faults(file):
        try:
            with closing(connect(draft)) as con:
                make(con, now)
                con.execute(
                    "CHECKPOINT"
                )  # else a full disk is not told of when it is closed, and the log stays behind
            appear(draft, file)
        finally:
            _remove(draft)


def appear(draft: Path, file: Path) -> None:
    """Give a complete ledger its name."""
    try:
        os.link(draft, file)  # unlike a rename, never replaces a ledger that someone made meanwhile
    except FileExistsError:
        raise CannotDo(f"{file} exists already; it was left as it is.") from None
    except OSError:
        os.rename(draft, file)


def _remove(draft: Path) -> None:
    for left in (draft, draft.with_name(f"{draft.name}.wal")):
        left.unlink(missing_ok=True)


def _connect(file: Path, *, write: bool) -> duckdb.DuckDBPyConnection:
    try:
        return connect(file, read_only=not write)
    except duckdb.Error as fault:
        message = str(fault)
        if "set lock" in message or "being used by another process" in message:
            raise CannotDo(_busy(file, message)) from fault
        if "different configuration" in message:
            raise CannotDo(
                f"The workspace {file.parent} is open in this very program already."
            ) from fault
        said = sentence(message, file)
        if said is None:
            raise
        raise CannotDo(said) from fault


def _upgrade_file(
    con: duckdb.DuckDBPyConnection, file: Path, *, write: bool, now: datetime
) -> duckdb.DuckDBPyConnection:
    if not write:
        con.close()
        con = _connect(file, write=True)
    upgrade(con, now, since=version(con, str(file)))
    if write:
        return con
    con.close()
    return _connect(file, write=False)


def _holder(file: Path) -> Path:
    return file.with_name(f"{file.name}.holder")


def _say_who(holder: Path, verb: str, now: datetime) -> None:
    said = {
        "pid": os.getpid(),
        "command": f"leadlight {verb}",
        "since": now.isoformat(timespec="minutes"),
    }
    with suppress(OSError):
        holder.write_text(json.dumps(said), encoding="utf-8")


def _busy(file: Path, message: str) -> str:
    found = re.search(r"PID (\d+)", message)
    who = f"process {found[1]}" if found else "another process"
    about = _command_of(file, int(found[1])) if found else None
    return (
        f"The workspace {file.parent} is in use by {who}{f' ({about})' if about else ''}. "
        "Wait for it to end, or stop it."
    )


def _command_of(file: Path, pid: int) -> str | None:
    """What the holder does and since when: as it said itself, else as the system shows it.

    The note of a process that was killed stays behind, so it only counts for the process that has
    the lock.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(_holder(file).read_text(encoding="utf-8"))
        if said["pid"] == pid:
            since = datetime.fromisoformat(said["since"])
            return f"{said['command']}, since {since:%H:%M} UTC"
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        names = [Path(w).name for w in words if w]
        at = next((i for i, n in enumerate(names) if n.startswith("leadlight")), None)
        return (
            " ".join(["leadlight", *names[at + 1 : at + 2]])
            if at is not None
            else " ".join(names[:1]) or None
        )
    return None
