"""`leadlight replay` in a terminal: what it refuses in a sentence, and what it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from leadlight.cli import app
from leadlight.problems import CannotDo

LEADS = "lead_id,created_at,email\nana,2026-01-01,ana@example.org\nbo,2026-01-03,bo@example.org\n"
LOG = (
    "lead_id,occurred_at,kind\nana,2026-01-02 10:00,demo_requested\nbo,2026-01-05"
    " 09:30,demo_requested\n"
)
BOOK = """
signals: {heat: {points: {demo_requested: 40}, half_life: 14d}}
scores: {engagement: heat}
scales: {temperature: [{hot: engagement >= 30}, {warm: engagement >= 8}, {cold: otherwise}]}
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("leads.csv", LEADS), ("log.csv", LOG), ("book.yml", BOOK)):
        (tmp_path / name).write_text(text)
    return [
        "--leads",
        str(tmp_path / "leads.csv"),
        "-a",
        str(tmp_path / "log.csv"),
        "-p",
        str(tmp_path / "book.yml"),
    ]


def replayed(*said: str) -> Result:
    return CliRunner().invoke(app, ["replay", *said])


def test_steps_decide_what_is_counted_and_not_what_is_found(files: list[str]) -> None:
    """Daily and hourly steps: the same changes to the minute; the counts of a day are those of its midnight."""
    period = ("--from", "2026-01-01", "--to", "2026-02-20", "--json")
    daily, hourly = (
        json.loads(
            replayed(*files, *period, "--every", every, "--moved", "hot:warm", "--all").stdout
        )
        for every in ("1d", "1h")
    )
    assert daily["moved"]["changes"] == hourly["moved"]["changes"]
    assert daily["flows"] == hourly["flows"]
    by_hour = {s["at"]: s["labels"] for s in hourly["steps"]}
    assert {s["at"]: s["labels"] for s in daily["steps"]} == {
        s["at"]: by_hour[s["at"]] for s in daily["steps"]
    }
    # 5 days 19 hours 27.2 minutes after each request
    assert [m["at"] for m in daily["moved"]["changes"]] == [
        "2026-01-11T04:58:00Z",
        "2026-01-08T05:28:00Z",
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("--from", "2026-03-01", "--to", "2026-02-01"), "the beginning must be before the end"),
        (("--from", "2026-02-01", "--to", "2026-02-01"), "Nothing lies between"),
        (("--to", "2999-01-01"), "has not come yet"),
        (("--from", "2020-01-01", "--to", "2020-02-01"), "There was no lead"),
        (("--every", "soon"), "--every takes a duration"),
        (("--moved", "warm"), "two labels with a colon"),
        (("--known", "now"), "a workspace knows more"),
        (("--from", "2026-01-01", "--to", "2026-02-01", "--to-label", "hott"), "hot"),
        (("--from", "2026-01-01", "--to", "2026-02-01", "--scale", "heat"), "There is no scale"),
    ],
)
def test_what_cannot_be_replayed_is_said(
    files: list[str], said: tuple[str, ...], sentence: str
) -> None:
    """An empty period, one that lies ahead, nobody there, a word that no playbook has."""
    found = replayed(*files, *said)
    assert isinstance(found.exception, CannotDo)
    assert sentence in str(found.exception)


def test_hostile_ids_and_a_file(files: list[str], tmp_path: Path) -> None:
    """An id that is SQL is an id; the changes come as a file with a row each."""
    for name, text in (("leads.csv", LEADS), ("log.csv", LOG)):
        (tmp_path / name).write_text(text.replace("ana,", "x'; DROP TABLE leads --,"))
    out = tmp_path / "changes.csv"
    found = replayed(*files, "--from", "2026-01-01", "--to", "2026-02-20", "--out", str(out))
    assert found.exit_code == 0, found.output
    assert "DROP TABLE" in out.read_text("utf-8-sig")
