"""A replay says of every moment what a run of that moment says, and of every change the minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.replay import rounds
from leadlight.adapters.replay.facts import facts_of_ledger
from leadlight.adapters.replay.rounds import replay
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.relation import Query
from leadlight.plan.any_moment import ANY_MOMENT, at_moment
from leadlight.plan.asof.relations import relations
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.timeline import ReplayPeriod, ReplayTables
from leadlight.playbook.read import must_read
from leadlight.playbook.spec import Playbook
from tests.adapters.conftest import Desk, day
from tests.adapters.qualify.test_touched import BOOK, act, does, history, lead

MINUTE = timedelta(minutes=1)
Told = dict[str, tuple[object, ...]]


def replayed(
    desk: Desk,
    since: datetime,
    until: datetime,
    book: Playbook = BOOK,
    known: Known = "then",
    only: str | None = None,
    causes: bool = True,
) -> ReplayTables:
    facts = facts_of_ledger(desk.con, desk.ledger, known, only)
    return replay(facts, [ReplayPeriod(since, until, book)], causes=causes)


def batch(desk: Desk, as_of: datetime, book: Playbook = BOOK, known: Known = "then") -> Told:
    """Each lead's labels by a run of the whole base."""
    holdings = desk.ledger.holdings()
    found = relations(Everyone(ANY_MOMENT, known), holdings)
    leads, log = (Query(q.sql("duckdb", identify=True)) for q in (found.leads, found.activities))
    sql = statement(
        book, Sources(holdings.catalog(), leads, log), Everyone(ANY_MOMENT, known), reasons=False
    )
    names = [*(s.name for s in book.scales), "department"]
    rows = desk.select(at_moment(sql, as_of))
    return {str(r["lead_id"]): tuple(r[n] for n in names) for r in rows}


def state(desk: Desk, as_of: datetime, book: Playbook = BOOK) -> Told:
    """Each lead's labels as the replay's spells tell them."""
    rows = desk.con.execute(
        "SELECT lead_id, scale, label FROM replay_spells WHERE since <= ? AND (until IS NULL OR"
        " until > ?)",
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


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(lead, min_size=1, max_size=5),
    log=st.lists(act, min_size=1, max_size=8),
    steps=history,
    backfill=st.booleans(),
    known=st.sampled_from(["then", "now"]),
    minutes=st.lists(st.integers(0, 60 * 1440), min_size=2, max_size=2),
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
        for (m,) in desk.con.execute(
            "SELECT DISTINCT date_trunc('minute', \"at\") FROM replay_transitions"
        ).fetchall()
    ]
    for at in [day(-10) + MINUTE * n for n in minutes] + [
        m + MINUTE * n for m in moves[:2] for n in (-1, 0)
    ]:
        if day(-10) <= at <= day(50):
            assert state(desk, at) == batch(desk, at, known=known), at


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(lead, min_size=1, max_size=5),
    log=st.lists(act, min_size=1, max_size=8),
    steps=history,
    backfill=st.booleans(),
)
def test_rounds_that_are_prepared_say_what_planned_ones_say(
    first: list, log: list, steps: list, backfill: bool
) -> None:  # type: ignore[type-arg]
    """The same company: its facts are few, or are taken to be many. Each look is the same, to the bit."""
    desk = Desk()
    desk.brings("leads", first, day(0), backfill=backfill)
    desk.brings("activities", log, day(0), backfill=backfill)
    told(desk, steps, backfill)
    found = []
    for few in (rounds.FEW_ROWS, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rounds, "FEW_ROWS", few)
            tables = replayed(desk, day(-10), day(50))
        relations = ("replay_states", "replay_transitions", "replay_spells")
        found.append([tables, *(desk.select(f"FROM {name} ORDER BY ALL") for name in relations)])
    assert found[0] == found[1]
    replayed(desk, day(-10), day(50), causes=False)
    assert desk.select("FROM replay_spells ORDER BY ALL") == found[0][-1], "as a story looks"


