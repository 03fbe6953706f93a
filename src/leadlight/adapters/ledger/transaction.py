"""One verb, one transaction: it happens whole or not at all, whatever ends the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

import duckdb

#: The connections whose transactions are open. The engine cannot be asked: to begin a second one
#: ends the first.
_open: ContextVar[tuple[duckdb.DuckDBPyConnection, ...]] = ContextVar("open", default=())


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection, *, keep: bool = True) -> Iterator[None]:
    """Commit what is done inside at its end; take it back when it fails, or when `keep` is off (a
    preview). One within another is a part of it: the outer one ends both.
    """
    if keep and any(c is con for c in _open.get()):
        yield
        return
    con.begin()
    token = _open.set((*_open.get(), con))
    try:
        yield
    except BaseException:
        with suppress(
            duckdb.TransactionException
        ):  # where the disk is full the engine has taken it back already
            con.rollback()
        raise
    finally:
        _open.reset(token)
    if not keep:
        con.rollback()
        return
    con.commit()
    # From here on it stands in the file itself, and a log that is lost with a crashed process loses
    # nothing of it.
    with suppress(duckdb.Error):  # no room for it: the log holds it, and is read at the next start
        con.execute("CHECKPOINT")
