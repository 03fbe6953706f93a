"""The newest row of each lead, and the moves between labels, folded out of the log of changes.

A run writes to the log only. Once some thousands of rows are behind, it folds them: what a page
reads is the folded part and the few rows since. So a live batch pays nothing for it, and where
nothing was folded, or all of it was deleted, the log alone gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.ledger.tables import Tables, columns_of, number
from leadlight.plan.dialects.names import LONGEST_NAME, short
from leadlight.results.summary import UNLABELLED

#: So many changes may be behind before they are folded.
BEHIND = 5_000
_FOLD = "_fold"
_BEHIND = """
SELECT coalesce(max(f.run_no), 0), (SELECT coalesce(sum(changed), 0) FROM runs
  WHERE run_no > (SELECT coalesce(max(run_no), 0) FROM folded_runs)) FROM folded_runs AS f
"""
_ROUTE = ("segments", "department", "respond_within", "next_step", "reasons")


@dataclass(frozen=True)
class LogColumns:
    """The columns of the log that hold labels and scores."""

    labels: tuple[str, ...]
    scores: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Those of the log that a state keeps, beside the lead and the run."""
        return (*_ROUTE, *self.labels, *self.scores)


def log_columns(tables: Tables) -> LogColumns:
    """The columns of the log."""
    names = columns_of(tables, "run_changes")
    return LogColumns(
        tuple(n for n in names if n.startswith("label_")),
        tuple(n for n in names if n.startswith("score_")),
    )


def folded_upto(tables: Tables) -> int:
    """Up to which run the log is folded; 0: not at all."""
    return number(tables, "SELECT max(run_no) FROM folded_runs")


def current_states(tables: Tables, upto: int, names: Sequence[str]) -> str:
    """SQL: of each lead in the base its newest row up to a run: lead_id, run_no, and these columns
    of the log.
    """
    folded = folded_upto(tables)
    listed = ", ".join(quoted(n) for n in ("lead_id", "run_no", *names))
    begin = folded if folded <= upto else 0
    newest = (
        f"SELECT {listed} FROM (SELECT lead_id, gone, run_no{_more(names)}, row_number() OVER"
        f" (PARTITION BY lead_id ORDER BY run_no DESC) AS place FROM run_changes WHERE run_no >"
        f" {begin} AND run_no <= {int(upto)}) AS log WHERE place = 1 AND NOT gone"
    )
    if not begin:
        return newest
    if not number(tables, f"SELECT count(*) FROM runs WHERE run_no > {begin} AND changed > 0"):
        return f"SELECT {listed} FROM lead_states"
    return (
        f"SELECT {listed} FROM lead_states AS s WHERE NOT EXISTS (SELECT 1 FROM run_changes AS d"
        f" WHERE d.lead_id = s.lead_id AND d.run_no > {begin} AND d.run_no <= {int(upto)}) UNION"
        f" ALL {newest}"
    )


def as_since(scale: str) -> str:
    """The column of a state that says in which run the lead got its label, as an SQL identifier."""
    return quoted(_since(short(f"label_{scale}", LONGEST_NAME)))


def make_moves(tables: Tables, scale: str, name: str) -> str:
    """SQL: the moves on a scale after the first run: lead_id, run_no, was, label, began,
    row_before. Those that are not folded yet are put into a temporary table of that name.
    """
    folded = folded_upto(tables)
    label = short(f"label_{scale}", LONGEST_NAME)
    listed = "lead_id, run_no, was, label, began, row_before"
    kept = f"SELECT {listed} FROM label_moves WHERE scale = {text_literal(_scale_of(label))}"
    if folded and not number(
        tables, f"SELECT count(*) FROM runs WHERE run_no > {folded} AND changed > 0"
    ):
        return kept
    columns = log_columns(tables)
    only = LogColumns(tuple(n for n in columns.labels if n == label), ())
    if not only.labels:
        return kept
    tables.fresh(_FOLD, _fold_query(only, folded, None))
    tables.fresh(name, f"SELECT {listed} FROM ({_moves(0)}) AS moves")
    return f"{kept} UNION ALL SELECT {listed} FROM {name}"


def fold(tables: Tables, upto: int, behind: int = BEHIND) -> None:
    """Fold the log up to a run where more changes than that are behind, in the transaction that is
    open.
    """
    folded, changes = (int(str(n)) for n in tables.rows(_BEHIND)[0])
    if folded and changes <= behind:
        return
    columns = log_columns(tables)
    first = number(tables, "SELECT min(run_no) FROM runs")
    if not first:
        return
    widen(tables, columns)
    if not folded:
        _begin(tables, columns, first)
        folded = first
    if folded < upto:
        _go_on(tables, columns, folded, upto)
    tables.run("DELETE FROM folded_runs")
    tables.run("INSERT INTO folded_runs (run_no) VALUES (?)", upto)


def widen(tables: Tables, columns: LogColumns) -> None:
    """The states have a column for each of the log's."""
    widths = dict.fromkeys(columns.scores, "DOUBLE PRECISION")
    widths |= dict.fromkeys(columns.labels, "VARCHAR")
    widths |= {_since(label): "INTEGER" for label in columns.labels}
    tables.widen("lead_states", widths)


