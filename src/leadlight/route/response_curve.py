"""How fast leads were answered, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from leadlight.facts.assignments import Clock
from leadlight.route.clocks import ClockReading

_MINUTE, _HOUR = 60, 3_600
#: The ends of the groups, in business seconds.
_ENDS = (5 * _MINUTE, 15 * _MINUTE, _HOUR, 4 * _HOUR, 8 * _HOUR, 40 * _HOUR)


@dataclass(frozen=True)
class ResponseGroup:
    """Leads that were first answered within so much business time, and after the group before
    (None: later than all of them, or with `is_unanswered` never).
    """

    within: timedelta | None
    is_unanswered: bool
    leads: int
    reached: int
    qualified: int
    won: int


def response_groups(readings: Sequence[ClockReading]) -> Iterator[ResponseGroup]:
    """The groups that have leads, the fastest first."""
    taken = [(response_seconds(r), r.clock) for r in readings]
    begin = -1
    for end in _ENDS:
        clocks = [c for seconds, c in taken if seconds is not None and begin < seconds <= end]
        yield from _group(clocks, timedelta(seconds=end))
        begin = end
    yield from _group([c for seconds, c in taken if seconds is not None and seconds > begin], None)
    never = [c for seconds, c in taken if seconds is None]
    yield from _group(never, None, is_unanswered=True)


def response_seconds(reading: ClockReading) -> int | None:
    """The business seconds until somebody answered; None: nobody did."""
    if reading.clock.attempted_at is None:
        return None
    return max(int((reading.within - reading.time_left).total_seconds()), 0)


def _group(
    clocks: Sequence[Clock], within: timedelta | None, *, is_unanswered: bool = False
) -> Iterator[ResponseGroup]:
    if clocks:
        yield ResponseGroup(
            within,
            is_unanswered,
            len(clocks),
            sum(c.reached_at is not None for c in clocks),
            sum(c.is_qualified for c in clocks),
            sum(c.is_won for c in clocks),
        )
