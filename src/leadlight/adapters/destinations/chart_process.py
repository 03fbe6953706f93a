"""Drawing charts in a process of its own: its JavaScript engine takes most of a second to start,
and starts while the leads are being read.  Without it, or when it fails, charts are drawn here; the
pictures are the same.

Run as a module it reads one JSON list of Vega-Lite specifications and answers with one of SVG
texts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

PATIENCE = 60  # seconds
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ChartDrawer:
    """Draws charts, with an engine that may have been started before. Threads may share one; at
    most one engine waits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start an engine in the background, to be used by the next `draw`."""
        with self._lock:
            if self._waiting is None:
                self._waiting = _engine()

    def draw(self, specs: Sequence[dict[str, Any]]) -> list[str]:
        """Each specification as SVG; nothing is fetched from anywhere."""
        specs = [_writable(spec) for spec in specs]
        process = self._take()
        if process is not None:
            pictures = _ask(process, specs)
            if len(pictures) == len(specs):
                return pictures
        return _draw(specs)

    def close(self) -> None:
        """End the engine that waits, if one does."""
        process = self._take()
        if process is not None:
            process.kill()
            process.wait()

    def _take(self) -> subprocess.Popen[str] | None:
        """The engine that waits, which is nobody else's then."""
        with self._lock:
            process, self._waiting = self._waiting, None
        return process


#: The one of this process.
drawer = ChartDrawer()


def _engine() -> subprocess.Popen[str] | None:
    """An engine in a process of its own; None where none can be started."""
    try:
        return subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
    except OSError:
        return None


def _ask(process: subprocess.Popen[str], specs: Sequence[dict[str, Any]]) -> list[str]:
    """What the engine answers; nothing where it fails."""
    try:
        answer, _ = process.communicate(json.dumps(list(specs), default=str), timeout=PATIENCE)
        pictures: list[str] = json.loads(answer)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        process.kill()
        return []
    return pictures


def _writable(value: Any) -> Any:
    """The same with every character that XML cannot hold as the sign for an unknown one: the engine
    ends the process over it.
    """
    if isinstance(value, str):
        return _NOT_XML.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_writable(k): _writable(v) for k, v in value.items()}
    return [_writable(v) for v in value] if isinstance(value, list | tuple) else value


def _draw(specs: Sequence[dict[str, Any]]) -> list[str]:
    import vl_convert  # starts a JavaScript engine: only when there is something to draw

    return [vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]) for spec in specs]


def _serve() -> None:
    _draw(
        [{"data": {"values": []}, "mark": "bar"}]
    )  # the engine is up before the first chart is asked for
    specs = json.loads(sys.stdin.read())
    sys.stdout.write(json.dumps(_draw(specs)))


if __name__ == "__main__":
    _serve()
