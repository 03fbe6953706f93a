"""What tracks came to: who entered and left, what was sent and what came of it, and how those fared
who were held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.ledger.runs import as_column
from leadlight.adapters.ledger.tables import columns_of
from leadlight.adapters.nurture.evidence import CONTACTS, MEMBERS, words_of
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.adapters.nurture.track_health import AFTER_MAIL
from leadlight.adapters.nurture.tracks import FACTS, LEADS, STATES
from leadlight.facts.relation import TableName
from leadlight.playbook.track_conditions import SCALE

_ENTRIES, _LABELS = TableName("_nurture_entries"), TableName("_nurture_labels")


@dataclass(frozen=True)
class EntryNumbers:
    """Of the leads of a track who entered it, or were held out: how many, who are in it now, and of
    how many of them it came since they first entered (`won`, `rose`, `fell`, `refused`). A lead is
    held out of a track for ever, so that those who enter again count once.
    """

    track: str
    is_held_out: bool
    leads: int
    inside: int
    won: int
    rose: int
    fell: int
    refused: int


@dataclass(frozen=True)
class StepNumbers:
    """Of a step and variant: mails that were sent or not taken, and leads of whom it came."""

    track: str
    step: int
    variant: str | None
    sent: int
    failed: int
    uncertain: int
    others: int
    clicked: int
    answered: int
    refused: int
    complained: int
    bounced: int


@dataclass(frozen=True)
class TrackNumbers:
    """The numbers of all tracks. `left` has track, reason and leads; `segments` has track,
    segment, leads who entered, who clicked and who bought.
    """

    entries: tuple[EntryNumbers, ...]
    steps: tuple[StepNumbers, ...]
    left: tuple[tuple[str, str, int], ...]
    segments: tuple[tuple[str, str, int, int, int], ...]


def track_numbers(facts: FactStore, ladder: Sequence[str]) -> TrackNumbers:
    """The numbers of all tracks, from the relations that a round leaves."""
    _make_labels(facts, ladder)
    _make_entries(facts)
    con = facts.con
    return TrackNumbers(
        tuple(EntryNumbers(*row) for row in rows(con, _OF_ENTRIES)),  # type: ignore[arg-type]
        step_numbers(facts),
        tuple((str(t), str(b), int(str(n))) for t, b, n in rows(con, _LEFT)),
        tuple(
            (str(t), str(s), int(str(n)), int(str(c)), int(str(w)))
            for t, s, n, c, w in rows(con, _of_segments())
        ),
    )


def step_numbers(facts: FactStore) -> tuple[StepNumbers, ...]:
    """The numbers of steps alone."""
    return tuple(StepNumbers(*row) for row in rows(facts.con, _of_steps()))  # type: ignore[arg-type]


def _make_labels(facts: FactStore, ladder: Sequence[str]) -> None:
    """Leave the places on the ladder of leads in tracks, as runs found them (1: the lowest)."""
    column = as_column("label", SCALE)
    if not ladder or column.strip('"') not in columns_of(facts.tables, "run_changes"):
        label = "CAST(NULL AS VARCHAR)"
    else:
        label = f"c.{column}"
    facts.bring(
        _LABELS,
        f"SELECT c.lead_id, r.as_of, {label} AS label FROM run_changes c JOIN runs r ON r.run_no ="
        " c.run_no WHERE c.lead_id IN (SELECT lead_id FROM step_facts)",
    )
    order = ", ".join(map(text_literal, reversed(ladder))) or "NULL"
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_LABELS} AS SELECT lead_id, as_of,"
        f" list_position([{order}], label) AS place FROM {_LABELS}"
    )


def _make_entries(facts: FactStore) -> None:
    """Leave the entries, with what came since and where the lead stood then and stands now."""
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ENTRIES} AS WITH e AS (SELECT coalesce(m.group_id,"
        " f.lead_id) AS lead_id, f.track, f.entry, f.kind = 'held_out' AS is_held_out,"
        f" f.occurred_at FROM {FACTS} f LEFT JOIN {MEMBERS} m ON m.lead_id = f.lead_id WHERE f.kind"
        " IN ('entered', 'held_out')), newest AS (SELECT lead_id, arg_max(place, as_of) AS place"
        f" FROM {_LABELS} GROUP BY lead_id), placed AS (SELECT e.*, l.place AS place_then FROM e"
        f" ASOF LEFT JOIN {_LABELS} l ON l.lead_id = e.lead_id AND l.as_of <= e.occurred_at) SELECT"
        " p.*, row_number() OVER (PARTITION BY p.lead_id, p.track ORDER BY p.occurred_at) = 1 AS"
        " is_first, n.place AS place_now, c.bought_at, greatest(c.refused_marketing,"
        " c.refused_newsletter, c.complained_at) AS refused_at FROM placed p LEFT JOIN newest n ON"
        f" n.lead_id = p.lead_id LEFT JOIN {CONTACTS} c ON c.lead_id = p.lead_id"
    )


_OF_ENTRIES = f"""
SELECT e.track, e.is_held_out, count(*),
  count(*) FILTER (s.left_at IS NULL),
  count(*) FILTER (bought_at >= e.occurred_at), count(*) FILTER (place_now > place_then),
  count(*) FILTER (place_now < place_then), count(*) FILTER (refused_at >= e.occurred_at)
