"""The ladder's numbers beside a slow count of the same log, lead by lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.summary.ladder import LadderLog, RunSpan, run_span
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


def ledger(log: Log) -> duckdb.DuckDBPyConnection:
    """The log of changes that such runs leave: a row where something differs."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE runs (run_no INTEGER, run_id VARCHAR, as_of TIMESTAMP, fingerprint VARCHAR)"
    )
    con.execute(
        "CREATE TABLE run_changes (run_no INTEGER, lead_id VARCHAR, gone BOOLEAN, segments VARCHAR,"
        " reasons VARCHAR, label_temperature VARCHAR)"
    )
    for run in range(RUNS):
        con.execute(
            "INSERT INTO runs VALUES (?, ?, ?, 'f')",
            [run + 1, f"r{run + 1}", START + timedelta(days=run)],
        )
    for n, states in enumerate(log.states):
        before: str | None = None
        for run, state in enumerate(states):
            if state != before:
                gone = state is None
                row = [run + 1, f"L{n}", gone, "big" if n % 2 else "", "", state]
                con.execute("INSERT INTO run_changes VALUES (?, ?, ?, ?, ?, ?)", row)
            before = state
    return con


def look(
    con: duckdb.DuckDBPyConnection, first_day: int, last_day: int
) -> tuple[LadderLog, RunSpan]:
    since = START + timedelta(days=first_day)
    span = run_span(con, since, START + timedelta(days=last_day))
    assert span is not None
    log = LadderLog(con, Holdings(), span, {"temperature": STEPS}, since)
    log.split(None)
    return log, span


WRITES = st.lists(
    st.lists(st.sampled_from([None, *STEPS, GONE, "aside"]), min_size=RUNS, max_size=RUNS),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WRITES, st.integers(-1, RUNS - 1), st.integers(0, RUNS - 1))
def test_the_moves_add_up_to_who_stands_where(writes: Writes, first: int, last: int) -> None:
    """Whatever the runs wrote: who stood there, and who came, less who left, is who stands there;
    and every number is the one that a count lead by lead gives.
    """
    if first > last:
        first, last = last, first
    log = Log.of(writes)
    begin, end = min(max(first, 0), last), last
    counted, span = look(ledger(log), first, last)
    assert (span.before, span.upto, span.runs) == (begin + 1, end + 1, end - begin)
    numbers = {label: n for (_, label), n in counted.numbers("temperature").items()}
    moves = Counter(
        {(m.before, m.after): m.moves for m in counted.moves("temperature").get("", [])}
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
    assert sum(counted.leads().values()) == sum(s[end] is not None for s in log.states)


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
    warm = counted.numbers("temperature")["", "warm"]
    assert (warm.days, warm.departures, warm.censored) == (pytest.approx(2.5), 2, 1)


def test_a_period_before_the_first_run_has_no_runs() -> None:
    con = ledger(Log.of([]))
    assert run_span(con, START - timedelta(days=9), START - timedelta(days=1)) is None
