"""Processes that a test kills: forks of a helper that has loaded what they run.

Loading takes longer than most of them live.  A fork runs a function of a module, in a folder, with an output that the test
reads; it is a process of its own in all that matters to whoever is killed.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TextIO

from tests.socket_messages import receive, send

ROOT = Path(__file__).resolve().parents[1]


class Fork:
    """A process, and what it prints."""

    def __init__(self, helper: socket.socket, pid: int, said: TextIO) -> None:
        self._helper, self.pid, self.stdout = helper, pid, said

    def kill(self) -> None:
        """Kill it in the middle of whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Wait until it is gone, with what it ended: 0, or the signal as a negative number."""
        send(self._helper, {"wait": self.pid})
        (status, _) = receive(self._helper)
        self.stdout.close()
        return os.waitstatus_to_exitcode(status)

    def has_ended(self) -> bool:
        """Whether one that prints nothing is gone, by itself or not."""
        return bool(select.select([self.stdout], [], [], 0)[0])


def fork(function: str, *words: str, cwd: Path = ROOT, loads: Sequence[str] = ()) -> Fork:
    """Run `module:function` with these words in a process of its own, whose helper has loaded these modules as well."""
    helper = _helper((function.partition(":")[0], *loads))
    ours, theirs = os.pipe()
    asked = {"run": function, "words": words, "cwd": str(cwd), "env": dict(os.environ)}
    send(helper, asked, theirs)
    os.close(theirs)
    return Fork(helper, int(receive(helper)[0]), os.fdopen(ours, encoding="utf-8"))


@cache
def _helper(modules: tuple[str, ...]) -> socket.socket:
    """The socket to a helper, which ends when the socket does."""
    ours, theirs = socket.socketpair()
    words = [sys.executable, "-m", "tests.forks", str(theirs.fileno()), *modules]
    path = os.pathsep.join([str(ROOT), *(p for p in sys.path if p)])
    _held.append(
        subprocess.Popen(
            words,
            pass_fds=[theirs.fileno()],
            cwd="/",
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    )
    theirs.close()
    return ours


_held: list[object] = []


def _serve(asks: socket.socket) -> Callable[[], object]:
    """Forks as it is asked to. Returns in a fork, with what is to be run; the helper ends with the socket."""
    while True:
        try:
            asked, files = receive(asks)
        except EOFError:
            sys.exit()
        if "wait" in asked:
            send(asks, os.waitpid(asked["wait"], 0)[1])
            continue
        if pid := os.fork():
            os.close(files[0])
            send(asks, pid)
            continue
        asks.close()
        os.dup2(files[0], 1)
        os.close(files[0])
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        module, _, name = asked["run"].partition(":")
        found: Callable[..., object] = getattr(importlib.import_module(module), name)
        return lambda: found(*asked["words"])


if __name__ == "__main__":
    asks = socket.socket(fileno=int(sys.argv[1]))
    for module in sys.argv[2:]:
        importlib.import_module(module)
    _serve(asks)()
    sys.stdout.flush()
