"""Which past moments teach and which later ones judge, so that no judged outcome is known in
training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.problems import CannotDo

MOMENTS = 6
FEWEST = 30  # leads with an outcome, in the past and in the judged period each
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Periods:
    """Moments to learn from (their horizons end at the split or before) and to judge by (from the
    split on).
    """

    past: tuple[datetime, ...]
    later: tuple[datetime, ...]
    split: datetime


def periods(first: datetime, last: datetime, horizon: timedelta, moments: int = MOMENTS) -> Periods:
    """Moments spread over the time that facts cover. Raises `CannotDo` when the horizon does not
    fit into it twice.

    A third of the moments judge; they spread over at most a horizon before the last one whose
    horizon is over.
    """
    covered = last - first
    if covered < 2 * horizon + 2 * DAY:
        raise CannotDo(
            f"The facts cover {covered.days} days, from {first:%Y-%m-%d} to {last:%Y-%m-%d}. A"
            f" horizon of {_days(horizon)} must fit in twice, to learn and to judge. Name a shorter"
            f" one: --horizon {max(1, (covered.days - 2) // 3)}d."
        )
    spare = covered - 2 * horizon
    newest = _midnight(last - horizon)
    spread = min(horizon, spare / 3)
    split = _midnight(newest - spread)
    oldest = _midnight(first + spare / 10) + DAY
    judges = max(1, moments // 3)
    return Periods(
        tuple(
            dict.fromkeys(
                _spread(min(oldest, split - horizon), split - horizon, max(1, moments - judges))
            )
        ),
        tuple(dict.fromkeys(_spread(split, newest, judges))),
        split,
    )


def _spread(since: datetime, until: datetime, several: int) -> Sequence[datetime]:
    if several == 1:
        return [until]
    return [_midnight(since + (until - since) * n / (several - 1)) for n in range(several)]


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _days(horizon: timedelta) -> str:
    return f"{horizon.days} days" if horizon.days != 1 else "a day"
