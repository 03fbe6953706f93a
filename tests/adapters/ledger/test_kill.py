"""Whatever ends a process, the workspace is as before or as after."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.ledger.kill_loop import loop


def test_a_killed_process_leaves_everything_or_nothing(tmp_path: Path) -> None:
    """kill -9 in the middle of imports, undos and runs, six times"""
    assert loop(6, seed=7, folder=tmp_path / "ws") > 0
