"""What each combination of source, medium and campaign brought, in numbers of leads, and what was
spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.ledger.lead_states import current_states
from leadlight.adapters.ledger.runs import as_column, column
from leadlight.adapters.ledger.tables import DuckDBTables
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import activities_text, leads_text, spend_text
from leadlight.results.channels import Touch

_TOUCH = ("source", "utm_source", "utm_medium", "campaign", "utm_campaign")


@dataclass(frozen=True)
class TouchQuery:
    """Leads as the run of number `upto` left them, by their first or last touch; `scales` are those
    that the runs know, `qualified` the labels of SQL and above. Only leads that arrived from
    `since` until before `until`, where one is given.
    """

    touch: Touch
    upto: int
    scales: tuple[str, ...]
    qualified: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    now: datetime


@dataclass(frozen=True)
class TouchCount:
    """What a combination of source, medium and campaign brought. `value` is what its won leads
    paid; None where nobody says.
    """

    source: str | None
    utm_source: str | None
    medium: str | None
    campaign: str | None
    utm_campaign: str | None
    leads: int
    target: int
    non_target: int
    empty: int
    hot: int
    qualified: int
    won: int
    value: float | None


@dataclass(frozen=True)
class SpendAmount:
    """So much was spent on a source and a campaign, in a currency (empty: not said)."""

    source: str
    campaign: str
    currency: str
    amount: float


def touch_counts(
    con: duckdb.DuckDBPyConnection, holdings: Holdings, query: TouchQuery
) -> tuple[list[TouchCount], int]:
    """What each combination brought, and how many leads are left out since nobody knows when they
    arrived.
    """
    cohort = Everyone(query.now, "then")
    prefix = "newest_" if query.touch == "last" else ""
    asked = [n for n in (*_TOUCH, "created_at") if n in holdings.attributes]
    names = [prefix + n for n in asked]
    has_converted = "converted" in holdings.attributes
    known = leads_text(cohort, holdings, [*names, *(["converted"] if has_converted else [])])
    touches = "".join(
        f", {f'CAST(l.{quoted(prefix + n)} AS VARCHAR)' if n in asked else 'NULL'} AS {n}"
        for n in _TOUCH
    )
    created = f"l.{quoted(prefix + 'created_at')}" if "created_at" in asked else "NULL::TIMESTAMP"
    converted = "coalesce(l.converted, FALSE)" if has_converted else "FALSE"
    bought = _purchases(holdings, cohort)
    within, values = _within("arrived", query.since, query.until)
    found = rows(
        con,
        f"""
        WITH standing AS ({_newest_rows(con, query)}),
        bought AS ({bought}),
        joined AS (
          SELECT s.*{touches}, CAST({created} AS TIMESTAMP) AS arrived,
                 b.lead_id IS NOT NULL OR {converted} AS won, b.value AS value
          FROM standing s LEFT JOIN ({known}) l ON l.lead_id = s.lead_id
          LEFT JOIN bought b ON b.lead_id = s.lead_id
        )
        SELECT {", ".join(_TOUCH)}, {within} IS NULL AS undated, count(*),
               {", ".join(_label_counts(query))},
               count(*) FILTER (won), sum(value)
        FROM joined WHERE coalesce({within}, TRUE) GROUP BY ALL
        """,
        values * 2,
    )
    undated = sum(int(str(row[6])) for row in found if row[5])
    return [_count(row) for row in found if not row[5]], undated


def spend_amounts(
    con: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    period: tuple[datetime | None, datetime | None],
    now: datetime,
) -> list[SpendAmount]:
    """What was spent in a period, by source, campaign and currency."""
    spend = spend_text(Everyone(now, "then"), holdings)
    within, values = _within("occurred_at", *period)
    found = rows(
        con,
        "SELECT lower(trim(coalesce(source, ''))), lower(trim(coalesce(campaign, ''))),"
        f" upper(trim(coalesce(currency, ''))), sum(amount)::DOUBLE FROM ({spend}) AS s WHERE"
        f" {within} GROUP BY ALL HAVING sum(amount) IS NOT NULL ORDER BY ALL",
        values,
    )
    return [
        SpendAmount(str(source), str(campaign), str(currency), float(str(amount)))
        for source, campaign, currency, amount in found
    ]


def _newest_rows(con: duckdb.DuckDBPyConnection, query: TouchQuery) -> str:
    """The newest row of each lead that is in the base."""
    labels = [column("label", scale) for scale in query.scales]
    return current_states(DuckDBTables(con), query.upto, labels)


def _purchases(holdings: Holdings, cohort: Everyone) -> str:
    """The leads that were won, each with what it paid."""
    names = ["value"] if "value" in holdings.activity_columns else []
    value = "sum(value)::DOUBLE" if names else "NULL::DOUBLE"
    log = activities_text(cohort, holdings, names)
    return f"SELECT lead_id, {value} AS value FROM ({log}) AS a WHERE kind = 'won' GROUP BY lead_id"


def _label_counts(query: TouchQuery) -> list[str]:
    """How many have each label that is counted; 0 where no run knows its scale."""
    wanted: Sequence[tuple[str, Sequence[str]]] = (
        ("audience", ("target",)),
        ("audience", ("non_target",)),
        ("contact", ("empty",)),
        ("temperature", ("hot",)),
        ("stage", query.qualified),
    )
    return [
        f"count(*) FILTER ({as_column('label', scale)} IN ({', '.join(map(text_literal, labels))}))"
        if labels and scale in query.scales
        else "0"
        for scale, labels in wanted
    ]


def _within(
    column: str, since: datetime | None, until: datetime | None
) -> tuple[str, list[object]]:
    """A condition on a moment, unknown where the moment is, and the values in it."""
    parts: list[str] = []
    values: list[object] = []
    for sign, moment in ((">=", since), ("<", until)):
        if moment is not None:
            parts.append(f"{column} {sign} CAST(? AS TIMESTAMP)")
            values.append(moment)
    return (f"({' AND '.join(parts)})" if parts else "TRUE"), values


def _count(row: tuple[object, ...]) -> TouchCount:
    source, utm_source, medium, campaign, utm_campaign = (
        None if v is None else str(v) for v in row[:5]
    )
    leads, target, non_target, empty, hot, qualified, won = (int(str(n)) for n in row[6:13])
    return TouchCount(
        source=source,
        utm_source=utm_source,
        medium=medium,
        campaign=campaign,
        utm_campaign=utm_campaign,
        leads=leads,
        target=target,
        non_target=non_target,
        empty=empty,
        hot=hot,
        qualified=qualified,
        won=won,
        value=None if row[13] is None else float(str(row[13])),
    )