FADING = """
signals:
  heat: {points: {k: 40, l: 10}, half_life: 14d}
  seen: {count: v, within: 30d}
scores: {engagement: heat}
scales: {temperature: [{hot: engagement >= 30}, {warm: engagement >= 8 or seen >= 2}, {cold: otherwise}]}
"""
TWO_LIVES = FADING.replace(
    "{points: {k: 40, l: 10}, half_life: 14d}",
    "{rules: {k: {on: k, points: 40, half_life: 14d}, l: {on: l, points: 30, half_life: 3d}}}",
)


def changes(desk: Desk, scale: str = "temperature") -> list[tuple[object, ...]]:
    """(lead, before, after, minute, cause, what) of a scale."""
    return desk.con.execute(
        'SELECT lead_id, before, after, "at", cause, what FROM replay_transitions WHERE scale = ?'
        ' ORDER BY "at", lead_id',
        [scale],
    ).fetchall()


def a_lead(*acts: tuple[float, str]) -> Desk:
    """Ana, there since the first day, who did these things."""
    desk = Desk()
    desk.brings("leads", [{"lead_id": "ana", "age": 1}], day(0))
    for at, kind in acts:
        desk.brings(
            "activities", [{"lead_id": "ana", "occurred_at": day(at), "kind": kind}], day(at)
        )
    return desk


def test_one_half_life_is_met_to_the_minute() -> None:
    """40 points of a half-life of 14 days are 30 after 14 days times log2(4/3), and 8 after 14 times log2(5)."""
    book, desk = must_read(FADING, "case.yml"), a_lead((1, "k"))
    found = replayed(desk, day(0), day(60), book)
    down = [at for _, before, after, at, cause, _ in changes(desk) if cause == "clock"]
    exact = [day(1 + 14 * 0.41503749927884), day(1 + 14 * 2.3219280948873626)]
    assert [(at - e) < MINUTE and at >= e for at, e in zip(down, exact, strict=True)] == [
        True,
        True,
    ]
    assert all(at.second == at.microsecond == 0 for at in down)
    assert found.moves == len(changes(desk))


def test_two_half_lives_are_met_to_the_minute() -> None:
    """What two rules with their own half-lives give together comes down at the minute that a grid of minutes finds."""
    book, desk = must_read(TWO_LIVES, "case.yml"), a_lead((1, "k"), (2.3, "l"))
    replayed(desk, day(0), day(60), book)
    falls = [
        (before, after, at) for _, before, after, at, cause, _ in changes(desk) if cause == "clock"
    ]
    assert [f[:2] for f in falls] == [("hot", "warm"), ("warm", "cold")]
    for before, after, at in falls:
        assert isinstance(at, datetime)
        assert [batch(desk, at + MINUTE * n, book)["ana"][0] for n in (-2, -1, 0, 1)] == [
            before,
            before,
            after,
            after,
        ]


def test_a_story_takes_few_rounds() -> None:
    """What is held against a lead fades with what speaks for it, so that its score may fall or rise.
    The minutes are the same as of a whole base, and are found in few looks at many moments.
    """
    book = must_read(FADING.replace("l: 10", "l: -12"), "case.yml")
    desk = a_lead((1, "k"), (2.3, "l"), (9, "k"), (11.2, "k"), (11.4, "l"), (30, "k"))
    slow = replayed(desk, day(0), day(200), book)
    spells = desk.select("FROM replay_spells ORDER BY ALL")
    quick = replayed(desk, day(0), day(200), book, causes=False)
    assert desk.select("FROM replay_spells ORDER BY ALL") == spells
    assert len(spells) == 6
    assert quick.rounds <= 6 < slow.rounds


