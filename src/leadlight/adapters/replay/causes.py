"""What brought each change of a replay, in words: the kinds and attributes that came, or what left
its window.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.replay.facts import DAYS, LEADS, LOG
from leadlight.plan.sources import Sources
from leadlight.plan.timeline import ReplayPeriod

_WHAT = "replay_what"
MOVED = "its place among the others"
NEW, UNDONE, FADED, LEFT = "new lead", "an import was taken back", "faded", "left its window"


def note_causes(
    con: duckdb.DuckDBPyConnection, changed: str, period: ReplayPeriod, sources: Sources
) -> None:
    """Fill the column `what` of the changes that have none yet."""
    asked = f"(SELECT _lead AS lead, as_of, _cause AS cause FROM {changed} WHERE _what IS NULL)"
    came_at = "{0} = c.as_of"
    if period.book.ranks:  # what came since the day before
        asked = f"(SELECT c.*, d.before FROM {asked} c JOIN {DAYS} d ON d.as_of = c.as_of)"
        came_at = "{0} > c.before AND {0} <= c.as_of"
    names = [n for n in column_names(con, LEADS) if not n.startswith("_")]
    differs = "".join(
        f", CASE WHEN s.{quoted(n)} IS DISTINCT FROM b.{quoted(n)} THEN {text_literal(n)} END"
        for n in names
    )
    came = (
        f"CASE WHEN b._lead IS NULL THEN {text_literal(NEW)} ELSE nullif(concat_ws(', ',"
        f" NULL{differs}), '') END"
    )
    parts = [
        (
            f"SELECT c.lead, c.as_of, 1 AS place, {came} AS what FROM {asked} c JOIN {LEADS} s ON"
            f" s._lead = c.lead AND {came_at.format('s._since')} LEFT JOIN {LEADS} b ON"
            " b._lead = s._lead AND b._until = s._since WHERE c.cause = 'facts'"
        ),
        f"SELECT lead, as_of, 1, {text_literal(UNDONE)} FROM {asked} WHERE cause = 'undo'",
        (
            f"SELECT lead, as_of, 1, {text_literal('the rules of ' + period.book.name)} FROM"
            f" {asked} WHERE cause = 'rules'"
        ),
    ]
    if sources.activities is not None:
        parts.append(
            "SELECT c.lead, c.as_of, 2, string_agg(DISTINCT a.kind, ', ' ORDER BY a.kind) FROM"
            f" {asked} c JOIN {LOG} a ON a._lead = c.lead AND {came_at.format('a._seen')}"
            " WHERE c.cause = 'facts' GROUP BY ALL"
        )
        parts.append(
            "SELECT c.lead, c.as_of, 3, string_agg(DISTINCT a.kind, ', ' ORDER BY a.kind) ||"
            f" {text_literal(' ' + LEFT)} FROM {asked} c JOIN (SELECT _lead, kind, occurred_at +"
            f" to_seconds(unnest(list_distinct(_spans))) AS x FROM {LOG}) a ON a._lead = c.lead AND"
            " a.x > c.as_of - to_minutes(1) AND a.x <= c.as_of WHERE c.cause = 'clock' GROUP"
            " BY ALL"
        )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_WHAT} AS SELECT lead, as_of, string_agg(what, ', ' ORDER"
        f" BY place) AS what FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL"
    )
    plain = (
        f"CASE c.cause WHEN 'clock' THEN {text_literal(FADED)} WHEN 'others' THEN"
        f" {text_literal(MOVED)} ELSE c.cause END"
    )
    con.execute(
        f"UPDATE {changed} SET _what = coalesce(w.what, {plain}) FROM (SELECT _lead AS lead, as_of,"
        f" _cause AS cause FROM {changed}) c LEFT JOIN {_WHAT} w ON w.lead = c.lead AND w.as_of ="
        f" c.as_of WHERE {changed}._lead = c.lead AND {changed}.as_of = c.as_of AND"
        f" {changed}._what IS NULL"
    )
