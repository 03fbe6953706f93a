"""The server's secret: made once, readable by its user only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from leadlight.problems import CannotDo
from leadlight.server.secret import FILE, VARIABLE, load_secret


def test_a_secret_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    """The first server makes it, the next finds it"""
    first = load_secret(tmp_path, {})
    assert load_secret(tmp_path, {}) == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [FILE]


def test_the_environment_comes_first(tmp_path: Path) -> None:
    """Several servers on one database share it; no file is made"""
    said = "0123456789" * 4
    assert load_secret(tmp_path, {VARIABLE: said}) == said.encode()
    assert not any(tmp_path.iterdir())


def test_a_short_secret_and_an_open_file_are_refused(tmp_path: Path) -> None:
    """`LEADLIGHT_SECRET_KEY=secret`; a file that everybody may read; a folder in its place"""
    with pytest.raises(CannotDo, match="too short"):
        load_secret(tmp_path, {VARIABLE: "secret"})
    load_secret(tmp_path, {})
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(CannotDo, match="Others may read") as fault:
        load_secret(tmp_path, {})
    assert "chmod 600" in str(fault.value)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).symlink_to(tmp_path / "nowhere")
    with pytest.raises(CannotDo, match="cannot be read"):
        load_secret(tmp_path, {})


def test_a_secret_that_lies_elsewhere_is_not_made_here(tmp_path: Path) -> None:
    """`leadlight -w postgresql://... endpoint rotate crm` on another computer than the server's"""
    with pytest.raises(CannotDo, match="Run this there"):
        load_secret(tmp_path, {}, make=False)
    made = load_secret(tmp_path, {})
    assert load_secret(tmp_path, {}, make=False) == made
