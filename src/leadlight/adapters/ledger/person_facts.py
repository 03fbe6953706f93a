"""All that a ledger holds of a person, with where each fact came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.erasure import Trace, trace
from leadlight.adapters.ledger.tables import Tables, columns_of
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.ledger import Holdings
from leadlight.facts.persons import (
    PersonFact,
    PersonFacts,
    PersonLabels,
    PersonLink,
    PersonStep,
    Provenance,
    RejectedRow,
)

_FROM = (
    "JOIN imports i ON i.import_no = f._import LEFT JOIN (SELECT import_no, min(recorded_at) AS"
    " undone_at FROM undos GROUP BY import_no) u ON u.import_no = f._import"
)
_PROVENANCE = "i.import_id, i.file, f._row, u.undone_at"
_ORDER = "ORDER BY f._recorded_at, f._import, f._row"
_CHECKED = {"_email": "email", "_phone": "phone", "_mobile": "mobile"}


def person_facts(tables: Tables, leads: Sequence[str], holdings: Holdings) -> PersonFacts:
    """Everything of the person who is these leads."""
    found = trace(tables, leads, holdings)
    single = holdings.single()
    return PersonFacts(
        _facts(tables, found, "attribute_facts", "_occurred_at", list(single.attributes)),
        _facts(tables, found, "activity_facts", "occurred_at", list(holdings.activity_columns)),
        _facts(
            tables, found, "contact_facts", "_occurred_at", [*sorted(CHECK_ATTRIBUTES), *_CHECKED]
        ),
        _links(tables, found),
        _labels(tables, found),
        _rejects(tables, found),
        _assignments(tables, found),
        _clocks(tables, found),
        _messages(tables, found),
        _steps(tables, found),
        _write_backs(tables, found),
    )


def _facts(
    tables: Tables, found: Trace, table: str, happened: str, names: Sequence[str]
) -> tuple[PersonFact, ...]:
    """The person's rows of a table of facts, each with the values that it states."""
    kind = "f.kind" if table == "activity_facts" else "NULL"
    listed = "".join(f", f.{quoted(n)}" for n in names)
    rows = tables.rows(
        f"SELECT f.lead_id, f.{happened}, f._recorded_at, {kind}, {_PROVENANCE}{listed} FROM"
        f" {table} f {_FROM} WHERE f.lead_id = ANY(?) {_ORDER}",
        list(found.leads),
    )
    return tuple(_fact(row, names) for row in rows)


def _fact(row: Sequence[Any], names: Sequence[str]) -> PersonFact:
    lead, occurred, recorded, kind, *rest = row
    values = {_CHECKED.get(n, n): v for n, v in zip(names, rest[4:], strict=True) if v is not None}
    return PersonFact(lead, occurred, recorded, values, _provenance(*rest[:4]), kind)


def _provenance(import_id: str, file: str, row: int, undone_at: datetime | None) -> Provenance:
    """Where a fact came from; in which folder the file lay is nobody's business."""
    return Provenance(import_id, PurePath(file).name, row, undone_at)


def _assignments(tables: Tables, found: Trace) -> tuple[PersonFact, ...]:
    """Whose the person's leads were, and why."""
    names = ("person", "department", "because", "label", "began_at", "due_at")
    listed = ", ".join(f"f.{n}" for n in names)
    rows = tables.rows(
        "SELECT f.lead_id, f.recorded_at, f.recorded_at, f.kind, i.import_id, i.file, f.place,"
        f' u.undone_at, {listed}, f."by" FROM assignment_facts f {_FROM} WHERE f.lead_id = ANY(?)'
        " ORDER BY f.fact_no",
        list(found.leads),
    )
    return tuple(_fact(row, (*names, "by")) for row in rows)


def _clocks(tables: Tables, found: Trace) -> tuple[PersonStep, ...]:
    """What the response times of the person's leads came to."""
    rows = tables.rows(
        "SELECT lead_id, step, recorded_at, recorded_at, person, due_at FROM clock_facts WHERE"
        " lead_id = ANY(?) ORDER BY fact_no",
        list(found.leads),
    )
    return tuple(_step(row, ("person", "due_at")) for row in rows)


