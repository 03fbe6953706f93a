"""Stored runs: a log of changes.

A run keeps a row only for leads whose labels, segments or route differ from their last row, with
the scores and reasons of that moment.  Scores alone move every day as activities fade, and writing
them all would cost as much as the run; they can be had again exactly, for a run's moment and the
text of its playbook are kept and a qualification is a function of them and of the facts.  A run
that looked only at some leads (`touched.py`) says nothing of the others: they are as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.lead_states import (
    BEHIND,
    LogColumns,
    current_states,
    fold,
    widen,
)
from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.cohort import Known
from leadlight.facts.ledger import Agreement, Move, QualificationTable, Run, RunReceipt
from leadlight.plan.dialects.names import LONGEST_NAME, short

CHANGES = "_changes"
_ROUTE = ("segments", "department", "respond_within", "next_step")


@dataclass(frozen=True)
class RunChanges:
    """What became of the leads of a run: how many were looked at, changed, are new or gone, and
    which labels moved.
    """

    looked_at: int
    changed: int
    new: int
    gone: int
    moves: tuple[Move, ...]


Write = Callable[[Tables, QualificationTable, int, datetime, bool], RunChanges]


def write(
    tables: Tables, qualified: QualificationTable, no: int, as_of: datetime, first: bool
) -> RunChanges:
    """Write what changed with a run of that number (the `first` has nothing to be compared with),
    and who is due when.
    """
    before = None if first else _labels_before(tables, qualified, no)
    tables.fresh(CHANGES, compare(qualified, before))
    kinds = _kinds_of_change(tables, qualified.scales)
    changed = sum(k.leads for k in kinds)
    new = sum(k.leads for k in kinds if k.was_absent and not k.gone)
    gone = sum(k.leads for k in kinds if k.gone)
    if changed:
        tables.run(keep(qualified, str(no)))
    for text in note_due(qualified, as_of):
        tables.run(text)
    looked_at = number(tables, f"SELECT count(*) FROM {qualified.only or qualified.relation}")
    return RunChanges(looked_at, changed, new, gone, _moves(kinds, qualified.scales))


def record(
    tables: Tables,
    qualified: QualificationTable,
    agreement: Agreement,
    as_of: datetime,
    now: datetime,
    known: Known,
    write: Write = write,
) -> RunReceipt:
    """Store a run and compare it with the one before: who is new, who is gone, who went from which
    label to which.
    """
    with tables.transaction():
        last = list_runs(tables, 1)
        no, newest, kept_text, folded, behind = (
            int(str(n)) for n in tables.rows(_STANDS, agreement.fingerprint)[0]
        )
        _add_columns(tables, qualified)
        done = write(tables, qualified, no, as_of, not last)
        looked_at = done.looked_at if qualified.only else None
        leads = (
            done.looked_at
            if looked_at is None
            else (last[0].leads if last else 0) + done.new - done.gone
        )
        upto = newest if qualified.due else None
        run = Run(
            f"r{no}",
            as_of,
            now,
            known,
            agreement.fingerprint,
            agreement.name,
            leads,
            done.changed,
            upto,
            looked_at,
        )
        tables.run(
            "INSERT INTO runs (run_no, run_id, as_of, recorded_at, known, fingerprint, leads,"
            " changed, upto, looked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            no,
            run.run_id,
            as_of,
            now,
            known,
            agreement.fingerprint,
            leads,
            done.changed,
            upto,
            looked_at,
        )
        if not folded or behind + done.changed > BEHIND:
            fold(tables, no)
        if not kept_text:
            tables.run(
                "INSERT INTO playbooks (fingerprint, name, text, recorded_at) VALUES (?, ?, ?, ?)",
                agreement.fingerprint,
                agreement.name,
                agreement.text,
                now,
            )
    return RunReceipt(run, last[0] if last else None, done.new, done.gone, done.moves)


# The number of the next run, that of the newest import, whether the text of a playbook is kept, up
# to which run the log is folded, and how many changes came since.
_STANDS = """
SELECT (SELECT coalesce(max(run_no), 0) + 1 FROM runs),
  (SELECT coalesce(max(import_no), 0) FROM imports),
  (SELECT count(*) FROM playbooks WHERE fingerprint = ?),
  f.upto,
  (SELECT coalesce(sum(changed), 0) FROM runs WHERE run_no > f.upto)
