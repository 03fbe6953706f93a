"""Segments and the market outside an audience, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.summary.market_research import MarketResearch as MarketResearch
    from leadlight.adapters.summary.segment_figures import SegmentCount as SegmentCount
    from leadlight.adapters.summary.segment_figures import SegmentQuery
    from leadlight.adapters.summary.segment_leads import SegmentLeads as SegmentLeads
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.ledger import Holdings


def runs_of_period(con: Connection, since: datetime, until: datetime) -> tuple[int, int] | None:
    """The last run before a period and the last one in it; None where none was stored by its
    end.
    """
    from leadlight.adapters.summary.segment_figures import runs_of_period

    return runs_of_period(con, since, until)


def segment_query(
    upto: int,
    before: int,
    period: tuple[datetime, datetime],
    now: datetime,
    words: tuple[tuple[str, ...], ...],
) -> SegmentQuery:
    """Which leads are counted, beside which run, and what they did in a period."""
    from leadlight.adapters.summary.segment_figures import SegmentQuery

    return SegmentQuery(upto, before, *period, now, words)


def market_research(
    con: Connection, holdings: Holdings, upto: int, labels: tuple[str, str, str], now: datetime
) -> MarketResearch:
    """The leads outside an audience, to be counted; `labels` are its scale, and the labels of those
    outside and inside.
    """
    from leadlight.adapters.summary.market_research import MarketResearch as Research

    return Research(con, holdings, upto, labels, now)


def attributes_of_research() -> tuple[Sequence[str], Sequence[str]]:
    """By which attributes leads are told apart, and by which what they asked for is known."""
    from leadlight.adapters.summary.market_research import attributes_of_research

    return attributes_of_research()


def segment_leads(con: Connection, holdings: Holdings, now: datetime) -> SegmentLeads:
    """The leads of a segment, to be counted, shown and written."""
    from leadlight.adapters.summary.segment_leads import SegmentLeads as Leads

    return Leads(con, holdings, now)


def no_segment_count() -> SegmentCount:
    """The numbers of a segment in which nobody is."""
    from leadlight.adapters.summary.segment_figures import SegmentCount

    return SegmentCount()


def segment_counts(
    con: Connection, holdings: Holdings, query: SegmentQuery
) -> tuple[dict[str, SegmentCount], list[tuple[str, str, int]]]:
    """What was counted of each segment, and how many leads are in both of two."""
    from leadlight.adapters.summary.segment_figures import segment_counts

    return segment_counts(con, holdings, query)
