"""What tracks have asked people and programs to do, and nobody has done since."""

from __future__ import annotations

from datetime import datetime

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.facts.sales_touches import TOUCH_KINDS
from leadlight.facts.steps import StepFact, StepKind


def open_tasks(facts: FactStore, limit: int) -> list[StepFact]:
    """Tasks, and texts that no endpoint was handed, of leads with whom nobody was in touch since,
    the newest first.
    """
    touches = ", ".join(map(text_literal, TOUCH_KINDS))
    found = facts.tables.rows(
        "SELECT s.lead_id, s.track, s.entry, s.step, s.kind, s.occurred_at, s.because FROM"
        " step_facts s WHERE (s.kind = 'task' OR (s.kind = 'text' AND s.mail_id IS NULL)) AND NOT"
        " EXISTS (SELECT 1 FROM"
        f" activity_facts a WHERE a.lead_id = s.lead_id AND a.kind IN ({touches}) AND a.occurred_at"
        " >= s.occurred_at AND a._import NOT IN (SELECT import_no FROM undos)) ORDER BY"
        f" s.occurred_at DESC, s.fact_no LIMIT {int(limit)}"
    )
    return [_task(row) for row in found]


def _task(row: tuple[object, ...]) -> StepFact:
    lead, track, entry, step, kind, at, because = row
    assert isinstance(at, datetime)
    way: StepKind = "task" if kind == "task" else "text"
    said = None if because is None else str(because)
    return StepFact(str(lead), str(track), int(str(entry)), int(str(step)), way, at, because=said)
