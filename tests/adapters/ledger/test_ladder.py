"""The ladder's numbers beside a slow count of the same log, lead by lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.ledger.ladder import count_ladders, run_span
from leadlight.adapters.ledger.lead_states import fold
from leadlight.adapters.ledger.tables import DuckDBTables
from leadlight.facts.ladder import LadderCounts, RunSpan
from leadlight.facts.ledger import Holdings

STEPS = ("hot", "warm", "cold")
START = datetime(2026, 1, 1)
#: A run is a day; of each lead what a run wrote: a label, nothing (None), or that it is gone.
GONE = "gone"
Writes = Sequence[Sequence[str | None]]
RUNS = 6


@dataclass(frozen=True)
class Log:
    """What the runs left of each lead, run by run; None where it is not in the base."""

    states: Sequence[Sequence[str | None]]

    @classmethod
    def of(cls, writes: Writes) -> Log:
        states = []
        for lead in writes:
            now: str | None = None
            states.append([now := _after(now, write) for write in lead])
        return cls(states)


def _after(now: str | None, write: str | None) -> str | None:
    return now if write is None else None if write == GONE else write


def ledger(log: Log, *, fold_after: int = 0) -> DuckDBTables:
    """The log of changes that such runs leave: a row where something differs. The first
    `fold_after` runs are folded.
    """
    con = duckdb.connect()
    for sql in sorted(files("leadlight.adapters.schema.duckdb").iterdir(), key=lambda f: f.name):
        if sql.name[:3] in ("001", "008"):
            con.execute(sql.read_text("utf-8"))
    con.execute("ALTER TABLE run_changes ADD COLUMN label_temperature VARCHAR")
    tables = DuckDBTables(con)
    before: list[str | None] = [None] * len(log.states)
    for run in range(RUNS):
        changed = [n for n, states in enumerate(log.states) if states[run] != before[n]]
        con.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, 'then', 'f', 0, ?)",
            [run + 1, f"r{run + 1}", *[START + timedelta(days=run)] * 2, len(changed)],
        )
        for n in changed:
            before[n] = state = log.states[n][run]
            con.execute(
                "INSERT INTO run_changes (run_no, lead_id, gone, segments, label_temperature)"
                " VALUES (?, ?, ?, ?, ?)",
                [run + 1, f"L{n}", state is None, "big" if n % 2 else "", state],
            )
        if run < fold_after:
            fold(tables, run + 1, behind=0)
    return tables


def look(tables: DuckDBTables, first_day: int, last_day: int) -> tuple[LadderCounts, RunSpan]:
    since = START + timedelta(days=first_day)
    span = run_span(tables, since, START + timedelta(days=last_day))
    assert span is not None
    return count_ladders(tables, Holdings(), span, {"temperature": STEPS}, None, since), span


WRITES = st.lists(
    st.lists(st.sampled_from([None, *STEPS, GONE, "aside"]), min_size=RUNS, max_size=RUNS),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITES, st.integers(-1, RUNS - 1), st.integers(0, RUNS - 1), st.integers(0, RUNS))
def test_the_moves_add_up_to_who_stands_where(
    writes: Writes, first: int, last: int, folded: int
) -> None:
    """Whatever the runs wrote, and however much of it was folded: who stood there, and who came, less who left, is who stands there;
    and every number is the one that a count lead by lead gives.
    """
    if first > last:
        first, last = last, first
    log = Log.of(writes)
    begin, end = min(max(first, 0), last), last
    counted, span = look(ledger(log, fold_after=folded), first, last)
    assert (span.before, span.upto, span.runs) == (begin + 1, end + 1, end - begin)
    numbers = {label: n for (_, label), n in counted.scales["temperature"].numbers.items()}
    moves = Counter(
        {(m.before, m.after): m.moves for m in counted.scales["temperature"].moves.get("", [])}
    )
    slow: Counter[tuple[str | None, str | None]] = Counter()
    for states in log.states:
        for day in range(begin, end):
            if states[day] != states[day + 1]:
                slow[states[day], states[day + 1]] += 1
    assert moves == slow
    for label in (*STEPS, "aside"):
        n = numbers.get(label)
        standing = sum(states[end] == label for states in log.states)
        before = sum(states[begin] == label for states in log.states)
        if n is None:
            assert standing == before == 0
            continue
        came = sum(v for (_, b), v in moves.items() if b == label)
        left = sum(v for (a, _), v in moves.items() if a == label)
        assert (n.standing, n.standing_before, n.departures) == (standing, before, left)
        assert n.standing == n.standing_before + came - left
        assert n.leads == sum(label in states[begin : end + 1] for states in log.states)
        assert n.rose == sum(_rises(states[begin : end + 1], label) for states in log.states)
    assert sum(counted.leads.values()) == sum(s[end] is not None for s in log.states)


def _rises(states: Sequence[str | None], label: str) -> bool:
    """Whether a lead once went from the label straight to a better step."""
    if label not in STEPS:
        return False
    better = STEPS[: STEPS.index(label)]
    return any(a == label and b in better for a, b in pairwise(states))


def test_a_stay_is_as_long_as_from_run_to_run() -> None:
    """L0 was warm from day 1 to day 4; L1 was warm since before the first run, and left on day 2."""
    log = Log.of([["cold", "warm", None, None, "hot", None], ["warm", None, "cold"] + [None] * 3])
    counted, _ = look(ledger(log), 0, 5)
    warm = counted.scales["temperature"].numbers["", "warm"]
    assert (warm.days, warm.departures, warm.censored) == (pytest.approx(2.5), 2, 1)


def test_a_period_before_the_first_run_has_no_runs() -> None:
    con = ledger(Log.of([]))
    assert run_span(con, START - timedelta(days=9), START - timedelta(days=1)) is None
