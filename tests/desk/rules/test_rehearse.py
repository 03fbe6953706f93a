"""What a change of the rules would move, and how both versions would have ranked what came: against the runs themselves."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.desk.progress import NullProgress
from leadlight.desk.workspace.workspace import find_workspace
from leadlight.problems import CannotDo
from leadlight.results.rehearsal import Rehearsal
from tests.servers.postgres import database, or_say, server
from tests.verbs import copy, import_files, init, live_base, refusal, rehearse

OLD = """
signals:
  heat: {half_life: 30d, rules: {demo: {on: demo_requested, points: 40, say: Asked for a demo}, price: {on: pricing_viewed, points: 10}}}
scores: {engagement: heat}
scales: {temperature: [{hot: engagement >= 30}, {warm: engagement >= 8}, {cold: otherwise}]}
routes:
  - {when: "temperature = 'hot'", to: sales/berlin}
  - {when: "temperature = 'warm'", to: inside sales}
  - {when: otherwise, to: marketing}
"""
NEW = (
    OLD.replace(">= 30", ">= 20").replace("half_life: 30d", "half_life: 60d")
    + "capacity: {sales: 1}\n"
)
AT, HORIZON = datetime(2026, 10, 1), timedelta(days=60)


def base(folder: Path, leads: int = 800) -> None:
    """Leads of nine months, some of whom ask for a demo or look at prices, and buy the sooner for it."""
    chance = Random(3)
    begin = datetime(2026, 1, 1)
    log: list[tuple[str, datetime, str]] = []
    with (folder / "leads.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Lead ID", "Created", "Company"])
        for n in range(leads):
            created = begin + timedelta(days=chance.random() * 270)
            rows.writerow([f"L{n:04d}", created.isoformat(" ", "seconds"), f"Firm {n}"])
            for kind, share, wins in (
                ("demo_requested", 0.3, 0.5),
                ("pricing_viewed", 0.5, 0.1),
                ("page_viewed", 0.9, 0.02),
            ):
                if chance.random() < share:
                    at = created + timedelta(days=chance.random() * 60)
                    log.append((f"L{n:04d}", at, kind))
                    if chance.random() < wins:
                        log.append(
                            (f"L{n:04d}", at + timedelta(days=1 + chance.random() * 50), "won")
                        )
    with (folder / "log.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Lead ID", "Date", "Event"])
        rows.writerows(
            [lead, at.isoformat(" ", "seconds"), kind]
            for lead, at, kind in log
            if at < AT + timedelta(days=5)
        )
    (folder / "old.yml").write_text(OLD)
    (folder / "new.yml").write_text(NEW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a base, and a workspace with them that runs the old rules."""
    folder = tmp_path_factory.mktemp("rehearse")
    base(folder)
    workspace = folder / "ws"
    workspace.mkdir()
    (workspace / "playbook.yml").write_text(OLD)
    now = datetime(2026, 11, 22)
    init(workspace, now)
    import_files(
        workspace,
        [folder / "leads.csv", folder / "log.csv"],
        now,
        backfill=True,
        verify=False,
    )
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> Rehearsal:
    return rehearse(
        str(folder / "new.yml"), at=[AT.isoformat()], horizon="60d", place=folder / "ws"
    )


def labels(folder: Path, playbook: str, at: datetime) -> dict[str, dict[str, object]]:
    """What a run says of each lead."""
    with live_base(folder / "ws", "look", playbook=str(folder / playbook), as_of=at) as q:
        return {r["lead_id"]: r for r in q.to_arrow().to_pylist()}


def wins(folder: Path) -> dict[str, list[datetime]]:
    out: dict[str, list[datetime]] = {}
    with (folder / "log.csv").open() as log:
        for row in csv.DictReader(log):
            if row["Event"] == "won":
                out.setdefault(row["Lead ID"], []).append(datetime.fromisoformat(row["Date"]))
    return out


def test_the_matrix_is_that_of_two_runs(folder: Path, found: Rehearsal) -> None:
    """I qualify the base by the old rules, then by the new ones, and count who went where."""
    old, new = labels(folder, "old.yml", AT), labels(folder, "new.yml", AT)
    counted = Counter((old[lead]["temperature"], new[lead]["temperature"]) for lead in old)
    assert found.moves[0].by_labels == counted
    assert found.leads == len(old)
    assert counted["warm", "hot"] > 3
    assert found.relabelled == sum(n for (a, b), n in counted.items() if a != b)


