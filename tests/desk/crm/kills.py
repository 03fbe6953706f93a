"""Kills a round of a connection at some request, before the CRM's answer arrives, and lets it end afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.forks import Fork, fork
from tests.servers.crm.store import Store

#: What a round loads when it needs it.
LOADS = (
    "leadlight.adapters.crm.line",
    "leadlight.adapters.base.ledger_base",
    "leadlight.adapters.sources.stage",
)


@dataclass
class Killer:
    """Ends rounds of a workspace beside a CRM."""

    folder: Path
    store: Store

    def kill_at(self, request: int) -> bool:
        """A round that is killed when the CRM has done what its n-th request says, and before it hears so; whether it was
        still running by then.
        """
        process = self._start()
        left = [request]

        def before_reply() -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(process.pid, signal.SIGKILL)

        self.store.faults.before_reply = before_reply
        ended = process.wait()
        self.store.faults.before_reply = lambda: None
        assert ended in (0, -signal.SIGKILL), ended
        return ended != 0

    def finish(self) -> None:
        """A round that is left alone."""
        assert self._start().wait() == 0

    def _start(self) -> Fork:
        return fork("tests.desk.crm.one_round:one_round", str(self.folder), loads=LOADS)


def kill_rounds(folder: Path, store: Store, requests: Iterable[int]) -> int:
    """Kill a round at each of these requests, then let one end; how many were killed."""
    killer = Killer(folder, store)
    killed = sum(killer.kill_at(n) for n in requests)
    killer.finish()
    return killed
