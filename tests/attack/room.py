"""The room of one attempt: its folder, its dice, the commands that ran in it and what was found."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.attack.folder import Rule, snapshot, wrongs
from tests.attack.oracle import Ran, complaints
from tests.attack.process import Limits, alone, forked

#: What of our own surroundings a command gets: nothing that could steer it.
KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "LEADLIGHT_TEST_FRESH")
SIGNALS = (-9, -2, 137)


@dataclass
class Room:
    """Everything of one attempt. `folder` is where commands run; `scratch`, beside it, is their
    place for passing files."""

    base: Path
    pick: Random
    thorough: bool = False
    commands: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    personal: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.folder, self.scratch = self.base / "room", self.base / "scratch"
        self.folder.mkdir()
        self.scratch.mkdir()

    def env(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The surroundings of a command."""
        kept = {n: os.environ[n] for n in KEPT if n in os.environ}
        return {
            **kept,
            "TMPDIR": str(self.scratch),
            "COLUMNS": "120",
            "LEADLIGHT_MEMORY": "1GB",
            **(more or {}),
        }

    def run(
        self,
        *words: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Ran:
        """Run a command, and look at how it ended and at what it said."""
        where, around = cwd or self.folder, self.env(env)
        self._write_down(words, where, env, limits)
        try:
            ran = alone(words, where, around, limits) if limits else forked(words, where, around)
        except UnicodeDecodeError as fault:
            self.find(f"what it prints is no UTF-8 ({fault.reason})")
            return Ran(words, -1, "", "")
        stopped = limits is not None and limits.signal is not None and ran.code in SIGNALS
        for said in () if stopped else complaints(ran, self.personal, self.secrets):
            self.find(f"{said}\n      stderr: {ran.err[-400:].strip()!r}")
        if not stopped:
            self._tidy()
        return ran

    def _tidy(self) -> None:
        """No copy of anybody's leads stays in the folder for passing files."""
        left = sorted(p.name for p in self.scratch.iterdir())
        if left:
            self.find(f"left in TMPDIR: {left}")
            for path in self.scratch.iterdir():
                _remove(path)

    def find(self, text: str) -> None:
        """Write a finding down, with the command it is about."""
        self.findings.append(
            f"{self.commands[-1] if self.commands else 'before any command'}\n      {text}"
        )

    @contextmanager
    def guarded(self, rule: Rule) -> Iterator[None]:
        """What happens inside changes only the files that the rule lets it."""
        before = snapshot(self.folder)
        yield
        for wrong in wrongs(before, snapshot(self.folder), rule):
            self.find(wrong.replace(str(self.folder) + "/", ""))

    def _write_down(
        self,
        words: tuple[str, ...],
        cwd: Path,
        env: Mapping[str, str] | None,
        limits: Limits | None,
    ) -> None:
        inside = cwd.relative_to(self.base) if self.base in (cwd, *cwd.parents) else cwd
        named = "".join(f"{k}={shlex.quote(v)} " for k, v in (env or {}).items())
        self.commands.append(
            f"({inside}) {named}leadlight {shlex.join(words)}" + (f"  # {limits}" if limits else "")
        )


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def visible(text: str) -> str:
    """A text that steers no terminal, and that every file can hold."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)
