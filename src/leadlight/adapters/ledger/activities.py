"""Activities: which of a file's rows are not in the ledger yet, and how they are appended.

An activity with an id of its own is the same one when id, kind and lead are (ids of calls and of
mails may collide). Others are the same when every column is, and identical rows of one file are
counted: overlapping exports add only what is new, and a lead may well open the same page twice in a
second.  The likeness is computed when it is needed and over the file's span of time only: nothing
is stored for it, and no index is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.ledger.columns import (
    SQL_TYPES,
    VERDICT,
    JoinedColumn,
    row_order,
    table_columns,
)
from leadlight.adapters.ledger.imports import Entry
from leadlight.facts.catalog import Type, slug, standard_kind
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.texts import leads_text

_NOT_UNDONE = "_import NOT IN (SELECT import_no FROM undos)"


def judge(
    con: duckdb.DuckDBPyConnection,
    relation: Relation,
    joined: Sequence[JoinedColumn],
    holdings: Holdings,
    entry: Entry,
) -> TableName | None:
    """Decide about each row: a table (row_no) of the known rows; None when all are new. Leaves the
    view `_arriving`.
    """
    _name_leads(con, relation, joined, holdings, entry)
    named = any(j.name == "activity_id" for j in joined)
    have = table_columns(con, "activity_facts")
    types = {**have, **{j.name: j.type for j in joined}}
    if named:
        _read_likeness(con, types, joined)
    overlap = _overlap(con, named=named, numbered="activity_id" in have)
    if not named:
        if not overlap or not count(con, f"SELECT count(*) FROM (FROM ({overlap}) LIMIT 1)"):
            return None  # the usual case: a log goes on where the last one ended
        _read_likeness(con, types, joined)
    ledger = _likeness(types, set(have), "activity_id" in have)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _there AS SELECT {ledger} AS alike, count(*) AS times FROM"
        f" ({overlap or 'FROM activity_facts LIMIT 0'}) GROUP BY ALL"
    )
    con.execute(_KNOWN)
    return VERDICT if count(con, f"SELECT count(*) FROM {VERDICT}") else None


def _read_likeness(
    con: duckdb.DuckDBPyConnection, types: Mapping[str, Type], joined: Sequence[JoinedColumn]
) -> None:
    """Leave `_alike`: each arriving row with its likeness and, where it has an id, with the id."""
    named = any(j.name == "activity_id" for j in joined)
    its_id = "activity_id" if named else "NULL"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _alike AS SELECT row_no, {its_id} IS NOT NULL AS one,"
        f" {_likeness(types, {j.name for j in joined}, named)} AS alike, CAST({its_id} AS VARCHAR)"
        " AS activity_id, lead_id, occurred_at FROM _arriving"
    )


def _overlap(con: duckdb.DuckDBPyConnection, *, named: bool, numbered: bool) -> str:
    """Which activities of the ledger can be the same as an arriving one: those with its id and of
    its lead, and of the others those of the file's span of time; an empty text where none can.

    Events that arrive one by one all have ids, and mean few leads: little of the ledger is read
    for them.
    """
    if not rows(con, "SELECT 1 FROM activity_facts LIMIT 1"):
        return ""
    arriving, where = ("_alike", "WHERE NOT one") if named else ("_arriving", "")
    first, last = rows(con, f"SELECT min(occurred_at), max(occurred_at) FROM {arriving} {where}")[0]
    parts = []
    if first is not None:
        other = "activity_id IS NULL AND " if numbered else ""
        parts.append(
            f"FROM activity_facts WHERE {other}occurred_at BETWEEN CAST('{first}' AS TIMESTAMP)"
            f" AND CAST('{last}' AS TIMESTAMP) AND {_NOT_UNDONE}"
        )
    if named and numbered:
        parts.append(
            "FROM activity_facts WHERE activity_id IN (SELECT activity_id FROM _alike WHERE one)"
            f" AND lead_id IN (SELECT lead_id FROM _alike WHERE one) AND {_NOT_UNDONE}"
        )
    return " UNION ALL ".join(parts)


# The rows of the file that are there already: as many of each likeness as the ledger has; all but
# one where an id says that they are one activity.
_KNOWN = """
CREATE OR REPLACE TEMP TABLE _verdict AS
WITH candidates AS (
    SELECT a.row_no, a.alike, a.one, coalesce(t.times, 0) AS times
    FROM _alike a LEFT JOIN _there t USING (alike)
    WHERE t.alike IS NOT NULL
       OR a.alike IN (SELECT alike FROM _alike WHERE one GROUP BY alike HAVING count(*) > 1)
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY alike ORDER BY row_no) AS place FROM candidates
)
SELECT row_no FROM numbered WHERE place <= times OR (one AND (times > 0 OR place > 1))
"""


def append(
    con: duckdb.DuckDBPyConnection,
    joined: Sequence[JoinedColumn],
    entry: Entry,
    known: TableName | None,
    size: int,
) -> None:
    """One INSERT of what is new, lead by lead where there is much of it."""
    recorded = (
        "a.occurred_at"
        if entry.backfill
        else f"CAST({text_literal(entry.now.isoformat(sep=' '))} AS TIMESTAMP)"
    )
    new = f"WHERE {_not_in(known)}" if known else ""
    con.execute(
        "INSERT INTO activity_facts BY NAME SELECT a.lead_id, a.occurred_at, a.kind, "
        f"{recorded} AS _recorded_at, {entry.no} AS _import, a.row_no AS _row"
        + "".join(f", a.{quoted(j.name)}" for j in joined)
        + f" FROM _arriving a {new}{row_order(size)}"
    )


def new_rows(known: TableName | None) -> Query:
    """What arrives and is not known yet."""
    new = f" WHERE {_not_in(known)}" if known else ""
    return Query(f"SELECT a.lead_id FROM _arriving a{new}")


def appended_rows(entry: Entry) -> Query:
    """What an import added: there the rows of a lead lie together."""
    return Query(f"SELECT lead_id FROM activity_facts WHERE _import = {entry.no}")


def count_strangers(con: duckdb.DuckDBPyConnection, activities: Relation) -> int:
    """How many of these activities belong to people of whom no import that still counts says
    anything.
    """
    # Of few activities only the row groups that may hold their leads are read: the known ones are
    # looked up by what arrives, and not what arrives among all leads.
    return count(
        con,
        f"WITH a AS MATERIALIZED (SELECT lead_id, count(*) AS n FROM {activities} GROUP BY ALL),"
        " known AS (SELECT DISTINCT l.lead_id FROM attribute_facts l WHERE l.lead_id IN (SELECT"
        f" lead_id FROM a) AND l.{_NOT_UNDONE}) SELECT sum(n) FROM a WHERE NOT EXISTS (SELECT 1"
        " FROM known k WHERE k.lead_id = a.lead_id)",
    )


def _not_in(known: TableName) -> str:
    return f"NOT EXISTS (SELECT 1 FROM {known} v WHERE v.row_no = a.row_no)"


def _likeness(types: Mapping[str, Type], present: set[str], named: bool) -> str:
    """One number for all that makes two rows the same activity; both sides list the same columns in
    the same order.

    DuckDB's `hash` may change between its versions: it is computed afresh on both sides and never
    stored.
    """
    columns = ["lead_id", "occurred_at", "kind"]
    for name in sorted(types):
        if name in ("lead_id", "occurred_at", "kind", "email", "row_no"):
            continue
        source = quoted(name) if name in present else "NULL"
        columns.append(f"CAST({source} AS {SQL_TYPES[types[name]]})")
    whole = f"hash('row', {', '.join(columns)})"
    if not named:
        return whole
    return (
        f"CASE WHEN activity_id IS NULL THEN {whole} ELSE hash('id', activity_id, kind,"
        " lead_id) END"
    )


def _name_leads(
    con: duckdb.DuckDBPyConnection,
    relation: Relation,
    joined: Sequence[JoinedColumn],
    holdings: Holdings,
    entry: Entry,
) -> None:
    """Leave the view `_arriving`, where an activity that names its lead by e-mail only belongs to
    the lead that has it.

    Whoever is not in the base is called by the e-mail address: so is a lead whose file has no ids.
    """
    values = "".join(f", {j.value} AS {quoted(j.name)}" for j in joined)
    lead, known = "a.lead_id", ""
    if "email" in table_columns(con, relation):
        lead = "coalesce(nullif(a.lead_id, a.email), lower(a.email))"
        if "email" in holdings.attributes:
            current = leads_text(Everyone(entry.now, "now"), holdings, ["email"])
            con.execute(
                "CREATE OR REPLACE TEMP TABLE _addresses AS SELECT lower(email) AS address,"
                f" min(lead_id) AS owner FROM ({current}) WHERE email IS NOT NULL GROUP BY ALL"
            )
            known = "LEFT JOIN _addresses e ON e.address = lower(a.email)"
            lead = "coalesce(nullif(a.lead_id, a.email), e.owner, lower(a.email))"
    kind = "a.kind"
    if _map_kinds(con, relation):
        kind, known = "coalesce(k.kind, a.kind)", f"{known} LEFT JOIN _spelled k ON k.word = a.kind"
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW _arriving AS SELECT a.row_no, {lead} AS lead_id,"
        f" a.occurred_at, {kind} AS kind{values} FROM {relation} a {known}"
    )


def _map_kinds(con: duckdb.DuckDBPyConnection, relation: Relation) -> bool:
    """Leave `_spelled (word, kind)`: the words by which the file says a standard kind; False when
    it has none.

    A typed file (Parquet, a data frame) comes as it is, and a ledger keeps kinds as playbooks name
    them.
    """
    words = [
        str(w) for (w,) in rows(con, f"SELECT DISTINCT kind FROM {relation} WHERE kind IS NOT NULL")
    ]
    told = {w: standard_kind(w) if slug(w) else w.casefold() for w in words}
    different = {w: k for w, k in told.items() if k != w}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _spelled AS SELECT unnest(?::VARCHAR[]) AS word,"
        " unnest(?::VARCHAR[]) AS kind",
        [list(different), list(different.values())],
    )
    return bool(different)
