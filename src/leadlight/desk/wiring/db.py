"""Connections to DuckDB, and the address of a database of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import duckdb

    from leadlight.adapters.db.postgres import Address as Address

    Connection: TypeAlias = duckdb.DuckDBPyConnection


def connect() -> Connection:
    """A connection in memory."""
    from leadlight.adapters.db.duckdb import connect

    return connect()


def is_url(said: str) -> bool:
    """Whether a workspace's name means a database of a server."""
    from leadlight.adapters.db.postgres import is_url

    return is_url(said)


def address(url: str) -> Address:
    """A server's URL; as a text it has no password."""
    from leadlight.adapters.db.postgres import address_of

    return address_of(url)


def connection_fields(address: Address) -> dict[str, str]:
    """What a driver needs to reach a server's database, the password included: for no eyes."""
    from leadlight.adapters.db.postgres import connection_fields

    return connection_fields(address)


def progress(con: Connection) -> float | None:
    """How much of the running statement is done, 0 to 100, as far as the engine can tell."""
    done = con.query_progress()
    return done if done >= 0 else None
