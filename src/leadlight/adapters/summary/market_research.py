"""Who the leads outside an audience are, what they asked for and which of them bought, in numbers
beside those of the leads inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.summary.newest_labels import make_newest_labels
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import activities_text, leads_text

_LEADS = "researched_leads"
#: Who they are, and what they asked for, by attributes of the catalog.
WHO = ("industry", "country", "employees", "job_title", "source", "language")
ASKED = ("product", "interests", "need", "offer_taken", "dropped_reason")
#: So many values of an attribute are told.
MOST = 8
_BANDS = ((10, "1 to 9"), (50, "10 to 49"), (250, "50 to 249"), (1000, "250 to 999"))


@dataclass(frozen=True)
class ResearchCount:
    """So many leads outside and inside the audience have a value, and so many outside were won."""

    value: str
    outside: int
    inside: int
    won: int


class MarketResearch:
    """Leads outside an audience, counted in a connection that holds the log of changes."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        holdings: Holdings,
        upto: int,
        labels: tuple[str, str, str],
        now: datetime,
    ) -> None:
        """`labels` are the scale, the label of those outside, and that of those inside."""
        self._con, self._holdings, self._now = con, holdings, now
        scale, outside, inside = labels
        newest, has = make_newest_labels(con, upto, (scale,), ())
        self.has_scale = scale in has
        if not self.has_scale:
            return
        cohort = Everyone(now)
        self._names = [n for n in holdings.attributes if n in {*WHO, *ASKED}]
        is_known = "converted" in holdings.attributes
        asked = [*self._names, *(["converted"] if is_known else [])]
        known = leads_text(cohort, holdings, asked)
        columns = "".join(f", k.{quoted(n)}" for n in self._names)
        converted = "coalesce(k.converted, false)" if is_known else "false"
        log = activities_text(cohort, holdings, [])
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_LEADS} AS SELECT n.lead_id, n.{quoted(scale)} ="
            f" {text_literal(outside)} AS outside, b.lead_id IS NOT NULL OR {converted} AS"
            f" won{columns} FROM {newest} n LEFT JOIN ({known}) AS k ON k.lead_id = n.lead_id LEFT"
            f" JOIN (SELECT DISTINCT lead_id FROM ({log}) AS log WHERE kind = 'won') b ON b.lead_id"
            f" = n.lead_id WHERE n.{quoted(scale)} IN ({text_literal(outside)},"
            f" {text_literal(inside)})"
        )

    def sizes(self) -> tuple[int, int, int, int]:
        """How many leads are outside and how many of them were won, and the same of those
        inside.
        """
        found = rows(
            self._con,
            "SELECT count(*) FILTER (outside), count(*) FILTER (outside AND won), count(*) FILTER"
            f" (NOT outside), count(*) FILTER (NOT outside AND won) FROM {_LEADS}",
        )[0]
        outside, won, inside, inside_won = (int(str(n)) for n in found)
        return outside, won, inside, inside_won

    def values(self, name: str, limit: int = MOST) -> tuple[list[ResearchCount], int]:
        """The values of an attribute that are most frequent outside, in their most frequent
        spelling; and of how many leads outside it is known.
        """
        if name not in self._names:
            return [], 0
        value = (
            _band() if name == "employees" else f"nullif(trim(CAST({quoted(name)} AS VARCHAR)), '')"
        )
        found = rows(
            self._con,
            f"WITH spelled AS (SELECT {value} AS value, count(*) FILTER (outside) AS outside,"
            " count(*) FILTER (NOT outside) AS inside, count(*) FILTER (outside AND won) AS won"
            f" FROM {_LEADS} GROUP BY 1), merged AS (SELECT arg_max(value, (outside, value)) AS"
            " value, sum(outside) AS outside, sum(inside) AS inside, sum(won) AS won FROM spelled"
            " WHERE value IS NOT NULL GROUP BY lower(value)) SELECT value, outside, inside, won,"
            " sum(outside) OVER () FROM merged WHERE outside > 0 ORDER BY outside DESC, value LIMIT"
            f" {int(limit)}",
        )
        counts = [
            ResearchCount(str(v), *(int(str(n)) for n in numbers[:3])) for v, *numbers in found
        ]
        return counts, int(str(found[0][4])) if found else 0

    def products(self, limit: int) -> list[tuple[str, int]]:
        """The products that leads outside looked at or asked about, and how many of them did."""
        if "product" not in self._holdings.activity_columns:
            return []
        log = activities_text(Everyone(self._now), self._holdings, ["product"])
        found = rows(
            self._con,
            f"SELECT product, count(DISTINCT a.lead_id) AS n FROM ({log}) AS a SEMI JOIN (SELECT"
            f" lead_id FROM {_LEADS} WHERE outside) AS r ON r.lead_id = a.lead_id WHERE product <>"
            f" '' GROUP BY 1 ORDER BY n DESC, 1 LIMIT {int(limit)}",
        )
        return [(str(product), int(str(n))) for product, n in found]


def _band() -> str:
    """The size of a company as a text."""
    arms = " ".join(f"WHEN employees < {most} THEN '{name}'" for most, name in _BANDS)
    return f"CASE WHEN employees IS NULL THEN NULL {arms} ELSE '1000 or more' END"


def attributes_of_research() -> tuple[Sequence[str], Sequence[str]]:
    """By which attributes leads are told apart, and by which what they asked for is known."""
    return WHO, ASKED
