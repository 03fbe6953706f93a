"""The `qualify` fixture: the test's docstring is the case.

    2026-01-05  ana  demo_requested
    2026-01-05 14:30  ana  page_viewed url=/pricing value=3
    2026-01-06  ana  budget = 40000, industry = software

A line is a moment, a lead, and either a kind of activity (with columns of the activity) or attributes it has from then on.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import settings

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.db.duckdb import connect, optimizer_off, quoted
from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    CHECK_ATTRIBUTES,
    LEAD_ATTRIBUTES,
    Attribute,
    Catalog,
    Type,
)
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.read import must_read
from leadlight.playbook.spec import Playbook
from tests.browser import started_browser

# CI asks the same questions each time, so that a red run is a change's own; at home they are new ones every time.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

SQL = {
    Type.TEXT: "VARCHAR",
    Type.WHOLE: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.YES_NO: "BOOLEAN",
    Type.MOMENT: "TIMESTAMP",
}
LINE = re.compile(r"\s*(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)\s+(\S+)\s+(.+?)\s*")
PAIR = re.compile(r"([a-z_]+)\s*=\s*('[^']*'|[^,\s]+)")


def facts_of(text: str) -> list[tuple[datetime, str, str | None, dict[str, str]]]:
    """(moment, lead, kind or None, columns or attributes) for each line of a case that is one."""
    out = []
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if not match:
            continue
        at, lead, rest = datetime.fromisoformat(match[1]), match[2], match[3]
        pairs = {k: v.strip("'") for k, v in PAIR.findall(rest)}
        kind = None if re.match(r"[a-z_]+\s*=", rest) else rest.split()[0]
        out.append((at, lead, kind, pairs))
    return out


def tables(
    con: duckdb.DuckDBPyConnection, text: str, as_of: datetime, own: tuple[Attribute, ...] = ()
) -> None:
    """The relations `leads` (as of the moment) and `activities` that a case's lines say."""
    attributes = {**LEAD_ATTRIBUTES, **{a.name: a for a in own}}
    columns = [a for a in attributes.values() if a.name != "lead_id"]
    con.execute(
        "CREATE OR REPLACE TABLE leads (lead_id VARCHAR,"
        f" {', '.join(f'{quoted(a.name)} {SQL[a.type]}' for a in columns)})"
    )
    kinds = list(ACTIVITY_COLUMNS.values())
    con.execute(
        "CREATE OR REPLACE TABLE activities"
        f" ({', '.join(f'{quoted(a.name)} {SQL[a.type]}' for a in kinds)})"
    )
    state: dict[str, dict[str, str]] = {}
    for at, lead, kind, pairs in sorted(facts_of(text), key=lambda f: f[0]):
        if kind is None:
            if at <= as_of:
                state.setdefault(lead, {}).update(pairs)
            continue
        state.setdefault(lead, {})
        row = {"lead_id": lead, "occurred_at": at.isoformat(" "), "kind": kind, **pairs}
        names, values = ", ".join(quoted(n) for n in row), ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO activities ({names}) VALUES ({values})", list(row.values()))
    for lead, pairs in state.items():
        row = {"lead_id": lead, **pairs}
        names, values = ", ".join(quoted(n) for n in row), ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO leads ({names}) VALUES ({values})", list(row.values()))


def verified(con: duckdb.DuckDBPyConnection, as_of: datetime) -> Relation:
    """The relation of leads with their contacts verified, unless the case says itself what verification said."""
    stated = " OR ".join(f"{n} IS NOT NULL" for n in CHECK_ATTRIBUTES)
    if con.execute(f"SELECT count(*) FROM leads WHERE {stated}").fetchall()[0][0]:
        return TableName("leads")
    con.execute(
        "CREATE OR REPLACE TEMP VIEW unverified AS SELECT * EXCLUDE"
        f" ({', '.join(CHECK_ATTRIBUTES)}) FROM leads"
    )
    kinds = frozenset(
        str(k) for (k,) in con.execute("SELECT DISTINCT kind FROM activities").fetchall()
    )
    catalog = replace(
        Catalog(), present=frozenset(LEAD_ATTRIBUTES) - set(CHECK_ATTRIBUTES), kinds=kinds
    )
    base = DuckDBBase(con, Sources(catalog, TableName("unverified")))
    return base.with_checks(as_of).sources.leads


@cache
def read_once(playbook: str) -> Playbook:
    """A case's playbook, read once for all tests that use it."""
    return must_read(playbook, "case.yml")


def pytest_collection_finish() -> None:
    """Garbage is looked for among what tests make, and seldom among what has lived long: to go through all that six thousand
    tests have loaded takes half a second, each time.
    """
    gc.freeze()
    gc.set_threshold(700, 10, 100)


Qualify = Callable[..., SimpleNamespace]


@pytest.fixture
def qualify(request: pytest.FixtureRequest) -> Iterator[Qualify]:
    """qualify(lead, as_of, playbook=TEXT or preset=NAME) -> the lead's qualification, its signals included."""
    con = connect()
    case = request.function.__doc__ or ""

    @cache
    def everyone(playbook: str, text: str, as_of: str) -> list[dict[str, Any]]:
        moment = datetime.fromisoformat(as_of)
        book = read_once(playbook)
        tables(con, text, moment)
        leads = verified(con, moment) if verifies(book) else TableName("leads")
        sql = statement(book, Sources(Catalog(), leads), Everyone(moment), signals=True)
        with optimizer_off(con):  # as a base of so few rows is qualified
            cursor = con.execute(sql)
            names = [d[0] for d in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def run(
        lead: str,
        as_of: str,
        *,
        playbook: str | None = None,
        preset: str | None = None,
        facts: str | None = None,
    ) -> SimpleNamespace:
        if playbook is None:
            from leadlight.playbook.presets import preset_text

            playbook = preset_text(preset or "b2b-saas")
        found = everyone(playbook, facts if facts is not None else case, as_of)
        row = next((r for r in found if r["lead_id"] == lead), None)
        assert row is not None, f"the case names no lead {lead}"
        segments = set(row["segments"].split("; ")) if row["segments"] else set()
        return SimpleNamespace(**{**row, "segments": segments})

    yield run
    con.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real browser, the same for all tests of this process."""
    with started_browser() as started:
        yield started
