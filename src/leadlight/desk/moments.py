"""The moment a user names, as a date or a time of day."""

from __future__ import annotations

from datetime import UTC, datetime

from leadlight.desk import wiring
from leadlight.problems import CannotDo


def when(as_of: datetime | str | None) -> datetime:
    """A moment in UTC without zone. Raises `CannotDo` for a text that is none."""
    if as_of is None:
        return wiring.now()
    if isinstance(as_of, str):
        try:
            as_of = datetime.fromisoformat(as_of.strip())
        except ValueError:
            raise CannotDo(
                f"{as_of!r} is not a date. Write 2026-11-01 or 2026-11-01T14:30."
            ) from None
    return as_of.astimezone(UTC).replace(tzinfo=None) if as_of.tzinfo else as_of
