"""A ledger's links and members as values, leads to compare as a relation, and what was decided as
relations to append.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.ledger.checks import verdicts_by_value
from leadlight.dedupe.groups import Rank
from leadlight.dedupe.link import Link
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, Ledger, LinkKind, LinkState
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.asof.texts import leads_text

LEADS = "leads_to_link"
_FEW, _STATED = "leads_to_show", "leads_as_stated"
LINKS, MEMBERS = TableName("links_to_add"), TableName("members_to_add")
_POINTS, _NAMES = ("email", "phone", "mobile"), ("first_name", "last_name", "full_name")


def put_leads_aside(con: duckdb.DuckDBPyConnection, holdings: Holdings, now: datetime) -> int:
    """Make the relation `leads_to_link`: every lead by itself, whatever was linked before, with the
    newest verdict on each of its contact points. How many leads there are.
    """
    query = leads_text(Everyone(now), holdings.single())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {LEADS} AS {_each_by_itself(query, holdings)}")
    return int(str(rows(con, f"SELECT count(*) FROM {LEADS}")[0][0]))


def put_few_aside(
    con: duckdb.DuckDBPyConnection, holdings: Holdings, leads: Iterable[str], now: datetime
) -> None:
    """Make the relation `leads_to_link` of these leads alone: enough to show them."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_FEW} AS SELECT unnest(?::VARCHAR[]) AS lead_id",
        [sorted(set(leads))],
    )
    query = leads_text(Some(now, _FEW), holdings.single())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_STATED} AS {query}")
    each = _each_by_itself(f"SELECT * FROM {_STATED}", holdings, among=_STATED)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {LEADS} AS {each}")


def _each_by_itself(query: str, holdings: Holdings, among: str | None = None) -> str:
    """The leads of a query, with the newest verdict on each of their contact points; `among` is a
    table of them, where they are few.
    """
    joins, told = "", ""
    for point in _POINTS if holdings.checked else ():
        if point in holdings.attributes:
            few = f"SELECT {quoted(point)} FROM {among}" if among else None
            joins += (
                f" LEFT JOIN ({verdicts_by_value(point, few)}) {point}_told ON {point}_told.value ="
                f" l.{quoted(point)}"
            )
            told += (
                f", {point}_told.verdict AS {point}_verdict, {point}_told.because AS"
                f" {point}_because"
            )
    return f"SELECT l.*{told} FROM ({query}) l{joins}"


def links_in_state(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, state: LinkState, limit: int | None
) -> list[Link]:
    """The links in a state, those of persons and the surest first; at most so many."""
    most = "" if limit is None else f" LIMIT {int(limit)}"
    found = rows(
        con,
        'SELECT lead_a, lead_b, kind, state, weight, evidence, "by", import_no'
        f" FROM {ledger.links(state=state)} ORDER BY kind <> 'person', weight DESC, lead_a,"
        f" lead_b{most}",
    )
    return [_link(row) for row in found]