FROM (SELECT coalesce(max(run_no), 0) AS upto FROM folded_runs) AS f
"""


def list_runs(tables: Tables, newest: int | None = None) -> list[Run]:
    """The stored runs, newest first."""
    limit = f" LIMIT {int(newest)}" if newest is not None else ""
    found = tables.rows(
        "SELECT r.run_id, r.as_of, r.recorded_at, r.known, r.fingerprint, p.name, r.leads,"
        " r.changed, r.upto, r.looked_at FROM runs r JOIN playbooks p ON p.fingerprint ="
        " r.fingerprint ORDER BY r.run_no DESC" + limit,
    )
    return [Run(*row) for row in found]  # type: ignore[arg-type]


def count_runs_by_version(tables: Tables, upto: datetime) -> dict[int | None, int]:
    """How many runs that were stored up to a moment went by each version: the newest with the run's
    fingerprint that was published by then; None: by no version.
    """
    found = tables.rows(
        "SELECT version, count(*) FROM (SELECT (SELECT max(v.version) FROM versions v WHERE"
        " v.fingerprint = r.fingerprint AND v.recorded_at <= r.recorded_at) AS version FROM runs r"
        " WHERE r.recorded_at <= ?) AS c GROUP BY version",
        upto,
    )
    return {None if n is None else int(str(n)): int(str(runs)) for n, runs in found}


def playbook_text(tables: Tables, fingerprint: str) -> str | None:
    """The text of a playbook some run was made with."""
    found = tables.rows("SELECT text FROM playbooks WHERE fingerprint = ?", fingerprint)
    return str(found[0][0]) if found else None


def labels_as_of_run(
    scales: Sequence[str], run_no: int | None = None, only: str | None = None
) -> str:
    """SQL: the lead's labels as a stored run (the last one) left them; leads that were gone are not
    in it.

    With `only`, a relation of lead ids, those leads' labels.
    """
    upto = [f"run_no <= {int(run_no)}"] if run_no is not None else []
    upto += [f"lead_id IN (SELECT lead_id FROM {only})"] if only else []
    labels = "".join(f", {as_column('label', s)}" for s in scales)
    where = f"WHERE {' AND '.join(upto)}" if upto else ""
    return (
        f"SELECT lead_id{labels}, {', '.join(_ROUTE)} FROM (SELECT *, max(run_no) OVER (PARTITION"
        f" BY lead_id) AS newest FROM run_changes {where}) AS c WHERE run_no = newest AND NOT gone"
    )


def column(kind: Literal["score", "label", "was", "_was"], name: str) -> str:
    """The column that keeps a score or a label; one name on both engines, of which PostgreSQL cuts
    long ones.
    """
    return short(f"{kind}_{name}", LONGEST_NAME)


def as_column(kind: Literal["score", "label", "was", "_was"], name: str) -> str:
    """The same as an SQL identifier."""
    return quoted(column(kind, name))


def _add_columns(tables: Tables, qualified: QualificationTable) -> None:
    columns = {column("score", name): "DOUBLE PRECISION" for name in qualified.scores}
    columns |= {column("label", name): "VARCHAR" for name in qualified.scales}
    tables.widen("run_changes", columns)
    if not qualified.only:  # a playbook has other columns in a run of the whole base first
        labels = tuple(column("label", name) for name in qualified.scales)
        widen(tables, LogColumns(labels, tuple(column("score", n) for n in qualified.scores)))


def _labels_before(tables: Tables, qualified: QualificationTable, no: int) -> str:
    """SQL: the labels before the run of that number. Those of a whole base are read where the log
    is folded, which costs the same after a thousand runs as after one.
    """
    if qualified.only:
        return labels_as_of_run(qualified.scales, only=qualified.only)
    names = [*(column("label", scale) for scale in qualified.scales), *_ROUTE]
    return current_states(tables, no - 1, names)


def compare(qualified: QualificationTable, before: str | None) -> str:
    """SQL of `_changes`: what is to be stored, beside the labels as they were (`was_...`), of which
    there are none before the first run.
    """
    scores = "".join(f", n.{quoted(s)} AS {as_column('score', s)}" for s in qualified.scores)
    route = ", ".join("n." + c for c in _ROUTE)
    if before is None:
        labels = "".join(
            f", n.{quoted(s)} AS {as_column('label', s)}, CAST(NULL AS VARCHAR) AS"
            f" {as_column('was', s)}"
            for s in qualified.scales
        )
        return (
            f"SELECT n.lead_id, FALSE AS gone, TRUE AS was_absent, {route},"
            f" n.reasons{scores}{labels} FROM {qualified.relation} n"
        )
    labels = "".join(
        f", n.{quoted(s)} AS {as_column('label', s)}, b.{as_column('label', s)} AS"
        f" {as_column('was', s)}"
        for s in qualified.scales
    )
    pairs = [(f"n.{quoted(s)}", f"b.{as_column('label', s)}") for s in qualified.scales]
    pairs += [(f"n.{c}", f"b.{c}") for c in _ROUTE]
    differs = " OR ".join(f"{new} IS DISTINCT FROM {old}" for new, old in pairs)
    return (
        "SELECT coalesce(n.lead_id, b.lead_id) AS lead_id, n.lead_id IS NULL AS gone, b.lead_id IS"
        f" NULL AS was_absent, {route}, n.reasons{scores}{labels} FROM {qualified.relation} n FULL"
        f" JOIN ({before}) b ON n.lead_id = b.lead_id WHERE n.lead_id IS NULL OR b.lead_id IS NULL"
        f" OR {differs}"
    )


def keep(qualified: QualificationTable, no: str) -> str:
    """SQL: keep `_changes` as those of the run of that number."""
    names = ["lead_id", "gone", *_ROUTE, "reasons"]
    names += [column("score", s) for s in qualified.scores] + [
        column("label", s) for s in qualified.scales
    ]
    listed = ", ".join(quoted(n) for n in names)
    return f"INSERT INTO run_changes (run_no, {listed}) SELECT {no}, {listed} FROM {CHANGES}"


def note_due(qualified: QualificationTable, as_of: datetime) -> list[str]:
    """SQL: note when each lead that was looked at can change by the clock alone; those to be looked
    at each time are due now.
    """
    texts = [
        (
            f"DELETE FROM due WHERE lead_id IN (SELECT lead_id FROM {qualified.only})"
            if qualified.only
            else "DELETE FROM due"
        )
    ]
    if not qualified.due:
        return texts
    moment = f"CAST('{as_of.isoformat(sep=' ')}' AS TIMESTAMP)"
    always = ""
    if qualified.always:
        always = f" AND n.lead_id NOT IN (SELECT lead_id FROM {qualified.always})"
        texts.append(
            f"INSERT INTO due (lead_id, changes_at) SELECT lead_id, {moment} FROM"
            f" {qualified.always}"
        )
    texts.append(
        f"INSERT INTO due (lead_id, changes_at) SELECT n.lead_id, {moment} + n.changes_in *"
        f" INTERVAL '1 second' FROM {qualified.relation} n WHERE n.changes_in IS NOT NULL{always}"
    )
    return texts


@dataclass(frozen=True)
class _Kind:
    """A kind of change and how many leads it happened to; `labels` are those before and after, a
    pair a scale.
    """

    leads: int
    was_absent: bool
    gone: bool
    labels: tuple[tuple[str | None, str | None], ...]


def _kinds_of_change(tables: Tables, scales: Sequence[str]) -> list[_Kind]:
    """The kinds of change in `_changes`."""
    was = [as_column("was", s) for s in scales]
    now = [as_column("label", s) for s in scales]
    listed = ", ".join(["was_absent", "gone", *was, *now])
    found = tables.rows(f"SELECT count(*), {listed} FROM {CHANGES} GROUP BY {listed}")
    kinds = []
    for leads, was_absent, gone, *labels in found:
        texts = [None if label is None else str(label) for label in labels]
        pairs = tuple(zip(texts[: len(scales)], texts[len(scales) :], strict=True))
        kinds.append(_Kind(int(str(leads)), bool(was_absent), bool(gone), pairs))
    return kinds


def _moves(kinds: Sequence[_Kind], scales: Sequence[str]) -> tuple[Move, ...]:
    """The moves between labels, scale by scale."""
    moves: list[Move] = []
    for n, scale in enumerate(scales):
        pairs = Counter[tuple[str | None, str | None]]()
        for kind in kinds:
            pairs[kind.labels[n]] += kind.leads
        moves += moves_of(scale, pairs)
    return tuple(moves)


def moves_of(scale: str, pairs: Mapping[tuple[str | None, str | None], int]) -> list[Move]:
    """How many leads went from which label to which, those of most leads first."""
    found = [Move(scale, was, now, n) for (was, now), n in pairs.items() if was != now]
    return sorted(
        found,
        key=lambda m: (-m.leads, m.before is None, m.before or "", m.after is None, m.after or ""),
    )
