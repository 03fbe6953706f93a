"""The moment a user names, as a date or a time of day."""

from __future__ import annotations

from datetime import UTC, datetime

from leadlight.problems import CannotDo


def when(text: datetime | str | None, now: datetime, field: str | None = None) -> datetime:
    """A moment in UTC without zone: `now` where nothing is said. `field` is the field of a request
    that it is for. Raises `CannotDo` for a text that is no moment.
    """
    return now if text is None else moment(text, field)


def moment(text: datetime | str, field: str | None = None) -> datetime:
    """The same where something is said."""
    if isinstance(text, str):
        try:
            text = datetime.fromisoformat(text.strip())
        except ValueError:
            raise CannotDo(
                f"{text!r} is not a date. Write 2026-11-01 or 2026-11-01T14:30.", field=field
            ) from None
    return text.astimezone(UTC).replace(tzinfo=None) if text.tzinfo else text
