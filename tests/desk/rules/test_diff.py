"""`leadlight diff` as a user types it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.playbook.read import read_playbook
from leadlight.problems import CannotDo
from tests.verbs import init, publish, refusal

RULES = """
signals: {heat: {half_life: 30d, points: {demo_requested: 40}}}
scores: {engagement: heat}
scales: {temperature: [{hot: engagement >= 30}, {cold: otherwise}]}
routes: [{when: "temperature = 'hot'", to: sales/berlin}, {when: otherwise, to: marketing}]
"""
HOTTER = RULES.replace(">= 30", ">= 20")


def said(*words: str) -> str:
    """What the command prints, or the sentence of its refusal."""
    done = CliRunner().invoke(app, list(words))
    if isinstance(done.exception, CannotDo):
        return refusal(done.exception)
    assert done.exception is None, done.exception
    return done.stdout


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with two versions, in which I am."""
    (tmp_path / "playbook.yml").write_text(RULES)
    init(tmp_path, datetime(2026, 1, 1))
    publish(tmp_path, None, datetime(2026, 1, 1), by="Ada")
    (tmp_path / "playbook.yml").write_text(HOTTER)
    publish(tmp_path, None, datetime(2026, 2, 1), by="Ada")
    (tmp_path / "playbook.yml").write_text(HOTTER + "capacity: {sales: 40}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_playbook_is_compared_with_the_version_in_force(workspace: Path) -> None:
    """I changed playbook.yml since: only that is told, not what version 2 changed."""
    lines = said("diff", "playbook.yml").splitlines()
    assert lines == [
        "How playbook.yml differs from v2, the version in force:",
        "",
        "How many leads a department takes",
        "  sales takes 40 leads a week instead of any number of leads a week.",
    ]


def test_versions_by_number(workspace: Path) -> None:
    """From version 1 to version 2; and back."""
    assert "*hot* needs 20 points of engagement instead of 30." in said("diff", "1", "2")
    assert "*hot* needs 30 points of engagement instead of 20." in said("diff", "v2", "v1")
    assert said("diff", "2", "2") == "v2 says the same as v2.\n"
    assert (
        said("diff", "9")
        == "There is no version 9 of the playbook in this workspace. The newest is v2."
    )


def test_as_data(workspace: Path) -> None:
    """Another program reads what differs."""
    found = json.loads(said("diff", "1", "2", "--json"))
    assert found["same"] is False
    assert found["differences"] == [
        {
            "about": "What counts as hot",
            "text": "*hot* needs 20 points of engagement instead of 30.",
        }
    ]


def test_without_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files will do; one will not, nor the number of a version."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEADLIGHT_WORKSPACE", raising=False)
    (tmp_path / "old.yml").write_text(RULES)
    (tmp_path / "new.yml").write_text(HOTTER)
    assert "*hot* needs 20 points" in said("diff", "old.yml", "new.yml")
    assert "no playbook in force" in said("diff", "new.yml")
    assert "no workspace here" in said("diff", "1", "new.yml")
    assert "compares two playbooks, and there are 3" in said(
        "diff", "old.yml", "new.yml", "old.yml"
    )
    (tmp_path / "new.yml").write_text("scales: [")
    assert "new.yml cannot be used" in said("diff", "old.yml", "new.yml")


def test_a_hostile_playbook_cannot_paint_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody sends me a playbook whose words carry colour codes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yml").write_text(RULES)
    (tmp_path / "new.yml").write_text(RULES.replace("to: marketing", 'to: "mark\\e[31meting\\n!"'))
    told = said("diff", "old.yml", "new.yml")
    assert "\x1b" not in told
    assert "now go to marketing !" in told


@pytest.mark.parametrize(
    ("capacity", "code"),
    [
        ("{sales: 40}", None),
        ("{sales/berlin: 40}", None),
        ("{selas: 40}", "unknown-department"),
        ("{sales: many}", "not-a-number"),
        ("{sales: 1.5}", "not-a-number"),
        ("{sales: -1}", "not-a-number"),
        ("[sales]", "wrong-shape"),
    ],
)
def test_a_capacity_is_a_number_of_leads_for_a_department_that_there_is(
    capacity: str, code: str | None
) -> None:
    """I write down how many leads a week sales can take."""
    _, problems = read_playbook(f"{RULES}capacity: {capacity}\n")
    assert [p.code for p in problems] == ([code] if code else [])
