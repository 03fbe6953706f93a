"""A run over the touched leads leaves what a run over the whole base would leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.base.plan_run import make_dated_qualifications
from leadlight.adapters.ledger.runs import labels_as_of_run
from leadlight.adapters.qualify.incremental import qualify_touched_leads
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Agreement, QualificationTable, RunReceipt
from leadlight.facts.relation import Query
from leadlight.plan.any_moment import ANY_MOMENT
from leadlight.plan.asof.relations import relations
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read
from tests.adapters.conftest import Desk, day
from tests.often import examples

PLAYBOOK = """
signals:
  heat:
    rules:
      k: {on: k, points: 10, half_life: 3d}
      l: {on: l, points: -4, within: 20d}
  silence: {days_since: any}
  visits_lately: {count: l, within: 5d}
  old: {days_since: any, when: days_since(occurred_at) > 4}
scores:
  fit: [{when: age >= 1, add: 20}, {when: "city = 'x'", add: 5}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 8 and fit > 0}, {warm: engagement >= 3 or silence < 2}, {cold: otherwise}]
  mood: [{awake: silence <= 7 and old is null}, {busy: visits_lately > 1}, {asleep: silence > 30}, {calm: otherwise}]
segments:
  grown: age > 1
routes: [{when: "temperature = 'hot'", to: sales, within: 1h}, {when: silence > 14, to: nobody}, {when: otherwise, to: marketing}]
"""
BOOK = must_read(PLAYBOOK, "case.yml")
AGREED = Agreement(BOOK.fingerprint, BOOK.name, PLAYBOOK)
SCALES = tuple(s.name for s in BOOK.scales)
QUALIFIED = QualificationTable(
    "dated_qualifications", tuple(s.name for s in BOOK.scores), SCALES, due=True
)


def everybody(desk: Desk, as_of: datetime) -> str:
    """The statement of a full run."""
    holdings = desk.ledger.holdings()
    found = relations(
        Everyone(ANY_MOMENT), holdings
    )  # so that the text is made once for a shape of ledger
    leads, log = (Query(q.sql("duckdb", identify=True)) for q in (found.leads, found.activities))
    return statement(BOOK, Sources(holdings.catalog(), leads, log), Everyone(as_of), due=True)


def whole(desk: Desk, as_of: datetime) -> RunReceipt:
    make_dated_qualifications(desk.con, everybody(desk, as_of))
    return desk.ledger.record_run(QUALIFIED, AGREED, as_of=as_of, now=as_of)


def again(desk: Desk, as_of: datetime) -> tuple[RunReceipt, int]:
    """A run over the touched leads, and how many those were."""
    touched = desk.ledger.touch(desk.ledger.runs(1)[0], as_of=as_of)
    qualify_touched_leads(desk.con, desk.ledger, BOOK, touched, as_of)
    return (
        desk.ledger.record_run(
            replace(QUALIFIED, only=touched.relation), AGREED, as_of=as_of, now=as_of
        ),
        touched.leads,
    )


def left(desk: Desk) -> dict[object, tuple[object, ...]]:
    """What the stored runs say of each lead."""
    return {
        r["lead_id"]: tuple(v for k, v in r.items() if k != "lead_id")
        for r in desk.select(labels_as_of_run(SCALES))
    }


def true(desk: Desk, as_of: datetime) -> dict[object, tuple[object, ...]]:
    """What a full run says of each lead."""
    names = ", ".join([*SCALES, "segments", "department", "respond_within", "next_step"])
    rows = desk.select(f"SELECT lead_id, {names} FROM ({everybody(desk, as_of)})")
    return {r["lead_id"]: tuple(v for k, v in r.items() if k != "lead_id") for r in rows}


maybe = st.none() | st.integers(0, 2)
when = st.integers(-40, 60).map(lambda n: day(n / 2))
lead = st.fixed_dictionaries(
    {"lead_id": st.sampled_from("abcde")},
    optional={
        "age": maybe,
        "city": st.none() | st.sampled_from("xy"),
        "changed_at": st.none() | when,
    },
)
act = st.fixed_dictionaries(
    {"lead_id": st.sampled_from("abcdez"), "occurred_at": when, "kind": st.sampled_from("kl")}
)
step = st.one_of(
    st.tuples(st.just("leads"), st.lists(lead, min_size=1, max_size=5)),
    st.tuples(st.just("activities"), st.lists(act, min_size=1, max_size=8)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("person"), st.sampled_from(["ab", "cd", "bc", "ae"])),
    st.tuples(st.just("part"), st.sampled_from("abcde")),
)
history = st.lists(st.tuples(st.integers(0, 9), st.lists(step, max_size=2)), min_size=2, max_size=6)


def does(desk: Desk, what: str, content: object, at: datetime, backfill: bool) -> None:
    if what == "undo":
        imports = [i for i in desk.ledger.imports() if i.undone_at is None]
        if imports:
            desk.ledger.undo(imports[int(str(content)) % len(imports)].import_id, now=at)
    elif what == "person":
        one, other = str(content)
        desk.links([(one, other)], {one: one, other: one}, at=at)
    elif what == "part":
        desk.links([], {str(content): str(content)}, at=at)
    else:
        desk.brings(what, content, at, backfill=backfill)  # type: ignore[arg-type]


@settings(max_examples=examples(4, 60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(lead, min_size=1, max_size=5),
    log=st.lists(act, min_size=1, max_size=8),
    steps=history,
    backfill=st.booleans(),
)
def test_touched_is_whole(first: list, log: list, steps: list, backfill: bool) -> None:  # type: ignore[type-arg]
    """Files, corrections, facts that lie ahead, undos, persons made and parted: after each, the runs agree with a full one."""
    desk = Desk()
    desk.brings("leads", first, day(0), backfill=backfill)
    desk.brings("activities", log, day(0))
    whole(desk, day(0))
    assert left(desk) == true(desk, day(0))
    at = 0.0
    for later, does_what in steps:
        at += later / 2
        for what, content in does_what:
            does(desk, what, content, day(at), backfill)
        receipt, _ = again(desk, day(at))
        assert left(desk) == true(desk, day(at)), f"as of {day(at)}"
        assert receipt.run.leads == len(true(desk, day(at)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_only_who_has_news_or_is_due_is_looked_at(desk: Desk) -> None:
    """
    ana did something today, bo cools in a while, cy has been silent for long
    """
    desk.brings("leads", [{"lead_id": i, "age": 1} for i in ("ana", "bo", "cy")], day(0))
    desk.brings("activities", [{"lead_id": "bo", "occurred_at": day(0), "kind": "k"}], day(0))
    desk.brings(
        "activities",
        [{"lead_id": "cy", "occurred_at": day(-300), "kind": "k"}],
        day(0),
        backfill=True,
    )
    whole(desk, day(1))
    desk.brings("activities", [{"lead_id": "ana", "occurred_at": day(1), "kind": "k"}], day(1.01))
    receipt, looked_at = again(desk, day(1.02))
    assert (looked_at, receipt.run.looked_at, receipt.run.leads) == (1, 1, 3)
    assert {(m.before, m.after) for m in receipt.moves if m.scale == "temperature"} == {
        ("cold", "hot")
    }
    receipt, looked_at = again(desk, day(40))
    assert looked_at == 2, "ana and bo have cooled, cy cannot any more"
    assert left(desk) == true(desk, day(40))


def test_what_lay_ahead_is_seen_when_its_time_has_come(desk: Desk) -> None:
    """A meeting that was entered for next week is no fact yet."""
    desk.brings("leads", [{"lead_id": "ana", "age": 1}], day(0))
    desk.brings("activities", [{"lead_id": "ana", "occurred_at": day(7), "kind": "k"}], day(0))
    whole(desk, day(0))
    assert again(desk, day(3))[1] == 0
    assert again(desk, day(8))[1] == 1
    assert left(desk) == true(desk, day(8))
