"""Stored runs: a log of changes.

A run keeps a row only for leads whose labels, segments or route differ from their last row, with the scores and reasons
of that moment.  Scores alone move every day as activities fade, and writing them all would cost as much as the run;
they can be had again exactly, for a run's moment and the text of its playbook are kept and a qualification is a
function of them and of the facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from leadlight.adapters.engines.duckdb import count, quoted, rows
from leadlight.adapters.ledger.transaction import whole
from leadlight.facts.cohort import Known
from leadlight.facts.ledger import Agreement, Move, Qualified, Run, RunReceipt

_ROUTE = ("segments", "department", "respond_within", "next_step")


def record(
    con: duckdb.DuckDBPyConnection,
    qualified: Qualified,
    agreement: Agreement,
    as_of: datetime,
    now: datetime,
    known: Known,
) -> RunReceipt:
    """Store a run and compare it with the one before: who is new, who is gone, who went from which label to which."""
    last = stored(con, 1)
    with whole(con):
        no = count(con, "SELECT max(run_no) FROM runs") + 1
        _add_columns(con, qualified)
        _compare(con, qualified)
        moves = [m for scale in qualified.scales for m in _moves(con, scale)]
        changed, new, gone = (
            int(str(n)) for n in rows(
                con,
                "SELECT count(*), count(*) FILTER (WHERE was_absent AND NOT gone), count(*) FILTER (WHERE gone) "
                "FROM _changes",
            )[0]
        )  # fmt: skip
        kept = ["lead_id", "gone", *_ROUTE, "reasons"]
        kept += [f"score_{s}" for s in qualified.scores] + [f"label_{s}" for s in qualified.scales]
        names = ", ".join(quoted(k) for k in kept)
        con.execute(f"INSERT INTO run_changes BY NAME SELECT {no} AS run_no, {names} FROM _changes")
        leads = count(con, f"SELECT count(*) FROM {qualified.relation}")
        run = Run(f"r{no}", as_of, now, known, agreement.fingerprint, agreement.name, leads, changed)
        con.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [no, run.run_id, as_of, now, known, agreement.fingerprint, leads, changed],
        )
        if not rows(con, "SELECT 1 FROM playbooks WHERE fingerprint = ?", [agreement.fingerprint]):
            con.execute(
                "INSERT INTO playbooks VALUES (?, ?, ?, ?)",
                [agreement.fingerprint, agreement.name, agreement.text, now],
            )
    return RunReceipt(run, last[0] if last else None, new, gone, tuple(moves))


def stored(con: duckdb.DuckDBPyConnection, newest: int | None = None) -> list[Run]:
    """The stored runs, newest first."""
    limit = f" LIMIT {int(newest)}" if newest is not None else ""
    found = rows(
        con,
        "SELECT r.run_id, r.as_of, r.recorded_at, r.known, r.fingerprint, p.name, r.leads, r.changed "
        "FROM runs r JOIN playbooks p USING (fingerprint) ORDER BY r.run_no DESC" + limit,
    )
    return [Run(*row) for row in found]  # type: ignore[arg-type]


def playbook_text(con: duckdb.DuckDBPyConnection, fingerprint: str) -> str | None:
    """The text of a playbook some run was made with."""
    found = rows(con, "SELECT text FROM playbooks WHERE fingerprint = ?", [fingerprint])
    return str(found[0][0]) if found else None


def labels_as_of_run(scales: Sequence[str], run_no: int | None = None) -> str:
    """SQL: the lead's labels as a stored run (the last one) left them; leads that were gone are not in it."""
    upto = f"WHERE run_no <= {int(run_no)}" if run_no is not None else ""
    labels = "".join(f", {quoted('label_' + s)}" for s in scales)
    return (
        f"SELECT lead_id{labels}, {', '.join(_ROUTE)} FROM "
        f"(SELECT *, max(run_no) OVER (PARTITION BY lead_id) AS newest FROM run_changes {upto}) "
        "WHERE run_no = newest AND NOT gone"
    )


def _add_columns(con: duckdb.DuckDBPyConnection, qualified: Qualified) -> None:
    for name in qualified.scores:
        con.execute(f"ALTER TABLE run_changes ADD COLUMN IF NOT EXISTS {quoted('score_' + name)} DOUBLE")
    for name in qualified.scales:
        con.execute(f"ALTER TABLE run_changes ADD COLUMN IF NOT EXISTS {quoted('label_' + name)} VARCHAR")


def _compare(con: duckdb.DuckDBPyConnection, qualified: Qualified) -> None:
    """Leave `_changes`: what is to be stored, beside the labels as they were (`was_...`)."""
    before = labels_as_of_run(qualified.scales)
    scores = "".join(f", n.{quoted(s)} AS {quoted('score_' + s)}" for s in qualified.scores)
    labels = "".join(
        f", n.{quoted(s)} AS {quoted('label_' + s)}, b.{quoted('label_' + s)} AS {quoted('was_' + s)}"
        for s in qualified.scales
    )
    pairs = [(f"n.{quoted(s)}", f"b.{quoted('label_' + s)}") for s in qualified.scales]
    pairs += [(f"n.{c}", f"b.{c}") for c in _ROUTE]
    differs = " OR ".join(f"{new} IS DISTINCT FROM {old}" for new, old in pairs)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _changes AS "
        "SELECT coalesce(n.lead_id, b.lead_id) AS lead_id, n.lead_id IS NULL AS gone, b.lead_id IS NULL AS was_absent, "
        f"{', '.join('n.' + c for c in _ROUTE)}, n.reasons{scores}{labels} "
        f"FROM {qualified.relation} n FULL JOIN ({before}) b ON n.lead_id = b.lead_id "
        f"WHERE n.lead_id IS NULL OR b.lead_id IS NULL OR {differs}"
    )


def _moves(con: duckdb.DuckDBPyConnection, scale: str) -> list[Move]:
    was, now = quoted("was_" + scale), quoted("label_" + scale)
    found = rows(
        con,
        f"SELECT {was}, {now}, count(*) AS n FROM _changes WHERE {was} IS DISTINCT FROM {now} "
        "GROUP BY ALL ORDER BY n DESC, 1, 2",
    )
    return [Move(scale, None if a is None else str(a), None if b is None else str(b), int(str(n))) for a, b, n in found]
