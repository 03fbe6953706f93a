"""Attributes that are filled in or changed once it is decided whether a lead buys: what was known
of it just before, beside what is known now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.facts.relation import Relation

PAIRS = "changing_pairs"
MOST = 20_000  # leads of each kind that are looked at


@dataclass(frozen=True)
class ChangeCounts:
    """Of the leads that were decided, how many changed in an attribute after it; and of as many
    others in the same time.
    """

    changed: int
    leads: int
    others_changed: int
    others: int


class AttributeChanges:
    """How often attributes of a base's leads change after an outcome.

    First make the `pairs` (lead_id, as_of, decided); what was known of the leads then can be asked
    of a ledger in between, and is given to `count`.
    """

    pairs = PAIRS

    def __init__(self, base: Base) -> None:
        self.base = base

    def make_pairs(self, kinds: Sequence[str]) -> int:
        """Make the pairs: every lead a second before the first of these kinds of activity; how many
        leads that are.

        Beside them stand leads that did none of it, each at the moment of one that did, so that
        what changes with time for everybody can be told from what changes by the outcome.
        """
        base, con, log = self.base, self.base.con, self.base.sources.activities
        if log is None:
            return 0
        among = ", ".join(text_literal(k) for name in kinds for k in base.sources.kinds((name,)))
        place = "row_number() OVER (ORDER BY hash(lead_id), lead_id) - 1 AS n"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS WITH o AS (SELECT lead_id::VARCHAR AS"
            f" lead_id, min(occurred_at)::TIMESTAMP AS came FROM {log} WHERE kind IN"
            f" ({among}) GROUP BY ALL), d AS (SELECT *, {place} FROM o), c AS (SELECT lead_id,"
            f" {place} FROM (SELECT lead_id::VARCHAR AS lead_id FROM"
            f" {base.sources.leads}) WHERE lead_id NOT IN (SELECT lead_id FROM o)), b AS"
            f" (SELECT lead_id, came, true AS decided FROM d WHERE n < {MOST} UNION ALL SELECT"
            " c.lead_id, d.came, false FROM c JOIN d ON d.n = c.n % (SELECT count(*) FROM d) WHERE"
            f" c.n < {MOST}) SELECT lead_id, came - INTERVAL '1 second' AS as_of, decided FROM b"
        )
        return count(con, f"SELECT count(*) FROM {PAIRS} WHERE decided")

    def count(self, then: Relation, names: Sequence[str]) -> dict[str, ChangeCounts]:
        """Of each attribute, how many leads of the pairs state something now that they did not
        state then (one query).

        `then` is a query of the leads as of the pairs; leads that were not known then do not count.
        """
        con, now = self.base.con, self.base.sources.leads
        both = set(column_names(con, then)) & set(column_names(con, now))
        attributes = [n for n in names if n in both]
        if not attributes:
            return {}
        differ = "".join(
            f", count(*) FILTER (n.{a} IS NOT NULL AND n.{a} IS DISTINCT FROM t.{a})"
            for a in map(quoted, attributes)
        )
        found = rows(
            con,
            f"SELECT p.decided, count(*){differ} FROM {PAIRS} p JOIN {then} t ON"
            f" t.lead_id::VARCHAR = p.lead_id AND t.as_of = p.as_of JOIN {now} n ON"
            " n.lead_id::VARCHAR = p.lead_id GROUP BY p.decided",
        )
        by = {bool(row[0]): [int(str(v)) for v in row[1:]] for row in found}
        nobody = [0] * (len(attributes) + 1)
        (leads, *mine), (others, *theirs) = by.get(True, nobody), by.get(False, nobody)
        return {
            a: ChangeCounts(m, leads, t, others)
            for a, m, t in zip(attributes, mine, theirs, strict=True)
        }
