"""A replay by a playbook that compares the leads with each other: all of them, day by day."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.adapters.replay import days
from leadlight.desk.leads import story
from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.leads.replay import ReplayRequest, replay
from leadlight.desk.progress import NullProgress
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Place, find_workspace
from leadlight.problems import CannotDo
from leadlight.results.replay import LabelChange, ReplayResult
from leadlight.results.text.replay import render_replay
from tests.servers.postgres import database, or_say, server
from tests.verbs import copy, import_files, init, lines, live_base, live_replay, session_on

BEGIN, UNTIL = datetime(2026, 1, 10, 6, 30), datetime(2026, 1, 24, 18, 0)
BOOK = """leadlight: 1
name: Beside each other
order: interest
signals:
  heat: {half_life: 5d, within: 20d, points: {page_viewed: 10, demo_requested: 40}}
  place: {rank: heat, ties: best}
  minutes: {rank: minutes_on_site}
scores:
  engagement: heat
  interest: [{by: place, add: 60}, {by: minutes, add: 40}]
scales:
  temperature: [{hot: interest > 70}, {warm: interest > 40}, {cold: otherwise}]
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty leads that come in one after the other, look at pages, and stay for some minutes."""
    folder = tmp_path_factory.mktemp("company")
    dice = random.Random(8)
    leads, log = ["lead_id,created_at,minutes_on_site"], ["lead_id,occurred_at,kind"]
    for n in range(30):
        came = datetime(2026, 1, 1) + timedelta(hours=dice.randrange(22 * 24) if n else 0)
        leads.append(f"L{n},{came.isoformat()},{dice.choice(['', dice.randrange(90)])}")
        for _ in range(dice.randrange(5)):
            at = came + timedelta(minutes=dice.randrange(10 * 24 * 60))
            kind = dice.choice(["page_viewed", "page_viewed", "demo_requested"])
            log.append(f"L{n},{at.isoformat()},{kind}")
    for name, text in (("leads.csv", leads), ("log.csv", log)):
        (folder / name).write_text("\n".join(text) + "\n", "utf-8")
    init(folder, datetime(2026, 1, 1))
    (folder / "playbook.yml").write_text(BOOK, "utf-8")
    files = [folder / "leads.csv", folder / "log.csv"]
    import_files(folder, files, datetime(2026, 2, 20), verify=False, backfill=True)
    # One lead is corrected in the middle of the period.
    (folder / "more.csv").write_text(
        "lead_id,changed_at,minutes_on_site\nL0,2026-01-15T05:00,500\n"
    )
    import_files(folder, [folder / "more.csv"], datetime(2026, 2, 21), verify=False, backfill=True)
    return folder


def test_each_day_is_what_qualify_says_of_it(here: Path) -> None:
    """To the last bit: scores and labels of every lead at the beginning, each midnight and the end."""
    names = "lead_id, engagement, interest, temperature, department"
    with live_replay(here, since=BEGIN, until=UNTIL) as found:
        rows = found.con.execute(
            f"SELECT as_of, {names} FROM replay_states WHERE temperature IS NOT NULL"
        ).fetchall()
    by_day: dict[datetime, list[tuple[object, ...]]] = {}
    for row in rows:
        by_day.setdefault(row[0], []).append(row[1:])
    midnights = [datetime(2026, 1, 11) + timedelta(days=n) for n in range(14)]
    assert sorted(by_day) == [BEGIN, *midnights, UNTIL]
    for at, states in by_day.items():
        with live_base(here, "segments", as_of=at) as base:
            asked = base.base.con.execute(f"SELECT {names} FROM qualifications").fetchall()
        assert sorted(states) == sorted(asked)
    assert len({len(states) for states in by_day.values()}) > 3  # leads came in


def replayed(here: Path, **options: object) -> ReplayResult:
    request = ReplayRequest(datetime(2026, 3, 1), BEGIN, UNTIL, **options)  # type: ignore[arg-type]
    return replay(session_on(here), request)


def changes(here: Place | Path, **options: object) -> list[LabelChange]:
    with live_replay(here, since=BEGIN, until=UNTIL, **options) as found:
        return found.statistics.changes("temperature", None, None, 10_000)[0]


def test_what_changed_by_the_others_is_told(here: Path) -> None:
    """Own facts are named; a lead that nothing was said of has moved among the others."""
    found = replayed(here)
    assert found.by_day
    assert any("once a day, at midnight UTC" in line for line in lines(render_replay(found)))
    listed = changes(here)
    assert {c.cause for c in listed} == {"facts", "others"}
    assert {c.what for c in listed if c.cause == "others"} == {"its place among the others"}
    corrected = [c for c in listed if c.lead_id == "L0" and "minutes" in c.what]
    assert [c.at for c in corrected] == [datetime(2026, 1, 16)]


def test_the_story_of_a_lead_says_the_same(here: Path) -> None:
    """explain LEAD: hot from this day to that one"""
    with live_replay(here, since=UNTIL - timedelta(days=300), until=UNTIL) as found:
        spells = found.statistics.spells("L0")
    asked = ExplainRequest("L0", datetime(2026, 3, 1), as_of=UNTIL)
    told = explain(session_on(here), asked).story
    assert told is not None
    stays = [s for stay in told.stays for s in stay.spells if s.scale == "temperature"]
    mine = [s for s in spells if s.scale == "temperature"]
    assert sorted(stays, key=lambda s: s.since) == sorted(mine, key=lambda s: s.since)
    assert len(mine) > 1


def test_a_story_that_would_cost_too_much_is_left_out(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "MOST_LOOKS", 100)
    asked = ExplainRequest("L0", datetime(2026, 3, 1), as_of=UNTIL)
    assert explain(session_on(here), asked).story is None


def test_too_many_looks_are_refused_with_what_to_do(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MOST_LOOKS", 200)
    with pytest.raises(CannotDo, match="Take a shorter period, at most 6 days"):
        replayed(here)


def test_days_in_several_parts_say_the_same(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part has all leads of its days, however small it must be."""
    from leadlight.adapters.replay import rounds

    whole, listed = replayed(here), changes(here)
    monkeypatch.setattr(rounds, "AT_A_TIME", 70)
    assert changes(here) == listed
    assert replayed(here).rounds > whole.rounds


def test_files_are_replayed_by_day_too(here: Path) -> None:
    request = ReplayRequest(
        datetime(2026, 3, 1),
        BEGIN,
        UNTIL,
        leads=here / "leads.csv",
        activities=(here / "log.csv",),
        playbook=str(here / "playbook.yml"),
    )
    found = replay(Session(here), request)
    assert found.by_day
    assert found.changes


def test_a_server_replays_the_same(here: Path) -> None:
    or_say(server)
    with database() as url:
        copy(str(here), url, datetime(2026, 3, 1), NullProgress())
        book = str(here / "playbook.yml")
        assert changes(find_workspace(url), playbook=book) == changes(here)
