"""`leadlight key` and `leadlight user`: who reaches the server, also while it runs."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.server.keys import KeyRing, SQLiteKeys
from tests.command import MAIN
from tests.server.desk import NOW


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "ws"
    init(Session(), InitRequest(NOW, str(folder)))
    return folder


def run(*words: str, cwd: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_key_is_made_shown_once_and_revoked(folder: Path) -> None:
    made = run("key", "create", "--scope", "write", "--name", "site", "--json", cwd=folder)
    token = json.loads(made.stdout)["token"]
    ring = KeyRing(SQLiteKeys(folder / "desk.sqlite3"))  # as a server that runs has it open
    holder = ring.find(token)
    assert holder
    assert holder.scopes == {"write"}
    listed = run("key", "list", cwd=folder)
    assert "site" in listed.stdout
    assert token not in listed.stdout
    assert run("key", "revoke", "site", cwd=folder).returncode == 0
    assert KeyRing(SQLiteKeys(folder / "desk.sqlite3")).find(token) is None
    again = run("key", "revoke", "site", cwd=folder)
    assert again.returncode == 2
    assert "No valid key" in again.stderr
    ring.close()
    assert (folder / "desk.sqlite3").stat().st_mode & 0o077 == 0


def test_a_scope_that_does_not_exist_is_refused(folder: Path) -> None:
    wrong = run("key", "create", "--scope", "wrote", cwd=folder)
    assert wrong.returncode == 2
    assert "Did you mean 'write'? (--scope)" in wrong.stderr


def test_somebody_may_log_in_and_no_longer(folder: Path) -> None:
    weak = run("user", "add", "ana", cwd=folder, typed="123\n")
    assert weak.returncode == 2
    assert "too short" in weak.stderr
    added = run("user", "add", "ana", "--role", "rep", cwd=folder, typed="a long word 42\n")
    assert added.stdout.strip() == "ana may log in as rep."
    changed = run("user", "role", "ana", "manager", cwd=folder)
    assert "manager" in changed.stdout
    assert run("user", "remove", "ana", cwd=folder).returncode == 0
    assert "may not log in" in run("user", "list", cwd=folder).stdout
    with sqlite3.connect(folder / "desk.sqlite3") as con:
        lines = [what for (what,) in con.execute("SELECT what FROM access_auditline ORDER BY id")]
    assert lines[-3:] == ["add a user", "give the role manager", "shut a user out"]