def _begin(tables: Tables, columns: LogColumns, first: int) -> None:
    """The states that the first run left."""
    for table in ("lead_states", "label_moves"):
        tables.run(f"DELETE FROM {table}")
    kept = ", ".join(quoted(n) for n in columns.all)
    since = ", ".join(quoted(_since(label)) for label in columns.labels)
    marks = ", ".join("run_no" for _ in columns.labels)
    tables.run(
        f"INSERT INTO lead_states (lead_id, run_no, {kept}{_after_comma(since)}) SELECT lead_id,"
        f" run_no, {kept}{_after_comma(marks)} FROM run_changes WHERE run_no = {first} AND NOT gone"
    )


def _go_on(tables: Tables, columns: LogColumns, folded: int, upto: int) -> None:
    tables.fresh(_FOLD, _fold_query(columns, folded, upto))
    for n, label in enumerate(columns.labels):
        tables.run(
            "INSERT INTO label_moves (run_no, lead_id, scale, was, label, began, row_before) SELECT"
            f" run_no, lead_id, {text_literal(_scale_of(label))}, was, label, began,"
            f" row_before FROM ({_moves(n)}) AS moves"
        )
    tables.run(f"DELETE FROM lead_states WHERE lead_id IN (SELECT lead_id FROM {_FOLD})")
    kept = ", ".join(quoted(n) for n in columns.all)
    of_log = ", ".join(f"c.{quoted(n)}" for n in columns.all)
    since = ", ".join(quoted(_since(label)) for label in columns.labels)
    marks = ", ".join(f"f.since_{n}" for n in range(len(columns.labels)))
    tables.run(
        f"INSERT INTO lead_states (lead_id, run_no, {kept}{_after_comma(since)}) SELECT c.lead_id,"
        f" c.run_no, {of_log}{_after_comma(marks)} FROM {_FOLD} AS f JOIN run_changes AS c ON"
        f" c.lead_id = f.lead_id AND c.run_no = f.run_no WHERE f.is_newest AND NOT f.gone AND"
        f" c.run_no > {folded}"
    )


def _fold_query(columns: LogColumns, folded: int, upto: int | None) -> str:
    """SQL: each row of the log after the folded ones, beside the lead's state before; of each label
    what it was, since when it is, and since when the one before was.
    """
    until = "" if upto is None else f" AND run_no <= {upto}"
    pending = f"FROM run_changes WHERE run_no > {folded}{until}"
    numbers = range(len(columns.labels))
    of_log = "".join(
        f", CASE WHEN NOT gone THEN {_label_value(label)} END AS label_{n}, CAST(NULL AS INTEGER)"
        f" AS base_{n}"
        for n, label in enumerate(columns.labels)
    )
    of_state = "".join(
        f", {_label_value(label)} AS label_{n}, {quoted(_since(label))} AS base_{n}"
        for n, label in enumerate(columns.labels)
    )
    rows = f"SELECT lead_id, run_no, gone, FALSE AS is_state{of_log} {pending}"
    if folded:
        rows += (
            f" UNION ALL SELECT lead_id, run_no, FALSE, TRUE{of_state} FROM lead_states WHERE"
            f" lead_id IN (SELECT lead_id {pending})"
        )
    was = "".join(f", lag(label_{n}) OVER w AS was_{n}" for n in numbers)
    changed = "".join(
        f", CASE WHEN is_state THEN base_{n} WHEN label_{n} IS DISTINCT FROM was_{n} THEN run_no"
        f" END AS changed_{n}"
        for n in numbers
    )
    since = "".join(
        f", max(changed_{n}) OVER (PARTITION BY lead_id ORDER BY run_no ROWS BETWEEN UNBOUNDED"
        f" PRECEDING AND CURRENT ROW) AS since_{n}"
        for n in numbers
    )
    began = "".join(f", lag(since_{n}) OVER w AS began_{n}" for n in numbers)
    window = "WINDOW w AS (PARTITION BY lead_id ORDER BY run_no)"
    return (
        f"WITH steps AS (SELECT *, lag(run_no) OVER w AS row_before, lead(run_no) OVER w IS NULL AS"
        f" is_newest{was} FROM ({rows}) AS log {window}), marks AS (SELECT *{changed} FROM steps),"
        f" carried AS (SELECT *{since} FROM marks) SELECT *{began} FROM carried {window}"
    )


def _moves(n: int) -> str:
    """SQL: the moves on the label of that number."""
    return (
        f"SELECT run_no, lead_id, was_{n} AS was, label_{n} AS label, began_{n} AS began,"
        f" row_before FROM {_FOLD} WHERE NOT is_state AND label_{n} IS DISTINCT FROM was_{n}"
    )


def _label_value(label: str) -> str:
    return f"coalesce({quoted(label)}, {text_literal(UNLABELLED)})"


def _scale_of(label: str) -> str:
    return label.removeprefix("label_")


def _since(label: str) -> str:
    return short(f"since_{_scale_of(label)}", LONGEST_NAME)


def _more(names: Sequence[str]) -> str:
    return "".join(f", {quoted(n)}" for n in names)


def _after_comma(names: str) -> str:
    return f", {names}" if names else ""
