"""How many random examples a law is tried on: some in the suite, many where LEADLIGHT_LAWS is `long` (`make fuzz`)."""

from __future__ import annotations

import os


def examples(some: int, many: int) -> int:
    """`some`, or `many` for whoever has the time."""
    return many if os.environ.get("LEADLIGHT_LAWS") == "long" else some
