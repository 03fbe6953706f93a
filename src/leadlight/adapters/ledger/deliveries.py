"""Endpoints and deliveries: rows are added, and the newest of each counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.deliveries import Delivery, Endpoint, Outbox, newest_endpoints

_ENDPOINT = (
    "endpoint_id, name, kind, target, labels, state, because, since_run, rotation, rotated_at,"
    ' "by", recorded_at'
)
_DELIVERY = "endpoint_id, run_no, lead_id, state, attempts, status, retry_at, recorded_at"
_NEWEST = (
    "NOT EXISTS (SELECT 1 FROM delivery_facts l WHERE l.endpoint_id = d.endpoint_id AND l.run_no ="
    " d.run_no AND l.lead_id = d.lead_id AND l.fact_no > d.fact_no)"
)
#: So many rows are written by one statement.
_ROWS = 200


class DeliveryTables:
    """The port `DeliveryLedger` over the tables of an engine."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every endpoint as it stands, in the order in which they were added; those that were
        removed too.
        """
        found = self._tables.rows(f"SELECT {_ENDPOINT} FROM endpoint_facts ORDER BY fact_no")
        return newest_endpoints(_endpoint(row) for row in found)

    def record_endpoint(self, endpoint: Endpoint) -> None:
        """State an endpoint as it is from now on."""
        with self._tables.transaction():
            no = number(self._tables, "SELECT max(fact_no) FROM endpoint_facts") + 1
            self._tables.run(
                f"INSERT INTO endpoint_facts (fact_no, {_ENDPOINT}) VALUES ({', '.join('?' * 13)})",
                no,
                endpoint.endpoint_id,
                endpoint.name,
                endpoint.kind,
                endpoint.target,
                json.dumps(endpoint.labels),
                endpoint.state,
                endpoint.because,
                endpoint.since_run,
                endpoint.rotation,
                endpoint.rotated_at,
                endpoint.by,
                endpoint.recorded_at,
            )

    def outboxes(self) -> tuple[Outbox, ...]:
        """How far each endpoint is that was not removed."""
        marks = {
            (str(endpoint), str(state)): (int(str(run)), int(str(no)))
            for endpoint, state, run, no in self._tables.rows(
                "SELECT endpoint_id, state, max(run_no), max(fact_no) FROM delivery_facts WHERE"
                " state IN ('through', 'owed') GROUP BY endpoint_id, state"
            )
        }
        return tuple(
            Outbox(
                e,
                max(e.since_run, marks.get((e.endpoint_id, "through"), (0, 0))[0]),
                marks.get((e.endpoint_id, "owed"), (0, 0))[1],
            )
            for e in self.endpoints()
            if e.state != "removed"
        )

    def deliveries(
        self,
        endpoint_id: str | None,
        states: Collection[str],
        after_run: int,
        limit: int | None,
    ) -> tuple[Delivery, ...]:
        """The deliveries that stand in one of these states, the newest first; of an endpoint, or of
        all; of runs after `after_run`.
        """
        where, values = [f"d.state IN ({', '.join('?' * len(states))})"], [*states]
        if endpoint_id is not None:
            where.append("d.endpoint_id = ?")
            values.append(endpoint_id)
        listed = ", ".join(f"d.{name}" for name in _DELIVERY.split(", "))
        found = self._tables.rows(
            f"SELECT {listed} FROM delivery_facts d WHERE {' AND '.join(where)} AND d.run_no > ?"
            f" AND {_NEWEST} ORDER BY d.fact_no DESC"
            f"{f' LIMIT {int(limit)}' if limit is not None else ''}",
            *values,
            after_run,
        )
        return tuple(Delivery(*row) for row in found)  # type: ignore[arg-type]

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many deliveries of each endpoint stand in each state but `delivered`."""
        found = self._tables.rows(
            "SELECT d.endpoint_id, d.state, count(*) FROM delivery_facts d WHERE d.state IN"
            f" ('failed', 'dead', 'owed') AND {_NEWEST} GROUP BY d.endpoint_id, d.state"
        )
        return {(str(endpoint), str(state)): int(str(n)) for endpoint, state, n in found}

    def record(
        self, deliveries: Sequence[Delivery], through: Mapping[str, int], now: datetime
    ) -> None:
        """Add what became of deliveries, in their order, and how far endpoints are: whole or not at
        all.
        """
        rows = [_cells(d) for d in deliveries]
        rows += [(e, run, None, "through", 0, "", None, now) for e, run in through.items()]
        with self._tables.transaction():
            no = number(self._tables, "SELECT max(fact_no) FROM delivery_facts")
            for start in range(0, len(rows), _ROWS):
                part = rows[start : start + _ROWS]
                marks = ", ".join([f"({', '.join('?' * 9)})"] * len(part))
                self._tables.run(
                    f"INSERT INTO delivery_facts (fact_no, {_DELIVERY}) VALUES {marks}",
                    *(v for i, row in enumerate(part) for v in (no + start + i + 1, *row)),
                )


def _cells(delivery: Delivery) -> tuple[object, ...]:
    return (
        delivery.endpoint_id,
        delivery.run_no,
        delivery.lead_id,
        delivery.state,
        delivery.attempts,
        delivery.status,
        delivery.retry_at,
        delivery.recorded_at,
    )


def _endpoint(row: Sequence[object]) -> Endpoint:
    cells = [*row]
    cells[4] = tuple(json.loads(str(row[4])))
    return Endpoint(*cells)  # type: ignore[arg-type]
