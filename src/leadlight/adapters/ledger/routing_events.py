"""What is told of assignments and clocks, as a run that changed no label.

Streams and webhooks read the log of runs, and what is owed to them is counted in it. So a lead that
was assigned, or whose clock ran out, gets a row there as it stands, and what happened beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.ledger.tables import Tables, columns_of, number
from leadlight.facts.transitions import RoutingEvent

#: So many events are written by one statement.
_ROWS = 500


def write_events(tables: Tables, events: Sequence[RoutingEvent], now: datetime) -> None:
    """Tell of these leads, each once, by a run of its own, within the transaction that is open.
    Before the first run nobody is told of anything.
    """
    last = number(tables, "SELECT max(run_no) FROM runs")
    if not events or not last:
        return
    no = last + 1
    for start in range(0, len(events), _ROWS):
        part = events[start : start + _ROWS]
        _copy_states(tables, no, [event.lead_id for event in part])
        marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(part))
        tables.run(
            "INSERT INTO routing_events (run_no, lead_id, steps, person, department, due_at,"
            f" because) VALUES {marks}",
            *(value for event in part for value in _cells(no, event)),
        )
    tables.run(
        "INSERT INTO runs (run_no, run_id, as_of, recorded_at, known, fingerprint, leads,"
        " changed, upto, looked_at) SELECT ?, ?, greatest(as_of, CAST(? AS TIMESTAMP)), ?,"
        " known, fingerprint, leads, ?, upto, ? FROM runs ORDER BY run_no DESC LIMIT 1",
        *(no, f"r{no}", now, now, len(events), len(events)),
    )


def _copy_states(tables: Tables, no: int, leads: Sequence[str]) -> None:
    """A row of the log for each of these leads, as the newest one is."""
    names = [n for n in columns_of(tables, "run_changes") if n != "run_no"]
    listed = ", ".join(quoted(n) for n in names)
    tables.run(
        f"INSERT INTO run_changes (run_no, {listed}) SELECT {no}, {listed} FROM (SELECT *,"
        " row_number() OVER (PARTITION BY lead_id ORDER BY run_no DESC) AS back FROM run_changes"
        f" WHERE lead_id IN ({', '.join(map(text_literal, leads))})) AS c WHERE back = 1"
    )


def _cells(no: int, event: RoutingEvent) -> tuple[object, ...]:
    return (
        no,
        event.lead_id,
        "; ".join(event.steps),
        event.person,
        event.department,
        event.due_at,
        event.because,
    )
