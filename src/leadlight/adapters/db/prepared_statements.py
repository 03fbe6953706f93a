"""Statements about a few leads that PostgreSQL plans once: the leads and the moment are told with
every call.

Planning a statement of hundreds of columns takes several times as long as running it for one lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from leadlight.adapters.db.postgres import Server
from leadlight.plan.any_moment import ANY_MOMENT

#: The name under which a plan and its relations ask for the leads.
TOUCHED = "touched"
#: While such a statement runs. Left to itself, the server plans anew for every list of leads.
SETTINGS = (
    "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL max_parallel_workers_per_gather"
    " = 0; "
)
# Of numbers counted to the end of a list the planner expects a thousand, so that nothing is planned
# as a loop in a loop.
_TOLD = "SELECT ($1)[n] AS lead_id FROM generate_subscripts($1, 1) AS n"
_KEPT = 8
_numbers = count(1)


def of_leads(query: str, before: Mapping[str, str]) -> str:
    """A query after named steps (each may write) as a text for `call`: whatever reads `touched`
    gets the leads told.

    All of it is made for the moment `ANY_MOMENT`.
    """
    steps = {TOUCHED: _TOLD, **before}
    made = ", ".join(f"{name} AS MATERIALIZED ({step})" for name, step in steps.items())
    return f"WITH {made} {query}".replace(f"'{ANY_MOMENT.isoformat(sep=' ')}'", "$2")


def call(server: Server, text: str, leads: Sequence[str], as_of: datetime, no: int = 0) -> Any:
    """Run a text of `of_leads` for these leads at that moment; `$3` in it is `no`. A cursor with
    its rows.

    The connection keeps its plan. The driver would forget it with every table that somebody drops,
    so it is named here.
    """
    from psycopg import sql

    name = server.prepared.get(text)
    if name is None:
        if len(server.prepared) >= _KEPT:
            server.run(f"DEALLOCATE {server.prepared.pop(next(iter(server.prepared)))}")
        name = f"leadlight_{next(_numbers)}"
        server.run(f"PREPARE {name} (text[], timestamp, integer) AS {text}")
        server.prepared[text] = name
    said = sql.SQL(", ").join(sql.Literal(v) for v in (list(leads), as_of, no))
    execute = sql.SQL("EXECUTE {} ({})").format(sql.Identifier(name), said)
    cursor = server.con.execute(sql.SQL(SETTINGS) + execute)
    while cursor.nextset():
        pass
    return cursor