def test_departments_get_what_came_within_a_week(folder: Path, found: Rehearsal) -> None:
    """Sales has its leads of Berlin; new are those who were elsewhere, or not there, seven days before."""
    by = {d.name: d for d in found.departments}
    for side, playbook in enumerate(("old.yml", "new.yml")):
        now, before = labels(folder, playbook, AT), labels(folder, playbook, AT - timedelta(days=7))
        hot = [lead for lead, row in now.items() if row["department"] == "sales/berlin"]
        new = [lead for lead in hot if before.get(lead, {}).get("department") != "sales/berlin"]
        assert by["sales/berlin"].leads[side] == by["sales"].leads[side] == len(hot)
        assert by["sales/berlin"].weekly[side] == by["sales"].weekly[side] == len(new)
    assert by["sales"].capacity == 1
    assert by["sales/berlin"].capacity is None


def test_the_leads_that_change_most_come_with_their_reasons(folder: Path, found: Rehearsal) -> None:
    """Ten leads, by steps on the ladder and then by points, each with what it is by both versions and why."""
    old, new = labels(folder, "old.yml", AT), labels(folder, "new.yml", AT)
    ladder = ["hot", "warm", "cold"]

    def far(lead: str) -> tuple[int, float]:
        a, b = old[lead], new[lead]
        steps = abs(ladder.index(str(a["temperature"])) - ladder.index(str(b["temperature"])))
        return steps, abs(float(str(b["engagement"])) - float(str(a["engagement"])))

    relabelled = sorted(
        (lead for lead in old if far(lead)[0]), key=lambda lead: (*(-v for v in far(lead)), lead)
    )
    assert [c.lead_id for c in found.changed] == relabelled[:10]
    first = found.changed[0]
    assert first.reasons == (old[first.lead_id]["reasons"], new[first.lead_id]["reasons"])
    assert "Asked for a demo" in first.reasons[1]


def test_both_are_judged_by_who_won_after(folder: Path, found: Rehearsal) -> None:
    """Sixty days before, who was hot by each version, and who of them had won by now? Who had won before is left out."""
    then, won = AT - HORIZON, wins(folder)
    old, new = labels(folder, "old.yml", then), labels(folder, "new.yml", then)
    had = {lead for lead in old if any(at <= then for at in won.get(lead, []))}
    later = {
        lead for lead in old if lead not in had and any(then < at <= AT for at in won.get(lead, []))
    }
    assert len(later) > 5
    judged = found.judged
    assert (judged.leads, judged.winners, judged.had) == (len(old) - len(had), len(later), len(had))
    assert judged.newcomers == found.leads - len(old)
    hot = {la.quality.label: la.quality for la in judged.scales[0].labels}["hot"]
    for side, rows in enumerate((old, new)):
        mine = {
            lead for lead, row in rows.items() if row["temperature"] == "hot" and lead not in had
        }
        assert hot.recall.each[side].value == pytest.approx(len(mine & later) / len(later))
        assert hot.precision.each[side].value == pytest.approx(len(mine & later) / len(mine))
        scores = {
            lead: float(str(row["engagement"])) for lead, row in rows.items() if lead not in had
        }
        above = [
            (scores[w] > s) + (scores[w] == s) / 2
            for w in later
            for lead, s in scores.items()
            if lead not in later
        ]
        assert judged.scores[0].quality.auc.each[side].value == pytest.approx(
            sum(above) / len(above), abs=0.01
        )
    assert hot.recall.difference is not None
    assert hot.recall.difference.low is not None


def test_several_moments_are_pooled(folder: Path, found: Rehearsal) -> None:
    """Judged at two moments there are more looks at leads, and intervals that know that a lead is one lead."""
    many = rehearse(
        str(folder / "new.yml"), at=["2026-10-01", "2026-08-01"], horizon="60d", place=folder / "ws"
    )
    assert many.judged.leads > found.judged.leads
    assert len(many.judged.moments) == 2
    assert many.moves == found.moves


def test_the_same_rules_move_nobody(folder: Path) -> None:
    """A new text of the same meaning: nobody would move."""
    same = folder / "same.yml"
    same.write_text(OLD.replace("heat", "warmth"))
    said = said_by("rehearse", str(same), "-w", str(folder / "ws"), "--at", "2026-10-01")
    assert "says the same as" in said


