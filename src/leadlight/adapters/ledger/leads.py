"""Statements about leads: which rows of a file say something new, and how they are appended.

A row is unchanged when every value it states is what the ledger says as of the row's own moment.  A
lead with several rows in one file is judged by what its rows say together, and all of them are
appended or none: so a file can be imported twice, whatever stands in it, and the second time
changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, text_literal
from leadlight.adapters.ledger.columns import SQL_TYPES, VERDICT, JoinedColumn, row_order
from leadlight.adapters.ledger.imports import Entry
from leadlight.facts.catalog import NEWEST_TOUCH, Type
from leadlight.facts.cohort import Moments, Some
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.asof.texts import leads_text

#: What is news is told by the newest statement, also of attributes that keep their first one.
_NEWEST = {first: name for name, first in NEWEST_TOUCH.items()}
FIRSTS = (  # each lead of the ledger exactly once
    "(SELECT lead_id FROM attribute_facts WHERE NOT _revises)"
)


def judge(
    con: duckdb.DuckDBPyConnection,
    relation: Relation,
    joined: Sequence[JoinedColumn],
    holdings: Holdings,
    entry: Entry,
    *,
    one_row_a_lead: bool,
    is_weakest: bool = False,
) -> TableName | None:
    """Decide about each row: a table (row_no, revises, unchanged); None when all of them are new,
    and no verdict is needed to append them.

    Leaves the view `_arriving`.
    """
    when, moves = (ALWAYS, False) if is_weakest else _statement_moment(joined, entry)
    values = "".join(f", {j.value} AS {quoted(j.name)}" for j in joined)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW _arriving AS SELECT row_no, lead_id, {when} AS _t{values}"
        f" FROM {relation}"
    )
    empty = not count(con, "SELECT count(*) FROM (SELECT 1 FROM attribute_facts LIMIT 1)")
    if empty and one_row_a_lead:
        return None
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _repeated AS SELECT lead_id FROM _arriving GROUP BY lead_id"
        " HAVING count(*) > 1"
    )
    repeated = count(con, "SELECT count(*) FROM _repeated") > 0
    if empty and not repeated:
        return None
    _compare(con, joined, holdings, entry, moves, repeated)
    if entry.backfill and not moves:
        # Said of all time, it may differ from what is known now and be no news all the same: it was
        # said before.
        con.execute("CREATE OR REPLACE TEMP TABLE _known_now AS SELECT * FROM _verdict")
        _compare(con, joined, holdings, entry, True, repeated)
        con.execute(
            "UPDATE _verdict SET unchanged = true FROM _known_now n WHERE n.row_no ="
            " _verdict.row_no AND n.unchanged"
        )
    return VERDICT


def _compare(
    con: duckdb.DuckDBPyConnection,
    joined: Sequence[JoinedColumn],
    holdings: Holdings,
    entry: Entry,
    moves: bool,
    repeated: bool,
) -> None:
    """Compare each row with what is known now, or with `moves` at the moment since which it is
    true; makes the verdict.
    """
    _read_state(con, joined, holdings, entry, moves)
    con.execute(_ONCE.format(same=_same(joined, holdings), moment=_moment(moves)))
    if repeated:
        con.execute(
            _TOGETHER.format(
                same=_same(joined, holdings),
                moment=_moment(moves),
                columns="".join(f", {quoted(j.name)}" for j in joined),
                said="".join(
                    f", arg_max({quoted(j.name)}, row_no) FILTER (WHERE {quoted(j.name)} IS NOT"
                    f" NULL) AS {quoted(j.name)}"
                    for j in joined
                ),
            )
        )


def append(
    con: duckdb.DuckDBPyConnection,
    joined: Sequence[JoinedColumn],
    entry: Entry,
    verdict: TableName | None,
    size: int,
) -> None:
    """One INSERT of what is new, in the order of ids where there is much of it."""
    recorded = "_t" if entry.backfill else _moment_sql(entry)
    revises, changed = "FALSE", ""
    if verdict is not None:
        revises, changed = "v.revises", f"JOIN {verdict} v USING (row_no) WHERE NOT v.unchanged"
    con.execute(
        f"INSERT INTO attribute_facts BY NAME SELECT a.lead_id, a._t AS _occurred_at, {recorded} AS"
        f" _recorded_at, {entry.no} AS _import, a.row_no AS _row,"
        f" {revises} AS _revises"
        + "".join(f", a.{quoted(j.name)}" for j in joined)
        + f" FROM _arriving a {changed}{row_order(size)}"
    )


# Leads that stand once in the file: a row against what is known.
_ONCE = (
    """
