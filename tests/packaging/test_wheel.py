"""A plain install: the wheel in an empty environment, as a user gets it."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.docs.transcript import ROOT

MOST = 350  # megabytes of everything that a plain install brings
LEFT_OUT = ("babel", "pandas", "pyarrow", "sklearn", "splink")


def run(*words: str | Path, cwd: Path) -> str:
    """What a command printed; a failure shows all of it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LEADLIGHT"))}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("plain")
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    if uv := shutil.which("uv"):
        run(uv, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
        (wheel,) = folder.glob("leadlight-*.whl")
        run(uv, "pip", "install", "--quiet", "--python", python, wheel, cwd=folder)
    else:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
        (wheel,) = folder.glob("leadlight-*.whl")
        run(*pip, "--python", python, "install", "--no-compile", wheel, cwd=folder)
    return environment


def site_packages(environment: Path) -> Path:
    (found,) = environment.glob("lib/python*/site-packages")
    return found


def test_a_plain_install_qualifies_an_export(installed: Path, tmp_path: Path) -> None:
    """I type `pip install leadlight` and qualify my export; I get my rows and a report with charts."""
    for name in ("leads.csv", "activities.csv"):
        shutil.copy(ROOT / "examples" / "acme" / name, tmp_path)
    leadlight = installed / "bin" / "leadlight"
    words = ("qualify", "leads.csv", "--activities", "activities.csv", "--as-of", "2026-11-01")
    said = run(leadlight, *words, cwd=tmp_path)
    assert "380 leads: 12 hot, 41 warm, 327 cold" in said
    with (tmp_path / "leads-qualified.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 380
    assert sum(row["temperature"] == "hot" for row in rows) == 12
    assert "<svg" in (tmp_path / "leads-report.html").read_text(encoding="utf-8")


def test_a_plain_install_is_small(installed: Path) -> None:
    """I install it on a small server, and it does not bring libraries that I never asked for."""
    place = site_packages(installed)
    size = sum(f.stat().st_size for f in place.rglob("*") if f.is_file())
    there = {p.name for p in place.iterdir()}
    assert not there & set(LEFT_OUT)
    assert size / 1_000_000 <= MOST
