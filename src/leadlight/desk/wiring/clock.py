"""The moment it is. Everything below the desk is told it."""

from __future__ import annotations

from datetime import datetime


def now() -> datetime:
    """The moment it is, in UTC without zone."""
    from leadlight.adapters.clock import now

    return now()
