"""One run as a user's program would do it: Parquet in, Parquet out.   python qualify.py DIR PLAYBOOK OUT [--no-reasons]"""

from __future__ import annotations

import sys
from pathlib import Path

import leadlight

folder, playbook, out, *extra = sys.argv[1:]
leadlight.qualify(
    f"{folder}/leads.parquet",
    f"{folder}/events.parquet",
    playbook=playbook,
    as_of="2026-01-01",
    out=Path(out),
    reasons="--no-reasons" not in extra,
)
