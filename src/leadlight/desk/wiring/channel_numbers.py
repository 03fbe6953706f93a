"""What channels brought and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.summary.channels import SpendAmount as SpendAmount
    from leadlight.adapters.summary.channels import TouchCount as TouchCount
    from leadlight.adapters.summary.channels import TouchQuery
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.ledger import Holdings
    from leadlight.results.channels import Touch


def touch_counts(
    con: Connection, holdings: Holdings, query: TouchQuery
) -> tuple[list[TouchCount], int]:
    """What each source, medium and campaign brought, and how many leads arrived nobody knows
    when.
    """
    from leadlight.adapters.summary.channels import touch_counts

    return touch_counts(con, holdings, query)


def touch_query(
    touch: Touch,
    upto: int,
    scales: Sequence[str],
    won: Sequence[str],
    period: tuple[datetime | None, datetime | None],
    now: datetime,
) -> TouchQuery:
    """Which leads are counted, by which touch; `won` are the labels of SQL and above."""
    from leadlight.adapters.summary.channels import TouchQuery

    return TouchQuery(touch, upto, tuple(scales), tuple(won), *period, now)


def spend_amounts(
    con: Connection,
    holdings: Holdings,
    period: tuple[datetime | None, datetime | None],
    now: datetime,
) -> list[SpendAmount]:
    """What was spent in a period, by source, campaign and currency."""
    from leadlight.adapters.summary.channels import spend_amounts

    return spend_amounts(con, holdings, period, now)
