"""The reference says what the source says; the README names commands that exist."""

from __future__ import annotations

import re
import subprocess
import sys

from leadlight.cli import app
from tests.docs.transcript import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_reference_is_not_stale() -> None:
    """I look up a key in the reference, and the program means the same. Else: python tools/reference.py"""
    done = run("tools/reference.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_problem_says_what_to_do() -> None:
    """A fault's name in brackets is found in the reference, with what to do about it."""
    page = (ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8")
    said = {line.split()[0] for line in run("tools/codes.py").stdout.splitlines()}
    assert len(said) > 20
    assert said == set(re.findall(r"^### (\S+)$", page, re.M))


def test_each_verb_of_the_readme_exists() -> None:
    """I type what the README says."""
    verbs = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    verbs |= {
        str(group.typer_instance.info.name)
        for group in app.registered_groups
        if group.typer_instance
    }
    pages = [README, *(p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md"))]
    named = {v for page in pages for v in re.findall(r"`leadlight ([a-z]+)", page)}
    assert named <= verbs


def test_each_target_of_the_readme_exists() -> None:
    """I type what the README and CONTRIBUTING say."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    said = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)`", said, re.M))
    assert {a or b for a, b in named} <= targets


def test_the_demo_says_what_to_do_where_the_real_bases_are_missing() -> None:
    """I run `make demo-real` on a machine that has no real bases."""
    done = run("tools/demo_real.py", "no-such-folder")
    assert done.returncode == 2
    assert "not part of this repository" in done.stderr