def test_a_window_closes_for_each_that_leaves_it() -> None:
    """Two visits within 30 days keep warm; the first leaves after 30 days, to the minute."""
    book, desk = must_read(FADING, "case.yml"), a_lead((1, "v"), (9, "v"))
    replayed(desk, day(0), day(60), book)
    assert changes(desk) == [
        ("ana", "cold", "warm", day(9), "facts", "v"),
        ("ana", "warm", "cold", day(31), "clock", "v left its window"),
    ]


def test_what_is_taken_back_is_said_so() -> None:
    """A demo request turns out to be a colleague's: from the undo on it never was."""
    book, desk = must_read(FADING, "case.yml"), a_lead((1, "k"))
    desk.ledger.undo(desk.ledger.imports()[0].import_id, now=day(3.5))
    replayed(desk, day(0.5), day(10), book)
    assert changes(desk)[-1] == ("ana", "hot", "cold", day(3.5), "undo", "an import was taken back")


def test_what_is_recorded_later_changes_no_earlier_state() -> None:
    """A visit of day 2 that is told on day 20 is seen from day 20 on; what was before stays. What we know now sees it on day 2."""
    book, desk = must_read(FADING, "case.yml"), a_lead((1, "k"))
    replayed(desk, day(0), day(50), book)
    before = [c for c in changes(desk) if c[3] < day(20)]  # type: ignore[operator]
    desk.brings("activities", [{"lead_id": "ana", "occurred_at": day(2), "kind": "k"}], day(20))
    replayed(desk, day(0), day(50), book)
    assert [c for c in changes(desk) if c[3] < day(20)] == before  # type: ignore[operator]
    assert changes(desk) != before
    replayed(desk, day(0), day(50), book, known="now")
    assert [c for c in changes(desk) if c[3] < day(20)] != before  # type: ignore[operator]


def test_another_version_is_a_cause() -> None:
    """From day 5 on ten points are hot: ana, who had them, is hot by the rules."""
    desk = a_lead((4, "l"))
    old, new = must_read(FADING, "old.yml"), must_read(FADING.replace(">= 30", ">= 9"), "new.yml")
    replay(
        facts_of_ledger(desk.con, desk.ledger, "then", None),
        [ReplayPeriod(day(0), day(5), old), ReplayPeriod(day(5), day(40), new)],
    )
    assert [c[1:5] for c in changes(desk)] == [
        ("cold", "warm", day(4), "facts"),
        ("warm", "hot", day(5), "rules"),
        *[c[1:5] for c in changes(desk)[2:]],
    ]
    assert [c[1:3] for c in changes(desk)[2:]] == [("hot", "warm"), ("warm", "cold")]


def test_nobody_and_one() -> None:
    """An empty base has no lead and no change; with `only`, the others are not looked at."""
    book = must_read(FADING, "case.yml")
    empty = replayed(Desk(), day(0), day(9), book)
    assert (empty.leads, empty.moves) == (0, 0)
    desk = a_lead((1, "k"))
    desk.brings("leads", [{"lead_id": "bo", "age": 1}], day(0))
    desk.con.execute("CREATE TEMP TABLE one AS SELECT 'bo' AS lead_id")
    assert replayed(desk, day(0), day(9), book, only="one").leads == 1
    assert changes(desk) == []


def test_a_busy_day_is_looked_into_where_its_ends_differ() -> None:
    """Someone with three hundred visits: what changed within a day is found at the moment it changed."""
    book, desk = must_read(FADING, "case.yml"), a_lead()
    visits = [{"lead_id": "ana", "occurred_at": day(1 + n / 200), "kind": "l"} for n in range(300)]
    desk.brings("activities", visits, day(0.5))
    replayed(desk, day(0), day(2.5), book)
    rises = [(c[1:4]) for c in changes(desk) if c[4] == "facts"]
    assert rises[0] == ("cold", "warm", day(1))
    assert rises[1][:2] == ("warm", "hot")
    assert rises[1][2] == day(
        1 + 3 / 200
    )  # the fourth ten points, of which the first three have hardly faded
