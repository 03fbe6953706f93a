"""What an answer of an endpoint means, and when a delivery that failed is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: The time before each attempt, after the one before. When the last fails a delivery is dead.
TABLE = tuple(
    timedelta(seconds=s) for s in (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
#: A wait is longer than the table says by up to this part of it.
JITTER = 0.1
#: A Retry-After is heeded up to so long.
LONGEST_REST = timedelta(hours=1)
#: Statuses that speak of the whole endpoint, and not of one message.
_SLOW = frozenset({"429", "502", "503", "504", "timeout", "unreachable"})


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered: an HTTP status, or a word such as `timeout`; and how long it wants
    to be left alone.
    """

    status: str
    retry_after: timedelta | None = None

    @property
    def is_good(self) -> bool:
        """Whether the message was taken."""
        return len(self.status) == 3 and self.status.startswith("2")

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint wants nothing any more."""
        return self.status == "410"

    @property
    def is_slow(self) -> bool:
        """Whether the endpoint as a whole is in trouble, so that the others had better wait too."""
        return self.status in _SLOW


def retry_at(attempts: int, answer: Answer, now: datetime, luck: float) -> datetime | None:
    """When a delivery is tried again that failed so many times; None: it is dead. `luck` is a
    number from 0 to 1.
    """
    if attempts >= len(TABLE):
        return None
    wait = TABLE[attempts] * (1 + JITTER * luck)
    return now + max(wait, answer.retry_after or timedelta())


def rest(strikes: int, answer: Answer) -> timedelta:
    """How long an endpoint in trouble is left alone, after so many troubles in a row."""
    seconds = min(60.0, 0.5 * 2 ** min(strikes, 10))
    return max(timedelta(seconds=seconds), answer.retry_after or timedelta())


def parse_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """A Retry-After in seconds or as a date; None for one that is none, never more than an hour."""
    if text is None:
        return None
    said = text.strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_REST)
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now.replace(tzinfo=UTC), timedelta()), LONGEST_REST)
