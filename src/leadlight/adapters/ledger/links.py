"""Links between leads, and who belongs together since: written as one import, so that they can be
taken back.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count, text_literal
from leadlight.adapters.ledger import imports
from leadlight.adapters.ledger.holdings import holdings
from leadlight.adapters.ledger.transaction import transaction
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Arrival, ImportReceipt, LinkKind, LinkState
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.texts import members_text


def record(
    con: duckdb.DuckDBPyConnection, relation: Relation, members: Relation, now: datetime
) -> ImportReceipt:
    """Append links and memberships; a link of a lead with itself is none, and a pair is written
    once.
    """
    with transaction(con):
        entry = imports.next_entry(con, now, False)
        moment = f"CAST({text_literal(now.isoformat(sep=' '))} AS TIMESTAMP)"
        con.execute(_LINKS.format(relation=relation, no=entry.no, now=moment, since=_SINCE))
        con.execute(_MEMBERS.format(relation=members, no=entry.no, now=moment, since=_SINCE))
        read = count(con, f"SELECT count(*) FROM {relation}")
        imported = count(con, f"SELECT count(*) FROM link_facts WHERE _import = {entry.no}")
        receipt = ImportReceipt(
            entry.import_id, "links", "links", now, read, imported, read - imported, 0
        )
        arrival = Arrival("links", relation, receipt.file, f"links-{entry.no}", read=read)
        imports.write(con, entry, arrival, receipt)
    return receipt


def links(kind: LinkKind | None, state: LinkState | None) -> Query:
    """The newest link of each pair and kind that was not taken back."""
    of_kind = f" AND l.kind = {text_literal(kind)}" if kind else ""
    in_state = f" AND state = {text_literal(state)}" if state else ""
    return Query(_STANDING.format(kind=of_kind, state=in_state))


def members(con: duckdb.DuckDBPyConnection, kind: LinkKind) -> Query:
    """Who belongs together, by everything that is recorded and was not taken back."""
    return Query(members_text(Everyone(_ALWAYS, "now"), holdings(con), kind))


#: Two leads that are one person always were; what is new is that we know it.
_SINCE = "TIMESTAMP '1970-01-01'"

_ALWAYS = datetime.fromisoformat("9999-12-31")


_LINKS = """
INSERT INTO link_facts BY NAME
SELECT lead_a, lead_b, kind, state, weight, evidence, "by", {since} AS _occurred_at,
  {now} AS _recorded_at,
       {no} AS _import, row_number() OVER (ORDER BY kind, lead_a, lead_b) AS _row
FROM (
    -- By name, not by position: in a window a number is a constant, and all pairs would be one.
    SELECT * FROM (
        SELECT least(CAST(lead_a AS VARCHAR), CAST(lead_b AS VARCHAR)) AS lead_a,
               greatest(CAST(lead_a AS VARCHAR), CAST(lead_b AS VARCHAR)) AS lead_b,
               kind, state, weight, evidence, "by"
        FROM {relation} WHERE CAST(lead_a AS VARCHAR) <> CAST(lead_b AS VARCHAR)
    ) QUALIFY row_number()
      OVER (PARTITION BY lead_a, lead_b, kind ORDER BY weight DESC NULLS LAST, state, evidence) = 1
)
"""

_MEMBERS = """
INSERT INTO member_facts BY NAME
SELECT lead_id, kind, group_id, {since} AS _occurred_at, {now} AS _recorded_at, {no} AS _import,
       row_number() OVER (ORDER BY kind, lead_id) AS _row
FROM (
    SELECT CAST(lead_id AS VARCHAR) AS lead_id, kind, min(CAST(group_id AS VARCHAR)) AS group_id
    FROM {relation} GROUP BY ALL
)
"""

_STANDING = """
SELECT lead_a, lead_b, kind, state, weight, evidence, "by", recorded_at, import_id,
  _import AS import_no
FROM (
    SELECT l.lead_a, l.lead_b, l.kind, l.state, l.weight, l.evidence, l."by",
      l._recorded_at AS recorded_at,
           i.import_id, l._import, max(l._import)
             OVER (PARTITION BY l.lead_a, l.lead_b, l.kind) AS newest
    FROM link_facts l JOIN imports i ON i.import_no = l._import
    WHERE l._import NOT IN (SELECT import_no FROM undos){kind}
)
WHERE _import = newest{state}
"""
