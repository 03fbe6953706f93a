"""A ledger to write to, and files written as rows of a small table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import duckdb
import pytest

from leadlight.adapters.db.duckdb import connect, quoted
from leadlight.adapters.ledger import DuckDBLedger
from leadlight.adapters.ledger.migrate import make
from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    LEAD_ATTRIBUTES,
    NEWEST_TOUCH,
    SPEND_COLUMNS,
    Attribute,
    Type,
)
from leadlight.facts.cohort import Cohort, Everyone
from leadlight.facts.ledger import Arrival, ImportReceipt, What
from leadlight.facts.relation import Relation
from leadlight.plan.asof.relations import activities_as_of, leads_as_of
from tests.servers.postgres import database, or_say, server

SQL = {
    Type.TEXT: "VARCHAR",
    Type.WHOLE: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.YES_NO: "BOOLEAN",
    Type.MOMENT: "TIMESTAMP",
}
START = datetime.fromisoformat("2026-01-01")


def day(n: float) -> datetime:
    return START + timedelta(days=n)


class Desk:
    """A ledger in memory, and the sentences of a test: `brings`, `lead`, `leads`, `activities`."""

    def __init__(self, con: duckdb.DuckDBPyConnection | None = None) -> None:
        self.con = con or connect(threads=1)
        make(self.con, START)
        self.ledger = DuckDBLedger(self.con)
        self._numbers = itertools.count(1)

    def arrival(
        self,
        what: What,
        rows: Iterable[Mapping[str, object]],
        *,
        own: Mapping[str, Type] | None = None,
        file: str = "file.csv",
        rejected: int = 0,
        mapping: Mapping[str, str] | None = None,
    ) -> Arrival:
        rows = list(rows)
        standard = {
            "leads": LEAD_ATTRIBUTES,
            "activities": ACTIVITY_COLUMNS,
            "spend": SPEND_COLUMNS,
        }[what]
        own = own or {}
        names = sorted({n for r in rows for n in r}, key=lambda n: (n != "lead_id", n))
        if what == "activities":
            names = sorted({*names, "lead_id"}, key=lambda n: (n != "lead_id", n))
        types = {n: own[n] if n in own else standard[n].type for n in names}
        table = f"staged_{next(self._numbers)}"
        columns = "".join(f", {quoted(n)} {SQL[t]}" for n, t in types.items())
        self.con.execute(f"CREATE TEMP TABLE {table} (row_no BIGINT{columns})")
        marks = ", ".join("?" * (len(names) + 1))
        cells = [v for i, row in enumerate(rows) for v in (i + 2, *(row.get(n) for n in names))]
        self.con.execute(
            f"INSERT INTO {table} VALUES {', '.join([f'({marks})'] * len(rows))}", cells
        )
        return Arrival(
            what,
            table,
            file,
            f"sha-{file}-{len(rows)}-{hash(str(rows))}",
            headers=tuple(names),
            mapping=mapping or {n: n for n in names},
            said=mapping or {},
            own=tuple(Attribute(n, t, "Theirs", own=True) for n, t in own.items()),
            read=len(rows) + rejected,
            rejected=rejected,
        )

    def brings(
        self,
        what: What,
        rows: Iterable[Mapping[str, object]],
        at: datetime = START,
        *,
        backfill: bool = False,
        **more: object,
    ) -> ImportReceipt:
        return self.ledger.append(self.arrival(what, rows, **more), now=at, backfill=backfill)  # type: ignore[arg-type]

    def links(
        self,
        pairs: Iterable[tuple[str, ...]],
        members: Mapping[str, str],
        *,
        at: datetime,
        kind: str = "person",
    ) -> ImportReceipt:
        """Links (a, b[, state]) and who belongs to which group since."""
        said = [
            (a, b, kind, *(state or ("made",)), 1.0, "same address", "a test")
            for a, b, *state in pairs
        ]
        links = self.table(
            "lead_a VARCHAR, lead_b VARCHAR, kind VARCHAR, state VARCHAR, weight DOUBLE, "
            'evidence VARCHAR, "by" VARCHAR',
            said,
        )
        groups = self.table(
            "lead_id VARCHAR, kind VARCHAR, group_id VARCHAR",
            [(k, kind, g) for k, g in members.items()],
        )
        return self.ledger.record_links(links, now=at, members=groups)

    def checks(self, rows: Iterable[Mapping[str, object]], at: datetime) -> ImportReceipt:
        """Checks, each with the values checked under `_email`, `_phone`, `_mobile`."""
        names = (
            "lead_id",
            "email_verdict",
            "email_because",
            "phone_verdict",
            "phone_line",
            "mobile_verdict",
            "doubts",
            "contact_because",
            "_email",
            "_phone",
            "_mobile",
        )
        table = self.table(
            ", ".join(f"{n} VARCHAR" for n in names), [tuple(r.get(n) for n in names) for r in rows]
        )
        return self.ledger.record_checks(table, now=at)

    def table(self, columns: str, rows: Iterable[tuple[object, ...]]) -> str:
        name = f"staged_{next(self._numbers)}"
        self.con.execute(f"CREATE TEMP TABLE {name} ({columns})")
        for row in rows:
            self.con.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", list(row))
        return name

    def leads(
        self, cohort: Cohort | datetime, newest: bool = False
    ) -> dict[object, dict[str, object]]:
        """Each lead as of then; with `newest` also what it came by last."""
        left_out = {"lead_id", "as_of", *(() if newest else NEWEST_TOUCH)}
        cohort = cohort if not isinstance(cohort, datetime) else Everyone(cohort)
        found = self.select(
            leads_as_of(cohort, self.ledger.holdings()).sql("duckdb", identify=True, copy=False)
        )
        key = (
            (lambda r: (r["lead_id"], r["as_of"]))
            if found and "as_of" in found[0]
            else (lambda r: r["lead_id"])
        )
        made = {key(r): {k: v for k, v in r.items() if k not in left_out} for r in found}
        assert len(made) == len(found), "a lead stands twice in the relation"
        return made

    def activities(self, cohort: Cohort | datetime) -> list[dict[str, object]]:
        cohort = cohort if not isinstance(cohort, datetime) else Everyone(cohort)
        found = self.select(
            activities_as_of(cohort, self.ledger.holdings()).sql(
                "duckdb", identify=True, copy=False
            )
        )
        return sorted(found, key=lambda r: str(sorted(r.items(), key=str)))

    def select(self, rows: str | Relation) -> list[dict[str, object]]:
        cursor = self.con.execute(rows if isinstance(rows, str) else f"SELECT * FROM {rows}")
        names = [d[0] for d in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def server_database() -> Iterator[str]:
    """A database of these tests' own."""
    or_say(server)
    with database() as url:
        yield url


@pytest.fixture
def address(server_database: str) -> str:
    """The URL of a workspace that is not there yet."""
    return f"{server_database}?schema=w{next(_SCHEMAS)}"


_SCHEMAS = itertools.count(1)
