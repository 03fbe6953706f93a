"""A lead is explained in a small store of its own as it is among all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.base import lead_store
from leadlight.adapters.base.duckdb_base import LedgerBase
from leadlight.adapters.base.ledger_base import base_of_ledger
from leadlight.desk.leads.one_lead import explain_lead
from leadlight.desk.wiring import replays
from leadlight.facts.cohort import Everyone, Known
from leadlight.plan.timeline import ReplayPeriod
from leadlight.playbook.read import must_read
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.explanation import Explanation
from tests.adapters.conftest import Desk, day
from tests.adapters.qualify.test_touched import PLAYBOOK, act, does, history, lead
from tests.often import examples

BOOK = must_read(PLAYBOOK.replace("segments:", "segments:\n  theirs: account = 'a'"), "case.yml")
WANTED = ("a", "b", "e", "A@x.com", "nobody")
addresses = st.none() | st.sampled_from(["a@x.com", "A@X.com", "c@x.com"])
with_address = st.builds(lambda row, email: {**row, "email": email}, lead, addresses)


def explained(desk: Desk, wanted: str, at: float, known: Known) -> Explanation | str:
    """A lead with its story, or why there is none."""
    base = base_of_ledger(desk.con, desk.ledger, Everyone(day(at), known))

    def past(base, lead_id, as_of, back):  # type: ignore[no-untyped-def]
        period = ReplayPeriod(as_of - min(back, timedelta(days=60)), as_of, BOOK)
        replays.replay(base.con, desk.ledger, [period], known=known, lead=lead_id)
        return replays.replay_statistics(base.con).spells(lead_id)

    try:
        return explain_lead(base, BOOK, wanted, day(at), past=past)
    except CannotDo as fault:
        return str(fault)


@contextmanager
def among_all(self: LedgerBase, wanted: str, book: Playbook) -> Iterator[LedgerBase]:
    yield self


@settings(
    max_examples=examples(2, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    first=st.lists(with_address, min_size=1, max_size=5),
    company=st.sets(st.sampled_from("abcde")),
    log=st.lists(act, min_size=1, max_size=8),
    steps=history,
    backfill=st.booleans(),
    known=st.sampled_from(["then", "now"]),
    before=st.integers(0, 3),
)
def test_alone_it_is_what_it_is_among_all(
    first: list,
    company: set,
    log: list,
    steps: list,
    backfill: bool,
    known: Known,
    before: int,
) -> None:  # type: ignore[type-arg]
    """Files, corrections, undos, persons made and parted: by its id, another id of its person or an
    address, now or earlier, the explanation and the story are the same to the bit.
    """
    desk, at = Desk(), 0.0
    desk.brings("leads", first, day(0), backfill=backfill)
    desk.brings("activities", log, day(0), backfill=backfill)
    if company:
        desk.links([], dict.fromkeys(company, min(company)), at=day(0), kind="company")
    for later, does_what in steps:
        at += later / 2
        for what, content in does_what:
            does(desk, what, content, day(at), backfill)
    for wanted in WANTED:
        alone = explained(desk, wanted, at - before, known)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(LedgerBase, "lead_alone", among_all)
            assert alone == explained(desk, wanted, at - before, known), wanted


@pytest.mark.parametrize("times", [1, 2])
def test_a_store_keeps_no_fact(times: int) -> None:
    """a lead was explained, once or twice; the store waits for the next request"""
    desk = Desk()
    desk.brings("leads", [{"lead_id": "a", "city": "x"}], day(0))
    for _ in range(times):
        explained(desk, "a", 1, "then")
    _, store = lead_store._IDLE_STORES._stores[-1]
    names = store.con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert len(names) > 5
    for (name,) in names:
        assert store.con.execute(f"SELECT count(*) FROM {name}").fetchall() == [(0,)], name
    assert desk.con.execute("SELECT count(*) FROM attribute_facts").fetchall() == [(1,)]