def known_links(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> list[Link]:
    """Every link as it stands."""
    found = rows(
        con,
        'SELECT lead_a, lead_b, kind, state, weight, evidence, "by", import_no'
        f" FROM {ledger.links()}",
    )
    return [_link(row) for row in found]


def links_of(con: duckdb.DuckDBPyConnection, sql: str) -> list[Link]:
    """The links a query finds: lead_a < lead_b, kind, state, weight and evidence."""
    return [_link((*row, "", 0)) for row in rows(con, sql)]


def members(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> dict[str, dict[str, str]]:
    """kind -> lead -> group, as it stands."""
    kinds: tuple[LinkKind, ...] = ("person", "company")
    return {
        kind: {
            str(a): str(b)
            for a, b in rows(con, f"SELECT lead_id, group_id FROM {ledger.members(kind)}")
        }
        for kind in kinds
    }


def group_of(con: duckdb.DuckDBPyConnection, members: Relation, lead: str) -> tuple[str, ...]:
    """The leads that belong together with one, itself among them, in the order of ids; none where
    it stands alone.
    """
    found = rows(
        con,
        f"SELECT m.lead_id FROM {members} m JOIN {members} g ON g.group_id = m.group_id WHERE"
        " g.lead_id = ? ORDER BY 1",
        [lead],
    )
    return tuple(str(i) for (i,) in found)


def ranks(con: duckdb.DuckDBPyConnection, leads: Iterable[str]) -> dict[str, Rank]:
    """How well each of these leads is known."""
    wanted = sorted(set(leads))
    has = [str(r[0]) for r in rows(con, f"DESCRIBE {LEADS}")]
    points, names = _any(_POINTS, has), _any(_NAMES, has)
    filled = " + ".join(f"({quoted(c)} IS NOT NULL)::INT" for c in has if c != "lead_id") or "0"
    created = "-epoch(created_at)" if "created_at" in has else "NULL"
    found = rows(
        con,
        f"SELECT lead_id::VARCHAR, {points}, {names}, {filled}, {created} FROM {LEADS} "
        "WHERE lead_id::VARCHAR IN (SELECT unnest(?::VARCHAR[]))",
        [wanted],
    )
    low = float("-inf")
    return {
        str(i): (bool(p), bool(n), int(str(f)), low if c is None else float(str(c)))
        for i, p, n, f, c in found
    }


def to_append(
    con: duckdb.DuckDBPyConnection, links: Sequence[Link], moved: Sequence[tuple[str, str, str]]
) -> tuple[Relation, Relation]:
    """Links, and who belongs together since (lead, kind, group), as relations to append."""
    columns = ("lead_a", "lead_b", "kind", "state", "weight", "evidence", "by")
    types = {n: "DOUBLE" if n == "weight" else "VARCHAR" for n in columns}
    rows_of_links = [
        (x.lead_a, x.lead_b, x.kind, x.state, x.weight, x.evidence, x.by or None) for x in links
    ]
    _make(con, LINKS, types, rows_of_links)
    _make(con, MEMBERS, dict.fromkeys(("lead_id", "kind", "group_id"), "VARCHAR"), moved)
    return LINKS, MEMBERS


def _make(
    con: duckdb.DuckDBPyConnection,
    table: TableName,
    types: Mapping[str, str],
    lines: Sequence[Sequence[object]],
) -> None:
    unrolled = ", ".join(f"unnest(?::{t}[]) AS {quoted(n)}" for n, t in types.items())
    values: list[object] = [[line[i] for line in lines] for i in range(len(types))]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {unrolled}", values)


def side_by_side(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """What is known of each of these leads, for a person who compares two."""
    wanted = sorted(set(ids))
    names = [str(r[0]) for r in rows(con, f"DESCRIBE {LEADS}")]
    listed = ", ".join(f"{quoted(n)}::VARCHAR" for n in names)
    found = rows(
        con,
        f"SELECT {listed} FROM {LEADS} WHERE lead_id::VARCHAR IN (SELECT unnest(?::VARCHAR[]))",
        [wanted],
    )
    every = [{n: str(v) for n, v in zip(names, row, strict=True) if v is not None} for row in found]
    return {one["lead_id"]: one for one in every}


def _any(columns: Sequence[str], has: Sequence[str]) -> str:
    """Whether a lead has a value in any of the columns."""
    tests = " OR ".join(f"{quoted(c)} IS NOT NULL" for c in columns if c in has)
    return f"({tests})" if tests else "false"


def _link(row: Sequence[Any]) -> Link:
    a, b, kind, state, weight, evidence, by, turn = row
    said, who = str(evidence or ""), str(by or "")
    return Link(str(a), str(b), kind, state, float(weight or 0), said, who, int(turn))


def group_names(con: duckdb.DuckDBPyConnection, members: Relation) -> dict[str, str]:
    """Lead -> the lead after which its group is called, of all that belong together with others."""
    found = rows(con, f"SELECT lead_id, group_id FROM {members}")
    return {str(lead): str(group) for lead, group in found}
