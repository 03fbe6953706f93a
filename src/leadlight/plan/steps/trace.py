"""The statement behind an explanation: every activity that gave or took points, with its atoms and
age factors.
"""

from __future__ import annotations

from leadlight.facts.cohort import Cohort, Some
from leadlight.plan.any_moment import at_any_moment, at_moment_of
from leadlight.plan.columns import TOLD_BY, slot_atom
from leadlight.plan.dialects import dialect
from leadlight.plan.once import make_once
from leadlight.plan.sources import Sources, sources_at_any_moment
from leadlight.plan.steps.activity import ActivitySteps
from leadlight.plan.steps.atoms import Atoms, slots
from leadlight.plan.terms import add, alias, col, everything, is_known, select, some, subquery
from leadlight.playbook.spec import Playbook


def trace(
    book: Playbook, sources: Sources, cohort: Some, atoms: Atoms, engine: str = "duckdb"
) -> tuple[str, int]:
    """The text of the statement, and how many slots its rows have.

    Columns: lead_id, `_age` (micro-seconds), kind, the activity's columns, `_s1` ... (atom
    numbers), `_w1` ... (factors of the playbook's half-lives in billionths; none for those that do
    not fade), and `_told_by` where a person is several leads.
    """
    whose = at_any_moment(cohort)
    sources = sources_at_any_moment(sources, cohort)
    depends_on = ("trace", book.fingerprint, engine, whose, *sources.shape())
    made, found = make_once(depends_on, lambda: _trace(book, sources, whose, atoms, engine))
    return at_moment_of(made, cohort), found


def _trace(
    book: Playbook, sources: Sources, cohort: Cohort, atoms: Atoms, engine: str
) -> tuple[str, int]:
    speak = dialect(engine)
    steps = ActivitySteps(book, sources, cohort, speak, atoms)
    present = [
        c
        for c in sources.catalog.activity
        if c in sources.catalog.activity_present and c not in ("lead_id", "kind", "occurred_at")
    ]
    columns = list(dict.fromkeys([*steps.columns(), *present]))
    scan = steps.scan(columns, None, steps.longest(), steps.kinds(atoms.all))
    if sources.told_by:
        add(scan, [alias(col(sources.told_by, "a"), TOLD_BY)])
    log = subquery(scan, "log")
    found = slots(atoms.all)
    numbered = select([everything(), *steps.slot_columns()], log)
    query = select([everything(), *steps.factor_columns()], subquery(numbered, "numbered"))
    query = query.where(some([is_known(col(slot_atom(n))) for n in range(1, len(found) + 1)]))
    return query.sql(dialect=speak.name, identify=True, copy=False), len(found)
