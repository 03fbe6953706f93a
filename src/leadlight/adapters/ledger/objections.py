"""Objections to profiling: a person's own word, which no later file takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from leadlight.adapters.ledger.columns import JoinedColumn
from leadlight.facts.ledger import Holdings
from leadlight.facts.persons import OBJECTION
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.facts.relation import TableName

_ROWS = TableName("objections")

#: The leads whose own word is that they object. What a file says of them beside that is no
#: withdrawal: a CRM says no of whoever has not told the CRM.
_STANDING = f"""
SELECT f.lead_id FROM attribute_facts f JOIN imports i ON i.import_no = f._import
WHERE starts_with(i.fingerprint, '{OBJECTION} ') AND f.{OBJECTED} IS NOT NULL
  AND f._import NOT IN (SELECT u.import_no FROM undos u)
GROUP BY f.lead_id HAVING arg_max(CAST(f.{OBJECTED} AS BOOLEAN), f._import)
"""


def keep_objections(
    joined: Sequence[JoinedColumn], holdings: Holdings, fingerprint: str
) -> list[JoinedColumn]:
    """A file's columns as they enter the ledger: where a person objected, the file's "no" says
    nothing.
    """
    if OBJECTED not in holdings.attributes or fingerprint.startswith(f"{OBJECTION} "):
        return list(joined)
    return [_heed(j) if j.name == OBJECTED else j for j in joined]


def _heed(column: JoinedColumn) -> JoinedColumn:
    """The column, in which a file's "no" of whoever objected says nothing."""
    value = column.value
    return replace(
        column,
        value=(
            f"CASE WHEN NOT CAST({value} AS BOOLEAN) AND CAST(lead_id AS VARCHAR) IN ({_STANDING})"
            f" THEN NULL ELSE {value} END"
        ),
    )


def objection_rows(
    con: duckdb.DuckDBPyConnection, leads: Sequence[str], *, objected: bool
) -> TableName:
    """Rows that state of each of these leads whether it objects."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT row_number() OVER () AS row_no, lead_id,"
        f" ?::BOOLEAN AS {OBJECTED} FROM (SELECT unnest(?::VARCHAR[]) AS lead_id)",
        [objected, list(leads)],
    )
    return _ROWS
