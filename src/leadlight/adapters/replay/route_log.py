"""What a replay says of leads in routes: where each stood since when, who it is, and when it was
decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.ledger.clocks import CLOSING
from leadlight.facts.cohort import Some
from leadlight.facts.ledger import Ledger
from leadlight.plan.asof.texts import leads_text
from leadlight.plan.timeline import STATES

_LEADS = "replay_routed"
_READ = ("owner", "account", "company", "country", "region", "language")


@dataclass(frozen=True)
class RouteState:
    """Where a lead stood from a moment on."""

    lead_id: str
    at: datetime
    department: str | None
    temperature: str | None
    stage: str | None


@dataclass(frozen=True)
class RouteLog:
    """The states of leads, of each in their order; what is known of those leads, by name; and when
    some were decided.
    """

    states: Sequence[RouteState]
    attributes: dict[str, dict[str, str]]
    closings: Sequence[tuple[datetime, str]]


def read_route_log(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    departments: Sequence[str],
    since: datetime,
    until: datetime,
) -> RouteLog:
    """Of the replay that was last made in a connection, the leads that came to these departments or
    their parts.
    """
    has = set(column_names(con, STATES))
    labels = [n if n in has else f"NULL AS {n}" for n in ("temperature", "stage")]
    of = " OR ".join(
        f"department = {text_literal(d)} OR starts_with(department, {text_literal(d + '/')})"
        for d in departments
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_LEADS} AS SELECT DISTINCT lead_id FROM {STATES} WHERE {of}"
    )
    states = rows(
        con,
        f"SELECT lead_id, as_of, department, {', '.join(labels)} FROM {STATES} WHERE lead_id IN"
        f" (SELECT lead_id FROM {_LEADS}) ORDER BY lead_id, as_of",
    )
    kinds = ", ".join(map(text_literal, CLOSING))
    closings = rows(
        con,
        f"SELECT occurred_at, lead_id FROM activity_facts WHERE kind IN ({kinds}) AND occurred_at"
        " BETWEEN ? AND ? AND _import NOT IN (SELECT import_no FROM undos) AND lead_id IN (SELECT"
        f" lead_id FROM {_LEADS}) ORDER BY occurred_at, lead_id",
        [since, until],
    )
    return RouteLog(
        [RouteState(*row) for row in states],  # type: ignore[arg-type]
        _attributes(con, ledger, until),
        [(at, str(lead)) for at, lead in closings],  # type: ignore[misc]
    )


def _attributes(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, until: datetime
) -> dict[str, dict[str, str]]:
    holdings = ledger.holdings()
    names = [n for n in _READ if n in holdings.attributes]
    if not names:
        return {}
    known = leads_text(Some(until, _LEADS), holdings, names, "duckdb")
    listed = ", ".join(quoted(n) for n in names)
    return {
        str(lead): {n: str(v) for n, v in zip(names, values, strict=True) if v is not None}
        for lead, *values in rows(con, f"SELECT lead_id, {listed} FROM ({known}) AS known")
    }