def _messages(tables: Tables, found: Trace) -> tuple[PersonStep, ...]:
    """What was told of the assignments of the person's leads."""
    rows = tables.rows(
        "SELECT e.lead_id, e.steps, r.recorded_at, r.recorded_at, e.person, e.department, e.due_at,"
        " e.because FROM routing_events e JOIN runs r ON r.run_no = e.run_no WHERE e.lead_id ="
        " ANY(?) ORDER BY e.run_no, e.lead_id",
        list(found.leads),
    )
    return tuple(_step(row, ("person", "department", "due_at", "because")) for row in rows)


def _steps(tables: Tables, found: Trace) -> tuple[PersonStep, ...]:
    """What became of the person's leads in tracks."""
    names = ("track", "entry", "step", "variant", "because", "mail_id")
    rows = tables.rows(
        f"SELECT lead_id, kind, occurred_at, recorded_at, {', '.join(names)} FROM step_facts WHERE"
        " lead_id = ANY(?) ORDER BY fact_no",
        list(found.leads),
    )
    return tuple(_step(row, names) for row in rows)


def _write_backs(tables: Tables, found: Trace) -> tuple[PersonStep, ...]:
    """What was written of the person's leads into CRMs."""
    rows = tables.rows(
        "SELECT lead_id, state, recorded_at, recorded_at, connection, external_id, given FROM"
        " push_facts WHERE lead_id = ANY(?) ORDER BY fact_no",
        list(found.leads),
    )
    return tuple(_step(row, ("connection", "external_id", "given")) for row in rows)


def _step(row: Sequence[Any], names: Sequence[str]) -> PersonStep:
    lead, kind, occurred, recorded, *rest = row
    values = {n: v for n, v in zip(names, rest, strict=True) if v is not None}
    return PersonStep(lead, kind, occurred, recorded, values)


def _links(tables: Tables, found: Trace) -> tuple[PersonLink, ...]:
    rows: list[tuple[Any, ...]] = tables.rows(
        'SELECT f.lead_a, f.lead_b, f.kind, f.state, f.weight, f.evidence, f."by", f._recorded_at,'
        f" {_PROVENANCE} FROM link_facts f {_FROM} WHERE f.lead_a = ANY(?) OR f.lead_b = ANY(?)"
        f" {_ORDER}",
        list(found.leads),
        list(found.leads),
    )
    return tuple(_link(row) for row in rows)


def _link(row: Sequence[Any]) -> PersonLink:
    a, b, kind, state, weight, evidence, by, recorded, *origin = row
    return PersonLink(a, b, kind, state, weight, evidence, by, recorded, _provenance(*origin))


def _labels(tables: Tables, found: Trace) -> tuple[PersonLabels, ...]:
    fixed = ("run_no", "lead_id", "gone")
    names = [n for n in columns_of(tables, "run_changes") if n not in fixed]
    listed = "".join(f", c.{quoted(n)}" for n in names)
    rows: list[tuple[Any, ...]] = tables.rows(
        f"SELECT c.lead_id, r.run_id, r.as_of, p.name, c.gone{listed} FROM run_changes c JOIN runs"
        " r ON r.run_no = c.run_no JOIN playbooks p ON p.fingerprint = r.fingerprint WHERE"
        " c.lead_id = ANY(?) ORDER BY c.run_no, c.lead_id",
        list(found.leads),
    )
    return tuple(_labels_of_run(row, names) for row in rows)


def _labels_of_run(row: Sequence[Any], names: Sequence[str]) -> PersonLabels:
    values = {n: v for n, v in zip(names, row[5:], strict=True) if v not in (None, "")}
    lead, run_id, as_of, playbook, gone = row[:5]
    return PersonLabels(lead, run_id, as_of, playbook, gone, values)


def _rejects(tables: Tables, found: Trace) -> tuple[RejectedRow, ...]:
    out = []
    for import_no, line, text in found.rejects:
        rows: list[tuple[Any, ...]] = tables.rows(
            "SELECT i.import_id, i.file, r.line, r.reason, r.text FROM rejects r JOIN imports i ON"
            " i.import_no = r.import_no WHERE r.import_no = ? AND r.line IS NOT DISTINCT FROM"
            " CAST(? AS BIGINT) AND r.text = ?",
            import_no,
            line,
            text,
        )
        out += [RejectedRow(*row) for row in rows]
    return tuple(replace(row, file=PurePath(row.file).name) for row in out)
