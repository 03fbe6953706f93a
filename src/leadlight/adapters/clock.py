"""The only clock of the program."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The moment it is, in UTC without zone, to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
