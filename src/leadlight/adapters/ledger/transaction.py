"""One verb, one transaction: it happens whole or not at all, whatever ends the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection, *, keep: bool = True) -> Iterator[None]:
    """Commit what is done inside at its end; take it back when it fails, or when `keep` is off (a
    preview).
    """
    con.begin()
    try:
        yield
    except BaseException:
        with suppress(
            duckdb.TransactionException
        ):  # where the disk is full the engine has taken it back already
            con.rollback()
        raise
    if not keep:
        con.rollback()
        return
    con.commit()
    # From here on it stands in the file itself, and a log that is lost with a crashed process loses
    # nothing of it.
    with suppress(duckdb.Error):  # no room for it: the log holds it, and is read at the next start
        con.execute("CHECKPOINT")