FROM {_ENTRIES} e LEFT JOIN {STATES} s ON s.lead_id = e.lead_id AND s.track = e.track
WHERE e.is_first GROUP BY e.track, e.is_held_out ORDER BY 1, 2
"""

_LEFT = f"""
SELECT l.track, coalesce(l.because, ''), count(*) FROM {FACTS} l
JOIN {FACTS} e ON e.lead_id = l.lead_id
  AND e.track = l.track AND e.entry = l.entry AND e.kind = 'entered' WHERE l.kind = 'left'
GROUP BY ALL ORDER BY 1, 3 DESC, 2
"""


def _of_steps() -> str:
    def came(what: str) -> str:
        return f"count(DISTINCT a.lead_id) FILTER (a.kind IN ({words_of(what)})) AS {what}"

    kinds = ("clicked", "answered", "refused", "complained", "bounced")
    after = ", ".join(map(came, kinds))
    picked = ", ".join(f"coalesce(a.{what}, 0)" for what in kinds)
    return (
        "WITH done AS (SELECT track, step, variant, count(*) FILTER (kind = 'sent') AS sent,"
        " count(*) FILTER (kind = 'failed') AS failed, count(*) FILTER (kind = 'uncertain') AS"
        f" uncertain, count(*) FILTER (kind IN ('task', 'text')) AS others FROM {FACTS} WHERE step"
        f" > 0 GROUP BY ALL), after_mail AS (SELECT a.track, a.step, a.variant, {after} FROM"
        f" {AFTER_MAIL} a GROUP BY ALL) SELECT d.*, {picked} FROM done d LEFT JOIN after_mail a ON"
        " a.track = d.track AND a.step = d.step AND a.variant IS NOT DISTINCT FROM d.variant ORDER"
        " BY d.track, d.step, d.variant"
    )


def _of_segments() -> str:
    """The company's own segments: those that the plan made of tracks begin with an underscore."""
    return (
        f"WITH clicked AS (SELECT DISTINCT track, lead_id FROM {AFTER_MAIL} WHERE kind IN"
        f" ({words_of('clicked')})), each AS (SELECT lead_id, unnest(segments) AS segment FROM"
        f" {LEADS}) SELECT e.track, q.segment, count(*), count(c.lead_id), count(*) FILTER"
        f" (e.bought_at >= e.occurred_at) FROM {_ENTRIES} e JOIN each q ON q.lead_id = e.lead_id"
        " LEFT JOIN clicked c ON c.lead_id = e.lead_id AND c.track = e.track WHERE"
        " e.is_first AND NOT e.is_held_out AND q.segment <> '' AND NOT starts_with(q.segment, '_')"
        " GROUP BY e.track, q.segment ORDER BY 1, 3 DESC, 2"
    )
