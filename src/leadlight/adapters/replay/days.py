"""The days of a replay whose playbook compares the leads with each other.

News of one lead can move any other, so no lead has moments of its own: at the beginning, at each
midnight and at the end all of them are looked at, and ranked among each other.
"""

from __future__ import annotations

from leadlight.adapters.db.duckdb import count, rows
from leadlight.adapters.replay.facts import (
    DAYS,
    FACTS,
    IDS,
    LEADS,
    OCCASIONS,
    OTHERS,
    UNDO,
    ReplayFacts,
    moment,
)
from leadlight.plan.timeline import MOST_LOOKS, ReplayPeriod
from leadlight.problems import CannotDo


def make_days(facts: ReplayFacts, period: ReplayPeriod, last: bool) -> None:
    """Make `replay_days` of a period; the `last` one has its end in it. Raises `CannotDo` where
    that would be too many looks.
    """
    begin, end = moment(period.since), moment(period.until)
    first = f"date_trunc('day', {begin}) + INTERVAL 1 DAY"
    before = "<=" if last else "<"
    closing = f" UNION SELECT {end}" if last else ""
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {DAYS} AS SELECT as_of, lag(as_of) OVER (ORDER BY as_of) AS"
        f" before FROM (SELECT {begin} AS as_of UNION SELECT unnest(generate_series({first}, {end},"
        f" INTERVAL 1 DAY)){closing}) WHERE as_of {before} {end}"
    )
    leads, days = (count(facts.con, f"SELECT count(*) FROM {t}") for t in (IDS, DAYS))
    if leads * days > MOST_LOOKS:
        raise CannotDo(
            f"The playbook {period.book.name} compares the leads with each other, so all"
            f" {leads:,} are looked at on each of {days:,} days: that is more than {MOST_LOOKS:,}"
            f" looks. Take a shorter period, at most {max(1, MOST_LOOKS // leads):,} days.",
            field="since",
        )


def looks_by_day(opening: str) -> str:
    """Every lead on every day since it is known, with what came of its own since the day before:
    facts, an undo, or nothing.
    """
    own = (
        f"SELECT o.lead, d.as_of, max(o.cause) AS cause FROM {OCCASIONS} o JOIN {DAYS} d ON o.as_of"
        f" > d.before AND o.as_of <= d.as_of WHERE o.cause IN ('{FACTS}', '{UNDO}') GROUP BY ALL"
    )
    return (
        f"SELECT l.lead, d.as_of, CASE WHEN d.before IS NULL THEN '{opening}' ELSE"
        f" coalesce(o.cause, '{OTHERS}') END AS cause FROM {DAYS} d JOIN (SELECT _lead AS lead,"
        " min(_since) AS since"
        f" FROM {LEADS} GROUP BY _lead) l ON l.since <= d.as_of LEFT JOIN ({own}) o ON o.lead ="
        " l.lead AND o.as_of = d.as_of"
    )


def spans_of_days(facts: ReplayFacts, pairs: int) -> list[tuple[str, str]]:
    """The days in stretches of at most so many looks, each with all leads: its first and last
    moment, as texts.
    """
    leads = count(facts.con, f"SELECT count(*) FROM {IDS}")
    size = max(1, pairs // max(1, leads))
    found = rows(
        facts.con,
        "SELECT min(as_of)::VARCHAR, max(as_of)::VARCHAR FROM (SELECT as_of, (row_number() OVER"
        f" (ORDER BY as_of) - 1) // {size} AS part FROM {DAYS}) GROUP BY part ORDER BY part",
    )
    return [(f"TIMESTAMP '{first}'", f"TIMESTAMP '{last}'") for first, last in found]
