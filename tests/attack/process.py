"""Runs one command: as a fork of the tests' helper, or as a process of its own that can be stopped
and hemmed in.

Whatever takes too long or too much memory is killed, and its end says so.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import command
from tests.attack.oracle import Ran

LONGEST, LARGEST = 240.0, 3 << 30  # seconds on a machine that does nothing else; bytes of memory


@dataclass(frozen=True)
class Limits:
    """What surrounds a process of its own."""

    umask: int = -1
    file_size: int | None = None
    signal: int | None = None
    after: float = 0.0

    def hem_in(self) -> None:
        """What the process does to itself before it begins: Ctrl-C ends it, also where the attack
        runs in the background, whose children would ignore it; no file grows beyond the limit."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if self.file_size is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_size, self.file_size))


def longest() -> float:
    """How many seconds a command may take now: more where others keep the machine busy."""
    return LONGEST * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def forked(words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Ran:
    """The command as a fork of the helper that has loaded the program."""
    begin = time.monotonic()
    with _watched():
        done = command.leadlight(*words, cwd=cwd, env=env)
    return Ran(tuple(words), done.returncode, done.stdout, done.stderr, time.monotonic() - begin)


def alone(words: Sequence[str], cwd: Path, env: Mapping[str, str], limits: Limits) -> Ran:
    """The command as a process of its own; with a signal it is sent that after some seconds, its
    children too."""
    begin = time.monotonic()
    script = str(Path(__file__).with_name("script.py"))
    path = {"PYTHONPATH": os.pathsep.join([str(command.ROOT), command.SOURCE])}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [sys.executable, "-P", script, *words],
            cwd=cwd,
            env={**env, **path},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            umask=limits.umask,
            preexec_fn=limits.hem_in,
            start_new_session=True,
        )
        try:
            process.wait(longest() if limits.signal is None else limits.after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, limits.signal or signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(longest())
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        out.seek(0)
        err.seek(0)
        said = [file.read().decode("utf-8", "replace") for file in (out, err)]
    return Ran(tuple(words), process.returncode, said[0], said[1], time.monotonic() - begin)


@contextlib.contextmanager
def _watched() -> Iterator[None]:
    """Kills the helper's command when it takes too long or too much."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(over,), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(over: threading.Event) -> None:
    begin = time.monotonic()
    while not over.wait(0.25):
        for child in _children():
            if time.monotonic() - begin > longest() or _memory(child) > LARGEST:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)


def _children() -> list[int]:
    """The commands that the helper of this process runs now."""
    found: list[int] = []
    for pid in command.HELPERS:
        with contextlib.suppress(OSError):
            found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())
    return found


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    return 0
