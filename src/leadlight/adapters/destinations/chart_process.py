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
from collections.abc import Sequence
from typing import Any

_waiting: list[subprocess.Popen[str]] = []
PATIENCE = 60  # seconds
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def start() -> None:
    """Start the engine in the background, to be used by the next `draw`."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
    except OSError:
        return
    _waiting.append(process)


def draw(specs: Sequence[dict[str, Any]]) -> list[str]:
    """Each specification as SVG; nothing is fetched from anywhere."""
    specs = [_writable(spec) for spec in specs]
    while _waiting:
        process = _waiting.pop()
        try:
            answer, _ = process.communicate(json.dumps(list(specs), default=str), timeout=PATIENCE)
            found: list[str] = json.loads(answer)
        except (subprocess.TimeoutExpired, OSError, ValueError):
            process.kill()
            continue
        if len(found) == len(specs):
            return found
    return _drawn(specs)


def _writable(value: Any) -> Any:
    """The same with every character that XML cannot hold as the sign for an unknown one: the engine
    ends the process over it.
    """
    if isinstance(value, str):
        return _NOT_XML.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_writable(k): _writable(v) for k, v in value.items()}
    return [_writable(v) for v in value] if isinstance(value, list | tuple) else value


def _drawn(specs: Sequence[dict[str, Any]]) -> list[str]:
    import vl_convert  # starts a JavaScript engine: only when there is something to draw

    return [vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]) for spec in specs]


def _serve() -> None:
    _drawn(
        [{"data": {"values": []}, "mark": "bar"}]
    )  # the engine is up before the first chart is asked for
    specs = json.loads(sys.stdin.read())
    sys.stdout.write(json.dumps(_drawn(specs)))


if __name__ == "__main__":
    _serve()
