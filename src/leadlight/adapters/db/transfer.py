"""Rows from DuckDB to PostgreSQL and back: as CSV through a pipe, written and read by the engines
themselves.

Exact to the bit: doubles have their shortest text, moments their microseconds, NULL is unquoted and
an empty text is quoted. PostgreSQL cannot hold the character NUL, which is left out on the way
there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import BinaryIO

import duckdb

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.db.postgres import Server

_BLOCK = 1 << 20
_LONGEST = 16 << 20  # of a row, in bytes
TYPES: Mapping[str, str] = {
    "VARCHAR": "TEXT",
    "DOUBLE": "DOUBLE PRECISION",
    "BIGINT": "BIGINT",
    "INTEGER": "INTEGER",
    "BOOLEAN": "BOOLEAN",
    "TIMESTAMP": "TIMESTAMP",
}
"""What a column's type in DuckDB is called on PostgreSQL."""
_BACK = {
    "text": "VARCHAR",
    "character varying": "VARCHAR",
    "double precision": "DOUBLE",
    "real": "DOUBLE",
    "numeric": "DOUBLE",
    "bigint": "BIGINT",
    "integer": "INTEGER",
    "boolean": "BOOLEAN",
    "timestamp without time zone": "TIMESTAMP",
    "date": "DATE",
}


def server_type(of_duckdb: str) -> str:
    """The type of PostgreSQL for one of DuckDB; texts are ordered by their bytes, as DuckDB orders
    them.
    """
    name = TYPES.get(of_duckdb, "TEXT")
    return f'{name} COLLATE "C"' if name == "TEXT" else name


def duckdb_type(of_server: str) -> str:
    """The type of DuckDB for one of PostgreSQL, as `format_type` calls it."""
    return _BACK.get(of_server.split("(", 1)[0].strip(), "VARCHAR")


def send(
    con: duckdb.DuckDBPyConnection,
    server: Server,
    query: str,
    columns: Mapping[str, str],
    table: str,
) -> None:
    """Append the rows of a query in DuckDB to a table of the server; `columns` are its columns with
    DuckDB's types.
    """
    kept = ", ".join(
        f"replace({quoted(n)}, chr(0), '') AS {quoted(n)}" if t == "VARCHAR" else quoted(n)
        for n, t in columns.items()
    )
    listed = ", ".join(quoted(n) for n in columns)

    def write(path: str) -> None:
        con.execute(
            f"COPY (SELECT {kept} FROM ({query})) TO {text_literal(path)} "
            "(FORMAT csv, HEADER false, NULL '', USE_TMP_FILE false)"
        )

    into = f"COPY {table} ({listed}) FROM STDIN (FORMAT csv)".encode()
    with _pipe(con, write, "w") as pipe, server.con.cursor() as cursor, cursor.copy(into) as copy:
        while block := pipe.read(_BLOCK):
            copy.write(block)


def fetch(
    server: Server,
    query: str,
    columns: Mapping[str, str],
    con: duckdb.DuckDBPyConnection,
    into: str,
) -> None:
    """Give the rows of a query on the server to a statement in DuckDB: `into`, where `{rows}`
    stands for them.
    """
    types = ", ".join(f"{text_literal(n)}: {text_literal(t)}" for n, t in columns.items())

    def read(path: str) -> None:
        rows = (
            f"read_csv({text_literal(path)}, auto_detect = false, header = false, new_line = '\\n',"
            " delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false,"
            f" parallel = false, max_line_size = {_LONGEST}, columns = {{{types}}})"
        )
        con.execute(into.replace("{rows}", rows))

    out_of = f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()
    with (
        _pipe(con, read, "r") as pipe,
        server.con.cursor() as cursor,
        cursor.copy(out_of) as copy,
    ):
        pipe.writelines(copy)


@contextmanager
def _pipe(
    con: duckdb.DuckDBPyConnection, work: Callable[[str], None], its: str
) -> Iterator[BinaryIO]:
    """Let DuckDB write to (or read from) one end of a pipe in a thread, and give the other end.

    Whichever of the two fails first ends the other, and its fault is the one that is told.
    """
    read, write = os.pipe()
    theirs, ours = (write, read) if its == "w" else (read, write)
    faults: list[BaseException] = []

    def go() -> None:
        try:
            work(f"/dev/fd/{theirs}")
        except BaseException as fault:
            faults.append(fault)
        finally:
            os.close(theirs)  # whoever waits at the other end is told that nothing more comes

    _widen(ours)
    thread = threading.Thread(target=go)
    thread.start()
    pipe = os.fdopen(ours, "rb" if its == "w" else "wb", buffering=_BLOCK)
    try:
        yield pipe
        pipe.close()
    except BrokenPipeError:
        thread.join()
        raise (faults or [RuntimeError("the rows were not read to their end")])[0] from None
    except BaseException:
        con.interrupt()
        raise
    finally:
        with suppress(OSError):
            pipe.close()
        thread.join()
    if faults:
        raise faults[0]


def _widen(pipe: int) -> None:
    """A larger pipe, where the system has such: fewer changes between the two."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _BLOCK)
