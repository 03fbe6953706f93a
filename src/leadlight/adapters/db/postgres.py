"""PostgreSQL 15 and newer: a connection to the database of a workspace, and what can go wrong with
one as a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    import psycopg

Params: TypeAlias = Sequence[object] | Mapping[str, object] | None

OLDEST = 150_000
DEFAULT_SCHEMA = "leadlight"
#: What every connection has, whatever the role, the database or the URL says. A new setting that
#: matters belongs here.
SETTINGS = {
    # How values become texts, and texts values: on both sides of COPY, in casts, in what the driver
    # reads.
    "TimeZone": "UTC",
    "timezone_abbreviations": "Default",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "client_encoding": "UTF8",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "array_nulls": "on",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    # How a statement is read: with other ones the text of a condition could become a part of it.
    "standard_conforming_strings": "on",
    "escape_string_warning": "off",
    "backslash_quote": "safe_encoding",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    # What a transaction sees; a verb that needs another isolation asks for it.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    # A statement of a plan is long and runs once, so that compiling it costs more than it saves.
    "jit": "off",
    "client_min_messages": "warning",
    "work_mem": "64MB",
}
_SECONDS = "10"  # to wait for a server that does not answer


@dataclass(frozen=True)
class Address:
    """Where a workspace stands on a server. As a text it has no password."""

    _url: str = field(
        repr=False
    )  # with the password, if there is one; without `schema`, which only we know
    schema: str
    shown: str

    def __str__(self) -> str:
        return self.shown


class Server:
    """An open connection to a workspace's schema: statements in, rows out."""

    def __init__(self, con: psycopg.Connection[Any], address: Address) -> None:
        self.con = con
        self.address = address
        self.prepared: dict[
            str, str
        ] = {}  # statements that the server keeps planned, and their names there

    def run(self, sql: str, params: Params = None) -> int:
        """Run a statement (several, when there are no parameters); how many rows the last one
        touched.
        """
        return self.con.execute(sql.encode(), params).rowcount

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return list(self.con.execute(sql.encode(), params).fetchall())

    def count(self, sql: str, params: Params = None) -> int:
        """The single number a query answers with."""
        (value,) = self.rows(sql, params)[0]
        return int(value) if value is not None else 0


def is_url(text: str) -> bool:
    """Whether a workspace's name means a database of PostgreSQL."""
    return re.match(r"postgres(ql)?:", text.strip(), re.IGNORECASE) is not None


def address_of(url: str) -> Address:
    """What a URL says, taken apart. Raises `CannotDo`, which never repeats the URL, for one that is
    none.
    """
    psycopg = _psycopg()
    try:
        parts = urlsplit(url.strip())
        words = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        schema = next((v for k, v in words if k == "schema"), DEFAULT_SCHEMA)
        plain = urlunsplit(
            parts._replace(query=urlencode([w for w in words if w[0] != "schema"], quote_via=quote))
        )
        if "://" not in plain:
            raise ValueError
        said = psycopg.conninfo.conninfo_to_dict(plain)
        if _is_torn(said, parts.path):
            raise ValueError
    except (ValueError, psycopg.Error):
        raise CannotDo(
            "That is not the URL of a PostgreSQL database. Write postgresql://USER@HOST/DATABASE,"
            " and the password into the environment (PGPASSWORD) or ~/.pgpass; signs such as / and"
            " @ in a password are written %2F and %40."
        ) from None
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema) or schema.startswith("pg_"):
        raise CannotDo(
            "?schema= takes a name of small letters, digits and underscores, such as sales_europe."
        )
    return Address(plain, schema, _public_url(said, schema))


def _is_torn(said: dict[str, Any], path: str) -> bool:
    """Whether a part of a password that was not quoted stands where host, port or database are."""
    ports = str(said.get("port") or "0").split(",")
    return (
        "@" in str(said.get("host") or "")
        or "@" in path
        or not all(p.isdecimal() for p in ports if p)
    )


def _public_url(said: dict[str, Any], schema: str) -> str:
    user = f"{quote(str(said['user']))}@" if said.get("user") else ""
    host = str(said.get("host") or "")
    port = f":{said['port']}" if said.get("port") else ""
    where = f"{quote(host, safe=':,[]')}{port}/{quote(str(said.get('dbname') or ''))}"
    return f"postgresql://{user}{where}" + (f"?schema={schema}" if schema != DEFAULT_SCHEMA else "")


def connection_fields(address: Address) -> dict[str, str]:
    """What a driver needs to reach the database, the password included: for no eyes."""
    said = _psycopg().conninfo.conninfo_to_dict(address._url)
    fields = {"connect_timeout": _SECONDS, **{k: str(v) for k, v in said.items() if v is not None}}
    return {**fields, "client_encoding": "UTF8"}


@contextmanager
def connection(address: Address, name: str) -> Iterator[Server]:
    """A connection, closed at the end; nothing is committed that was not before. `name` tells
    others who it is.
    """
    with plain_faults(address):
        con = _connect(address, name)
        try:
            yield Server(con, address)
        finally:
            con.close()