CREATE OR REPLACE TEMP TABLE _verdict AS
SELECT a.row_no, k.lead_id IS NOT NULL AS revises, s.lead_id IS NOT NULL AND {same} AS unchanged
FROM _arriving a
LEFT JOIN """
    + FIRSTS
    + """ k ON k.lead_id = a.lead_id
LEFT JOIN _state s ON s.lead_id = a.lead_id{moment}
WHERE NOT EXISTS (SELECT 1 FROM _repeated r WHERE r.lead_id = a.lead_id)
"""
)

# Leads that stand several times: a row that is said again further down is dropped; the rest is
# judged together.
_TOGETHER = (
    """
INSERT INTO _verdict
WITH rows_of AS (
    SELECT *, row_number()
      OVER (PARTITION BY lead_id, _t{columns} ORDER BY row_no DESC) > 1 AS again
    FROM _arriving WHERE lead_id IN (SELECT lead_id FROM _repeated)
), together AS (
    SELECT lead_id, _t{said} FROM rows_of GROUP BY lead_id, _t
), changed AS (
    SELECT DISTINCT a.lead_id FROM together a LEFT JOIN _state s ON s.lead_id = a.lead_id{moment}
    WHERE s.lead_id IS NULL OR NOT {same}
), numbered AS (
    SELECT row_no, lead_id, again, row_number()
      OVER (PARTITION BY lead_id, again ORDER BY row_no) AS place FROM rows_of
)
SELECT n.row_no, k.lead_id IS NOT NULL OR n.place > 1, n.again OR c.lead_id IS NULL
FROM numbered n
LEFT JOIN """
    + FIRSTS
    + """ k ON k.lead_id = n.lead_id
LEFT JOIN changed c ON c.lead_id = n.lead_id
"""
)

ALWAYS = "TIMESTAMP '1970-01-01 00:00:00'"


def _statement_moment(joined: Sequence[JoinedColumn], entry: Entry) -> tuple[str, bool]:
    """When a statement is true since, and whether that differs from row to row.

    The company's own date of change where it gives one.  A backfill fills the past, so there it is
    the date the lead was created, else of the change, else always.  Never later than the import:
    what is known cannot begin to be true later, and clocks and time zones of CRMs are often ahead.
    """
    named = ("created_at", "changed_at") if entry.backfill else ("changed_at",)
    dates = [j.value for name in named for j in joined if j.name == name and j.type is Type.MOMENT]
    now = _moment_sql(entry)
    rest = ALWAYS if entry.backfill else now
    return (f"least(coalesce({', '.join(dates)}, {rest}), {now})", True) if dates else (rest, False)


def _read_state(
    con: duckdb.DuckDBPyConnection,
    joined: Sequence[JoinedColumn],
    holdings: Holdings,
    entry: Entry,
    moves: bool,
) -> None:
    as_of = ", _t AS as_of" if moves else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _cohort AS SELECT DISTINCT lead_id{as_of} FROM _arriving"
    )
    cohort = Moments(TableName("_cohort"), "now") if moves else Some(entry.now, "_cohort", "now")
    newest = {_NEWEST.get(j.name, j.name): j.name for j in joined if j.name in holdings.attributes}
    state = leads_text(cohort, holdings, newest)
    listed = ", ".join(f"{quoted(n)} AS {quoted(name)}" for n, name in newest.items())
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW _state AS SELECT lead_id{as_of.replace('_t AS ', '')}"
        f"{listed and ', '}{listed} FROM ({state})"
    )


def _same(joined: Sequence[JoinedColumn], holdings: Holdings) -> str:
    tests = ["TRUE"]
    for j in joined:
        name = quoted(j.name)
        if j.name in holdings.attributes:
            tests.append(
                f"(a.{name} IS NULL OR a.{name} IS NOT DISTINCT FROM CAST(s.{name} AS"
                f" {SQL_TYPES[j.type]}))"
            )
        else:
            tests.append(f"a.{name} IS NULL")
    return "(" + " AND ".join(tests) + ")"


def _moment(moves: bool) -> str:
    return " AND s.as_of = a._t" if moves else ""


def _moment_sql(entry: Entry) -> str:
    return f"CAST({text_literal(entry.now.isoformat(sep=' '))} AS TIMESTAMP)"
