"""Results that cost much to find and stay true until the ledger has news.

A page that many people look at asks the same thing again and again. What is remembered is one of
the newest results of a session, and counts only while nothing was imported, taken back, forgotten
or qualified since.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, TypeVar

from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import Workspace

Result = TypeVar("Result")
#: So many results are kept.
MOST = 64


class ResultMemory:
    """The newest results of a session, by the question and by what the ledger held."""

    def __init__(self) -> None:
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def recall(
        self, workspace: Workspace, question: Hashable, now: datetime, find: Callable[[], Result]
    ) -> Result:
        """The answer to a question as of this hour: the remembered one, or what `find` finds."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        key = (question, hour, ledgers.ledger_state(workspace.con))
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                known: Result = self._results[key]
                return known
        result = find()
        with self._lock:
            self._results[key] = result
            while len(self._results) > MOST:
                self._results.popitem(last=False)
        return result
