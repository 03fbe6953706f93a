"""Where the server keeps users, keys, sessions and the audit log: a file beside the ledger, or a
schema beside that of the ledger in a database of PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leadlight.desk.wiring import db
from leadlight.desk.workspace.workspace import Place
from leadlight.facts.names import ACCOUNTS
from leadlight.problems import CannotDo
from leadlight.server.keys import KeyTable, PostgresKeys, SQLiteKeys

#: The number by which servers that start at once take turns with migrations.
_TURN = 5_402_118


@dataclass(frozen=True)
class DeskDatabase:
    """A file; or the fields by which a server is reached, and the schema. The fields hold a
    password, so nobody shows them.
    """

    file: Path | None
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    schema: str = ""

    def __str__(self) -> str:
        return str(self.file) if self.file else f"the schema {self.schema}"

    @property
    def django_settings(self) -> dict[str, Any]:
        """The same as Django's settings of a database."""
        if self.file is not None:
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(self.file),
                "CONN_MAX_AGE": 60,
                "OPTIONS": {
                    "timeout": 5,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                },
            }
        fields = dict(self.fields)
        name = fields.pop("dbname", "") or fields.get("user", "")
        path = f"-c search_path={self.schema}"
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "CONN_MAX_AGE": 60,
            "OPTIONS": {**fields, "options": path, "application_name": "leadlight serve"},
        }

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Make it when there is none, and have it alone as long as this lasts: servers that start
        at once bring it up to date one after the other.
        """
        if self.file is not None:
            # Only its owner may read it.
            os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
            yield
            return
        import psycopg

        try:
            with psycopg.connect(**self.fields, autocommit=True) as con:  # type: ignore[arg-type]
                con.execute("SELECT pg_advisory_lock(%s)", [_TURN])
                con.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"'.encode())
                yield
        except psycopg.OperationalError:
            raise CannotDo("The database of the workspace cannot be reached.") from None
        except psycopg.errors.InsufficientPrivilege:
            raise CannotDo(
                f"The schema {self.schema}, for users and keys, cannot be made: ask the owner of"
                f" the database for it (CREATE SCHEMA {self.schema} AUTHORIZATION you)."
            ) from None

    def key_table(self) -> KeyTable:
        """The keys that are kept there."""
        if self.file is not None:
            return SQLiteKeys(self.file)
        return PostgresKeys(self.fields, self.schema)


def desk_database(place: Place) -> DeskDatabase:
    """Where the server of a workspace keeps what is no fact."""
    if place.address is None:
        return DeskDatabase((place.folder / ACCOUNTS).absolute())
    fields = db.connection_fields(place.address)
    return DeskDatabase(None, fields, f"{place.address.schema}_desk")
