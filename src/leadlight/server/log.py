"""The server's log: a line of JSON for each thing that an operator wants to know.

Nothing of a lead stands in it: no address, no id, no text of an event. Of a fault that is our own
its kind and place stand there.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TextIO


class Log:
    """Writes lines to a stream (standard error)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def tell(self, event: str, **details: str | int | float | None) -> None:
        """One line."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "event": event, **{k: v for k, v in details.items() if v is not None}}
        print(json.dumps(line, ensure_ascii=False), file=self._stream, flush=True)

    def fault(self, where: str, fault: BaseException) -> None:
        """A fault of our own, without its text, which may hold a lead's data."""
        place = fault.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        code = place.tb_frame.f_code.co_filename.rsplit("/", 1)[-1] if place else "unknown"
        line = place.tb_lineno if place else 0
        self.tell("fault", where=where, kind=type(fault).__name__, place=f"{code}:{line}")
