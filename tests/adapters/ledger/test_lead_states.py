"""The newest state of each lead is the same however much of the log was folded."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.ledger.lead_states import current_states
from tests.adapters.ledger.test_ladder import RUNS, WRITES, Log, Writes, ledger


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITES, st.integers(1, RUNS), st.integers(0, RUNS))
def test_the_states_of_a_run_are_those_of_the_log(writes: Writes, upto: int, folded: int) -> None:
    """Law: also as of a run that was folded long ago, as pages of a list go on with it."""
    log = Log.of(writes)
    tables = ledger(log, fold_after=folded)
    found = tables.rows(current_states(tables, upto, ["label_temperature"]))
    states = {f"L{n}": of_lead[upto - 1] for n, of_lead in enumerate(log.states)}
    assert {lead: label for lead, _, label in found} == {
        lead: label for lead, label in states.items() if label is not None
    }


def test_deleting_what_was_folded_changes_nothing_but_time() -> None:
    log = Log.of(
        [["hot", None, "cold", None, "gone", "warm"], ["cold", "hot", "cold"] + [None] * 3]
    )
    tables = ledger(log, fold_after=4)
    before = sorted(map(str, tables.rows(current_states(tables, RUNS, ["label_temperature"]))))
    for table in ("lead_states", "label_moves", "folded_runs"):
        tables.run(f"DELETE FROM {table}")
    after = sorted(map(str, tables.rows(current_states(tables, RUNS, ["label_temperature"]))))
    assert before == after
    assert len(after) == 2
