"""Finding a lead on a server by its id or its address, and fetching everything that is said of it
and of its twins.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.ledger.postgres.prefetch import KEYS, of_leads
from leadlight.adapters.ledger.postgres.working_copy import fill


def bring_lead(
    server: Server, con: duckdb.DuckDBPyConnection, wanted: str, has_email: bool
) -> None:
    """Fill the working copy with the leads that may be meant, and with those they were ever linked
    with.

    When there is none it gets the ids of all leads, so that the nearest can be told.
    """
    ids = [
        str(i)
        for (i,) in server.rows(
            _FOUND.format(by_address=_BY_ADDRESS if has_email else ""), {"wanted": wanted}
        )
    ]
    of_leads(
        server,
        con,
        f"SELECT unnest([{', '.join(text_literal(i) for i in ids)}]::VARCHAR[]) AS lead_id",
    )
    if not ids:
        fill(server, con, "attribute_facts", names=KEYS)


# Who is linked with whom may be told by a chain of rows, so all of them are followed.
_FOUND = """
WITH RECURSIVE meant AS (
    SELECT %(wanted)s::text COLLATE "C" AS lead_id
    {by_address}
), linked AS (
    SELECT lead_id FROM meant
    UNION
    SELECT CASE WHEN m.lead_id = l.lead_id THEN m.group_id ELSE m.lead_id END
    FROM linked l JOIN member_facts m ON m.kind = 'person'
      AND (m.lead_id = l.lead_id OR m.group_id = l.lead_id)
)
SELECT lead_id FROM linked l
  WHERE EXISTS (SELECT 1 FROM attribute_facts f WHERE f.lead_id = l.lead_id)
"""

# The server may know capital letters of ASCII only: those of other addresses are compared in
# DuckDB.
_BY_ADDRESS = """
    UNION SELECT lead_id FROM attribute_facts WHERE lower(email) = lower(%(wanted)s)
    UNION SELECT lead_id FROM attribute_facts
    WHERE octet_length(%(wanted)s) <> char_length(%(wanted)s)
      AND octet_length(email) <> char_length(email)
"""