def _connect(address: Address, name: str) -> psycopg.Connection[Any]:
    module = _psycopg()
    said = module.conninfo.conninfo_to_dict(address._url)
    words = {
        "application_name": name,
        "client_encoding": "UTF8",
        "connect_timeout": said.get("connect_timeout", _SECONDS),
    }
    try:
        con: psycopg.Connection[Any] = module.connect(address._url, autocommit=True, **words)
    except module.Error as fault:
        # libpq repeats parts of the URL, where a password may stand that was not quoted: its text
        # is never shown.
        raise CannotDo(_unreachable(str(fault), address)) from None
    con.prepare_threshold = (
        None  # statements are long and differ: keeping them on the server only costs memory there
    )
    if con.info.server_version < OLDEST:
        version = con.info.server_version // 10_000
        con.close()
        raise CannotDo(f"{address} is PostgreSQL {version}; leadlight needs 15 or newer.")
    if con.info.parameter_status("server_encoding") != "UTF8":
        con.close()
        raise CannotDo(
            f"The database of {address} does not keep texts as UTF8. Make one that does: createdb"
            " -E UTF8 NAME."
        )
    if not con.execute(_LETTERS).fetchall():
        con.close()
        raise CannotDo(
            f"{address} does not know the letters of all languages: its PostgreSQL was built"
            " without ICU. Take that of a Linux distribution or of postgresql.org, which have it."
        )
    _pin(con, address.schema)
    con.autocommit = False
    return con


def _pin(con: psycopg.Connection[Any], schema: str) -> None:
    """Every setting that could change a value, in one message to the server."""
    statements = [f"SET {setting} = {text_literal(value)}" for setting, value in SETTINGS.items()]
    con.execute("; ".join([*statements, f"SET search_path = {quoted(schema)}"]).encode())


_LETTERS = (
    "SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu' AND collnamespace ="
    " 'pg_catalog'::regnamespace"
)

_UNREACHABLE = {
    "password authentication failed": (
        "{address} does not take that password. Set PGPASSWORD, or correct ~/.pgpass."
    ),
    "no password supplied": (
        "{address} wants a password. Set PGPASSWORD, or write it into ~/.pgpass."
    ),
    "too many": "{address} takes no more connections just now. Try again later.",
    "remaining connection slots": "{address} takes no more connections just now. Try again later.",
    "pg_hba": (
        "{address} does not let you in from this machine. Ask who runs the server (pg_hba.conf)."
    ),
    "database system is": "{address} is starting or stopping just now. Try again in a minute.",
    "could not translate host name": "There is no host of that name: {address}.",
    "failed to resolve host": "There is no host of that name: {address}.",
    "name or service not known": "There is no host of that name: {address}.",
    "timeout expired": (
        "{address} does not answer. Is the server running, and may this machine reach it?"
    ),
    "connection refused": (
        "Nobody answers at {address}. Is the server running, and is the port right?"
    ),
    "no such file or directory": (
        "Nobody answers at {address}. Is the server running, and is the port right?"
    ),
    "permission denied for database": "You may not connect to {address}. Ask who runs the server.",
    "ssl": (
        "{address} and this machine do not agree on encryption. Try ?sslmode=require, or"
        " sslmode=prefer."
    ),
}


def _unreachable(message: str, address: Address) -> str:
    low = message.lower()
    if re.search(r"role .* does not exist", low):
        return (
            f"The server of {address} knows no user of that name. Write it into the URL:"
            " postgresql://USER@HOST/DATABASE."
        )
    if re.search(r"database .* does not exist", low):
        return (
            f"There is no database of that name at {address}. Make it with createdb, or correct the"
            " URL."
        )
    found = next((said for sign, said in _UNREACHABLE.items() if sign in low), None)
    return (
        found
        or "{address} cannot be reached. Is the server running, and are host, port and user right?"
    ).format(address=address)


@contextmanager
def plain_faults(address: Address) -> Iterator[None]:
    """What a server says of lost connections, full disks and missing rights becomes a sentence; the
    rest is our fault.
    """
    psycopg = _psycopg()
    try:
        yield
    except psycopg.Error as fault:
        said = _sentence(fault, address)
        if said is None:
            raise
        raise CannotDo(
            said
        ) from None  # a server's message may repeat the row that it stumbled over


_NOTHING = "Nothing half-done was written; run it again."


#: What is said of a state; one that is not here is looked for by its class, the first two signs.
_SENTENCES = {
    "53100": "The disk of {} is full. " + _NOTHING.replace("run", "make room and run"),
    "54011": (
        "The playbook has more rules than {} can hold columns for, some 1,600. Join some of them,"
        " or qualify in a folder."
    ),
    **dict.fromkeys(
        ("53200", "54000", "54001"), f"The memory of {{}} does not suffice for this. {_NOTHING}"
    ),
    "57014": (
        f"{{}} stopped the statement: cancelled, or longer than its statement_timeout. {_NOTHING}"
    ),
    "55P03": f"Somebody else works on a table of {{}} for long. {_NOTHING}",
    **dict.fromkeys(
        ("40001", "40P01"), f"Somebody else wrote to {{}} at the same moment. {_NOTHING}"
    ),
    "25006": "{} may only be read. Name the server that is written to.",
}
_LOST = f"The connection to {{}} was lost. {_NOTHING}"


def _sentence(fault: psycopg.Error, address: Address) -> str | None:
    state = fault.sqlstate or ""
    if state == "42501":
        return missing_right(address)
    if state in _SENTENCES:
        return _SENTENCES[state].format(address)
    if state[:2] in ("08", "57") or (not state and _is_lost_connection(fault)):
        return _LOST.format(address)
    return None


def missing_right(address: Address) -> str:
    """A right is missing."""
    return (
        f"You may not do that on {address}: permission denied. Ask who runs the server for the"
        " right to it."
    )


def _is_lost_connection(fault: psycopg.Error) -> bool:
    return isinstance(fault, _psycopg().OperationalError)


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        raise CannotDo(
            "PostgreSQL is spoken to by psycopg, which is not installed: pip install"
            " 'leadlight[postgres]'"
        ) from None
    return psycopg
