"""What would be known of leads if they were one person: the statement that reads linked leads, over
memberships that are written nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.cohort import Some
from leadlight.facts.ledger import Ledger
from leadlight.plan.asof.texts import leads_text

_ONE, _MEMBERS = "merged_person", "merged_members"
#: Since ever, and as the newest word.
_SINCE, _NEWEST = "TIMESTAMP '1970-01-01'", 2_000_000_000


def merge_preview(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, leads: Sequence[str], now: datetime
) -> dict[str, str]:
    """What would be known of these leads as one person: attribute -> value as text. The ledger is
    read only.
    """
    person, ids = leads[0], list(leads)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_ONE} AS SELECT ?::VARCHAR AS lead_id", [person])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_MEMBERS} AS SELECT * FROM member_facts WHERE kind <>"
        " 'person' AND lead_id IN (SELECT unnest(?::VARCHAR[]))",
        [ids],
    )
    con.execute(
        f"INSERT INTO {_MEMBERS} BY NAME SELECT unnest(?::VARCHAR[]) AS lead_id, 'person' AS kind,"
        f" ? AS group_id, {_SINCE} AS _occurred_at, {_SINCE} AS _recorded_at, {_NEWEST} AS _import,"
        " 1 AS _row",
        [ids, person],
    )
    holdings = replace(ledger.holdings(), linked=True)
    text = leads_text(Some(now, _ONE), holdings).replace('"member_facts"', quoted(_MEMBERS))
    names = [name for name in holdings.attributes if name != "lead_id"]
    listed = ", ".join(f"{quoted(name)}::VARCHAR" for name in names)
    found = rows(con, f"SELECT {listed} FROM ({text}) AS merged")
    return {n: str(v) for n, v in zip(names, found[0], strict=True) if v is not None}
