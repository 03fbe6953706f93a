"""`leadlight explain` between two moments, and a lead's story, as a user types them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadlight.cli import app

BOOK = """leadlight: 1
name: Ours
signals:
  heat: {points: {demo_requested: 40, page_viewed: 4}, half_life: 10d}
  awake: {woken: any, after: 60d, within: 14d, when: "kind <> 'recycled'"}
  sent_back: {days_since: recycled}
scores: {engagement: heat}
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 5}, {cold: otherwise}]
"""
LEADS = "lead_id,email,created_at\nL1,ana@acme.com,2026-01-01\n"
LOG = """lead_id,occurred_at,kind,reason
L1,2026-01-02,page_viewed,
L1,2026-01-03,demo_requested,
L1,2026-02-01,sent_back,no budget
L1,2026-04-20,demo_requested,
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one lead, imported as history."""
    place = tmp_path_factory.mktemp("company")
    for name, text in (
        ("leads.csv", LEADS),
        ("log.csv", LOG),
        ("other.yml", BOOK.replace("40", "20")),
    ):
        (place / name).write_text(text)
    said("init", str(place))
    (place / "playbook.yml").write_text(BOOK)
    said("import", "-w", str(place), str(place / "leads.csv"), str(place / "log.csv"), "--backfill")
    return place


def explained(company: Path, *words: str) -> str:
    return said("explain", "L1", "-w", str(company), *words)


def said(*words: str, exits: int = 0) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == exits, done.output
    return done.output


def test_between_two_moments(company: Path) -> None:
    """What came, what faded, and the condition that flipped; as JSON the lines sum to the change."""
    words = ("--since", "2026-01-03", "--as-of", "2026-01-13")
    text = explained(company, *words)
    assert "hot holds no more: engagement >= 30 (engagement 43.73 -> 21.87)" in text
    found = json.loads(explained(company, *words, "--json"))
    (score,) = found["scores"]
    assert sum(Decimal(line["points"]) for line in score["lines"]) == Decimal(
        score["after"]
    ) - Decimal(score["before"])
    assert {line["what"] for line in score["lines"]} == {"faded"}


def test_between_two_playbooks(company: Path) -> None:
    """The rule that changed is told from what faded."""
    books = (
        "--playbook",
        str(company / "other.yml"),
        "--playbook-since",
        str(company / "playbook.yml"),
    )
    text = explained(company, "--since", "2026-01-03", "--as-of", "2026-01-04", *books)
    assert "demo requested: counts otherwise by the other playbook" in text
    assert "by the other playbook: engagement >= 5" in text


def test_before_it_was_there(company: Path) -> None:
    """All is new, in a sentence."""
    text = explained(company, "--since", "2025-06-01", "--as-of", "2026-01-03")
    assert "It was not there yet on 2025-06-01 00:00: everything is new." in text


def test_what_is_no_stretch_of_time(company: Path) -> None:
    """The moments the wrong way round, and a playbook of a moment that nobody named."""
    assert "is not before" in _fault(company, "--since", "2026-02-01", "--as-of", "2026-01-03")
    assert "--since" in _fault(company, "--playbook-since", "other.yml")


def _fault(company: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["explain", "L1", "-w", str(company), *words])
    return str(done.exception)


def test_its_story(company: Path) -> None:
    """Hot twice, awake after a long silence, given back with its reason; --no-story leaves it out."""
    text = explained(company, "--as-of", "2026-04-21")
    assert "hot twice" in text
    assert "woke up on 2026-04-20 after 107 days of silence" in text
    assert "sales gave it back on 2026-02-01: no budget" in text
    assert "improving: engagement" in text
    assert "Its story" not in explained(company, "--as-of", "2026-04-21", "--no-story")


def test_known_now_is_said_first(company: Path) -> None:
    """A page by what was recorded later says so in its first line, with one moment and with two."""
    for since in ((), ("--since", "2026-01-03")):
        text = explained(company, "--as-of", "2026-01-13", "--known", "now", *since)
        assert text.startswith("By what is known now about that time")


def test_a_lead_of_one_import_has_not_enough_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is known since the import, whatever its file says of earlier days."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leads.csv").write_text(LEADS)
    said("init", ".")
    (tmp_path / "playbook.yml").write_text(BOOK)
    said("import", "leads.csv")
    text = said("explain", "L1")
    assert "trend         not enough facts" in text


@pytest.mark.parametrize("day", ["9999-12-31", "9998-11-30"])
def test_at_the_end_of_the_calendar(company: Path, day: str) -> None:
    """explain L1 --as-of 9999-12-31: nothing is looked for beyond the last day, and that is no fault"""
    assert "cold" in explained(company, "--as-of", day)


def test_names_of_its_own_stand_in_no_way(tmp_path: Path) -> None:
    """A company counts visits in a column `n`, and its lead is called 7: what would lift it is told
    all the same, and when it cools.
    """
    leads, book = tmp_path / "leads.csv", tmp_path / "ours.yml"
    leads.write_text("Lead ID,n,Employees,Last activity\n7,3,10,2026-01-02\n8,9,400,2026-01-03\n")
    book.write_text(
        "leadlight: 1\nname: Ours\nscores:\n"
        "  fit: [{when: n >= 5, add: 20}, {when: employees >= 50, add: 20}]\n"
        "scales:\n  temperature: [{hot: fit >= 40}, {warm: fit >= 20}, {cold: otherwise}]\n"
    )
    told = json.loads(
        said(
            *("explain", "7", "--leads", str(leads), "-p", str(book)),
            *("--as-of", "2026-01-10", "--json"),
        )
    )
    assert [x["label"] for x in told["labels"] if x["scale"] == "temperature"] == ["cold"]
    assert {lift["label"] for lift in told["lifts"]} == {"warm"}
    assert len(told["lifts"]) == 2
