"""`leadlight endpoint`: what a person sees of endpoints and deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.desk.live.deliveries import RecordDeliveriesRequest, record_deliveries
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.facts.deliveries import Delivery

NOW = datetime(2026, 11, 1, 9)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEADLIGHT_SECRET_KEY", raising=False)
    init(Session(), InitRequest(NOW, "."))
    return tmp_path


def said(*words: str) -> str:
    """What `leadlight endpoint ...` prints."""
    done = CliRunner().invoke(app, ["endpoint", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_nobody_is_told_at_first(folder: Path) -> None:
    """The list of a new workspace says what to type"""
    assert said("list").splitlines() == [
        "Nobody is told of transitions.",
        "To tell another system: leadlight endpoint add https://...",
    ]


def test_a_secret_is_shown_once_and_is_replaced(folder: Path) -> None:
    """It is shown when the endpoint is added and when it is replaced, and never in the list"""
    first = said("add", "https://crm.example/hook", "--name", "crm", "--by", "Ana")
    secret = first.split("secret ")[1].split()[0]
    assert secret.startswith("whsec_")
    assert secret not in said("list")
    turned = said("rotate", "crm")
    assert "whsec_" in turned
    assert secret not in turned
    assert "whsec_" not in said("pause", "crm")


def test_a_chat_needs_no_secret(folder: Path) -> None:
    """Nothing is made for it, and nothing shown"""
    assert "whsec_" not in said("add", "env:SLACK_URL", "--name", "slack")
    assert not (folder / "server.key").exists()


def test_a_secret_that_cannot_be_had_adds_no_endpoint(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LEADLIGHT_SECRET_KEY is too short: it is said before anything is written"""
    monkeypatch.setenv("LEADLIGHT_SECRET_KEY", "short")
    done = CliRunner().invoke(app, ["endpoint", "add", "https://crm.example/hook"])
    assert "too short" in str(done.exception)
    assert "crm" not in said("list")


def test_what_is_dead_is_listed_and_replayed(folder: Path) -> None:
    """Two deliveries, one of a lead with a colour code in its id"""
    said("add", "https://crm.example/hook")
    rows = (
        Delivery("e1", 1, "L\x1b[31m1", "dead", 10, "500", None, NOW),
        Delivery("e1", 1, "L2", "failed", 2, "timeout", NOW + timedelta(minutes=5), NOW),
    )
    record_deliveries(Session("."), RecordDeliveriesRequest(NOW, rows))
    listed = said("deliveries")
    assert "L1  dead after 10 attempts (500)" in listed
    assert "L2  failed after 2 attempts (timeout), again at 2026-11-01 09:05 UTC" in listed
    assert "\x1b" not in listed
    state = said("list")
    assert "1 failed, to be tried again, 1 dead" in state
    assert "leadlight endpoint replay" in state
    assert said("replay", "crm.example") == "1 delivery is owed again: 1 to e1.\n"
    assert "L2" not in said("deliveries", "--state", "owed")
    assert said("deliveries", "--state", "dead") == "No such delivery.\n"