def test_files_need_no_workspace(folder: Path, found: Rehearsal) -> None:
    """The same from two files: the same moves, and the same judgement."""
    done = rehearse(
        str(folder / "new.yml"),
        against=str(folder / "old.yml"),
        at=[AT.isoformat()],
        horizon="60d",
        leads=folder / "leads.csv",
        activities=[folder / "log.csv"],
    )
    assert done.moves == found.moves
    assert done.departments == found.departments
    assert replace(done.judged, newest=None) == replace(
        found.judged, newest=None
    )  # the log goes on after the moment


def test_a_server_rehearses_the_same(folder: Path, found: Rehearsal) -> None:
    """The workspace is copied to PostgreSQL: the same moves, departments, leads and judgement."""
    or_say(server)
    with database() as url:
        copy(str(folder / "ws"), url, datetime(2026, 11, 22), NullProgress())
        done = rehearse(
            str(folder / "new.yml"),
            against=str(folder / "old.yml"),
            at=[AT.isoformat()],
            horizon="60d",
            place=find_workspace(url),
        )
    for what in ("leads", "moves", "departments", "relabelled", "changed", "judged"):
        assert getattr(done, what) == getattr(found, what), what


def test_worse_rules_are_called_worse(folder: Path) -> None:
    """The new rules are the old ones upside down."""
    worse = folder / "worse.yml"
    worse.write_text(
        OLD.replace("hot: engagement >= 30", "hot: engagement < 8").replace(
            "{warm: engagement >= 8}", "{warm: engagement < 30}"
        )
    )
    said = said_by(
        "rehearse", str(worse), "-w", str(folder / "ws"), "--at", "2026-10-01", "--horizon", "60d"
    )
    assert "The new rules are not better, they would have ranked later buyers worse" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--outcome", "subscribed_to_the_moon"],
            "Nothing is known of any lead with the outcome 'subscribed_to_the_moon'",
        ),
        (["--horizon", "2y"], "Nobody was there 730 days before"),
        (["--horizon", "soon"], "A duration is such as 30d"),
        (["--at", "2020-01-01"], "There was no lead on 2020-01-01"),
        (["--against", "7"], "There is no version 7 of the playbook"),
        (["--known", "tomorrow"], "--known takes then"),
    ],
)
def test_what_cannot_be_told_is_a_sentence(folder: Path, options: list[str], sentence: str) -> None:
    """Nobody had the outcome, nothing was known so long ago, or I ask for something that there is not."""
    moment = [] if "--at" in options else ["--at", "2026-10-01"]
    assert sentence in said_by(
        "rehearse", str(folder / "new.yml"), "-w", str(folder / "ws"), *moment, *options
    )


def test_one_lead(tmp_path: Path) -> None:
    """A base of a single lead, who won."""
    (tmp_path / "leads.csv").write_text("Lead ID,Created\nana,2026-01-01\n")
    (tmp_path / "log.csv").write_text(
        "Lead ID,Date,Event\nana,2026-02-01,demo_requested\nana,2026-03-01,won\n"
    )
    (tmp_path / "old.yml").write_text(OLD)
    (tmp_path / "new.yml").write_text(NEW)
    done = rehearse(
        str(tmp_path / "new.yml"),
        against=str(tmp_path / "old.yml"),
        at=["2026-03-02"],
        horizon="20d",
        leads=tmp_path / "leads.csv",
        activities=[tmp_path / "log.csv"],
    )
    assert (
        done.judged.why_not
        == "All of the 1 leads had the outcome 'won' in the 20 days after, so it cannot tell the"
        " rules apart."
    )


def test_the_words_and_the_data(folder: Path, found: Rehearsal) -> None:
    """I read the rehearsal, and give its JSON to another program: the same numbers."""
    asked = [
        "rehearse",
        str(folder / "new.yml"),
        "-w",
        str(folder / "ws"),
        "--at",
        "2026-10-01",
        "--horizon",
        "60d",
    ]
    said = said_by(*asked)
    assert "sales would get" in said
    assert "The new rules put" in said
    target = folder / "rehearsal.json"
    said_by(*asked, "--json", "--out", str(target))
    data = json.loads(target.read_text())
    assert data["leads"] == found.leads
    assert sum(c["leads"] for c in data["moves"][0]["counts"]) == found.leads
    assert data["judged"]["winners"] == found.judged.winners
    assert [*data["judged"]["verdict"]][-1] in said


def said_by(*words: str) -> str:
    """What the command prints, or the sentence of its refusal."""
    done = CliRunner().invoke(app, list(words))
    if isinstance(done.exception, CannotDo):
        return refusal(done.exception)
    assert done.exception is None, done.exception
    return done.stdout
