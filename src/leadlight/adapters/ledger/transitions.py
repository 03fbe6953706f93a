"""Transitions out of the log of changes: each row of a run beside the lead's row before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import Tables, columns_of, number
from leadlight.facts.transitions import LabelMove, RoutingEvent, Transition, Transitions

#: So many are looked for by one query.
_KEYS = 100
_FIXED = (
    "run_no",
    "lead_id",
    "as_of",
    "gone",
    "before",
    "segments",
    "department",
    "respond_within",
    "next_step",
    "reasons",
    "steps",
    "person",
    "of_department",
    "due_at",
    "because",
)


def list_transitions(
    tables: Tables, after_run: int, after_lead: str | None, limit: int
) -> Transitions:
    """The transitions of the runs after `after_run` (and, of that run itself, those of the leads
    after `after_lead`), at most `limit` of them.
    """
    upto = number(tables, "SELECT max(run_no) FROM runs")
    if upto <= after_run and after_lead is None:
        return Transitions((), max(upto, after_run), more=False)
    columns = _columns_of(tables)
    of_run, values = "run_no > ?", [after_run]
    if after_lead is not None:
        of_run, values = f"({of_run} OR (run_no = ? AND lead_id > ?))", [after_run, after_run]
    rest: list[object] = [*values] if after_lead is None else [*values, after_lead]
    found = tables.rows(_query(columns, of_run, limit + 1), *rest)
    told = tuple(_transition(columns, row) for row in found[:limit])
    more = len(found) > limit
    return Transitions(told, told[-1].run_no if more else upto, more)


def find_transitions(tables: Tables, changes: Sequence[tuple[int, str]]) -> tuple[Transition, ...]:
    """The transitions of these runs and leads, in the order of runs and leads."""
    columns = _columns_of(tables)
    found: dict[tuple[int, str], Transition] = {}
    for start in range(0, len(changes), _KEYS):
        part = changes[start : start + _KEYS]
        of_run = " OR ".join(["(run_no = ? AND lead_id = ?)"] * len(part))
        values = [v for change in part for v in change]
        for row in tables.rows(_query(columns, f"({of_run})", len(part)), *values):
            told = _transition(columns, row)
            found[told.run_no, told.lead_id] = told
    return tuple(found[change] for change in sorted(found))


@dataclass(frozen=True)
class _Columns:
    """The columns of the log that hold labels and scores."""

    labels: Sequence[str]
    scores: Sequence[str]


def _columns_of(tables: Tables) -> _Columns:
    names = columns_of(tables, "run_changes")
    return _Columns(
        tuple(n for n in names if n.startswith("label_")),
        tuple(n for n in names if n.startswith("score_")),
    )


def _query(columns: _Columns, of_run: str, limit: int) -> str:
    """SQL: a page of the log, and of each of its leads the row before."""
    labels = "".join(f", c.{quoted(n)}" for n in columns.labels)
    scores = "".join(f", c.{quoted(n)}" for n in columns.scores)
    before = "".join(f", lag(h.{quoted(n)}) OVER w AS {quoted('was_' + n)}" for n in columns.labels)
    was = "".join(f", b.{quoted('was_' + n)}" for n in columns.labels)
    return (
        f"WITH page AS (SELECT * FROM run_changes WHERE {of_run} ORDER BY run_no, lead_id LIMIT"
        f" {limit}), before AS (SELECT h.run_no, h.lead_id, CASE WHEN lag(h.gone) OVER w IS NULL OR"
        f" lag(h.gone) OVER w THEN 0 ELSE 1 END AS present{before} FROM run_changes AS h WHERE"
        " h.lead_id IN (SELECT lead_id FROM page) AND h.run_no <= (SELECT max(run_no) FROM page)"
        " WINDOW w AS (PARTITION BY h.lead_id ORDER BY h.run_no)) SELECT c.run_no, c.lead_id,"
        " r.as_of, c.gone, b.present, c.segments, c.department, c.respond_within, c.next_step,"
        " c.reasons, e.steps, e.person, e.department AS of_department, e.due_at,"
        f" e.because{labels}{was}{scores} FROM page AS c JOIN before AS b ON b.run_no = c.run_no"
        " AND b.lead_id = c.lead_id JOIN runs AS r ON r.run_no = c.run_no LEFT JOIN routing_events"
        " AS e ON e.run_no = c.run_no AND e.lead_id = c.lead_id ORDER BY c.run_no, c.lead_id"
    )


def _transition(columns: _Columns, row: Sequence[object]) -> Transition:
    cells = dict(zip(_FIXED, row, strict=False))
    at = len(_FIXED)
    labels = _texts(columns.labels, row[at:], "label_")
    at += len(columns.labels)
    was = _texts(columns.labels, row[at:], "label_")
    at += len(columns.labels)
    gone, new = bool(cells["gone"]), not cells["before"]
    labels = dict.fromkeys(labels) if gone else labels
    was = dict.fromkeys(was) if new else was
    run_no, lead_id, as_of = int(str(cells["run_no"])), str(cells["lead_id"]), cells["as_of"]
    assert isinstance(as_of, datetime)
    return Transition(
        transition_id=f"r{run_no}:{lead_id}",
        run_no=run_no,
        run_id=f"r{run_no}",
        lead_id=lead_id,
        as_of=as_of,
        gone=gone,
        new=new,
        moves=tuple(LabelMove(s, was[s], labels[s]) for s in labels if was[s] != labels[s]),
        labels={s: label for s, label in labels.items() if label is not None},
        scores=_numbers(columns.scores, row[at:]),
        segments=_parts(cells["segments"]),
        department=_text(cells["department"]),
        respond_within=_seconds(cells["respond_within"]),
        next_step=_text(cells["next_step"]),
        reasons=_parts(cells["reasons"]),
        routing=_event(lead_id, cells),
    )


def _event(lead_id: str, cells: Mapping[str, object]) -> RoutingEvent | None:
    """What the run tells of the lead's assignment or clock."""
    if cells["steps"] is None:
        return None
    due_at = cells["due_at"]
    return RoutingEvent(
        lead_id=lead_id,
        steps=_parts(cells["steps"]),
        person=_text(cells["person"]),
        department=str(cells["of_department"]),
        due_at=due_at if isinstance(due_at, datetime) else None,
        because=str(cells["because"]),
    )


def _texts(names: Sequence[str], values: Sequence[object], prefix: str) -> dict[str, str | None]:
    return {
        name.removeprefix(prefix): _text(value) for name, value in zip(names, values, strict=False)
    }


def _numbers(names: Sequence[str], values: Sequence[object]) -> Mapping[str, float | None]:
    return {
        name.removeprefix("score_"): float(str(value))
        for name, value in zip(names, values, strict=False)
        if value is not None
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _seconds(value: object) -> timedelta | None:
    return None if value is None else timedelta(seconds=int(str(value)))


def _parts(value: object) -> tuple[str, ...]:
    return tuple(part for part in str(value or "").split("; ") if part)
