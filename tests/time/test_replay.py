"""A replay says of every moment what a run of that moment says, and of every change the minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.engines.replaying import replay
from leadlight.adapters.engines.replaying_facts import facts_of_ledger
from leadlight.facts.cohort import Everyone, Known
from leadlight.plan.asof import relations
from leadlight.plan.compile import ANY_MOMENT, at_moment, statement
from leadlight.plan.sources import Sources
from leadlight.plan.timeline import Period, Replayed
from leadlight.playbook.spec import Playbook
from tests.ledger.conftest import Desk, day
from tests.ledger.test_touched import BOOK, act, does, history, lead, step

__all__ = ["step"]
MINUTE = timedelta(minutes=1)
Told = dict[str, tuple[object, ...]]


def replayed(
    desk: Desk, since: datetime, until: datetime, book: Playbook = BOOK, known: Known = "then", only: str | None = None
) -> Replayed:
    return replay(facts_of_ledger(desk.con, desk.ledger, known, only), [Period(since, until, book)])


def batch(desk: Desk, as_of: datetime, book: Playbook = BOOK, known: Known = "then") -> Told:
    """Each lead's labels by a run of the whole base."""
    holdings = desk.ledger.holdings()
    found = relations(Everyone(ANY_MOMENT, known), holdings)
    leads, log = (q.sql("duckdb", identify=True) for q in (found.leads, found.activities))
    sql = statement(book, Sources(holdings.catalog(), leads, log), Everyone(ANY_MOMENT, known), reasons=False)
    names = [*(s.name for s in book.scales), "department"]
    rows = desk.select(at_moment(sql, as_of))
    return {str(r["lead_id"]): tuple(r[n] for n in names) for r in rows}


def state(desk: Desk, as_of: datetime, book: Playbook = BOOK) -> Told:
    """Each lead's labels as the replay's spells tell them."""
    rows = desk.con.execute(
        "SELECT lead_id, scale, label FROM replay_spells WHERE since <= ? AND (until IS NULL OR until > ?)",
        [as_of, as_of],
    ).fetchall()
    names = [*(s.name for s in book.scales), "department"]
    out: dict[str, dict[str, object]] = {}
    for lead_id, scale, label in rows:
        out.setdefault(lead_id, {})[scale] = label
    return {i: tuple(labels.get(n) for n in names) for i, labels in out.items()}


def told(desk: Desk, steps: list, backfill: bool) -> float:  # type: ignore[type-arg]
    at = 0.0
    for later, does_what in steps:
        at += later / 2
        for what, content in does_what:
            does(desk, what, content, day(at), backfill)
    return at


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(lead, min_size=1, max_size=5),
    log=st.lists(act, min_size=1, max_size=8),
    steps=history,
    backfill=st.booleans(),
    known=st.sampled_from(["then", "now"]),
    minutes=st.lists(st.integers(0, 60 * 1440), min_size=4, max_size=4),
)
def test_a_replay_is_many_runs(
    first: list, log: list, steps: list, backfill: bool, known: Known, minutes: list
) -> None:  # type: ignore[type-arg]
    """Files, corrections, undos, persons made and parted: at any minute the replay says what a run of that minute says."""
    desk = Desk()
    desk.brings("leads", first, day(0), backfill=backfill)
    desk.brings("activities", log, day(0), backfill=backfill)
    told(desk, steps, backfill)
    replayed(desk, day(-10), day(50), known=known)
    moves = [
        m
        for (m,) in desk.con.execute("SELECT DISTINCT date_trunc('minute', \"at\") FROM replay_transitions").fetchall()
    ]
    for at in [day(-10) + MINUTE * n for n in minutes] + [m + MINUTE * n for m in moves[:6] for n in (-1, 0, 1)]:
        if day(-10) <= at <= day(50):
            assert state(desk, at) == batch(desk, at, known=known), at
