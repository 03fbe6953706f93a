"""What a track sent, and what of that came back or was complained of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.nurture.evidence import EVENTS, MEMBERS, words_of
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.adapters.nurture.tracks import FACTS
from leadlight.facts.relation import TableName
from leadlight.facts.steps import StepFact, TrackHealth

#: Each event after a mail, with the newest mail before it: the track, step, variant and moment.
AFTER_MAIL = TableName("_nurture_after_mail")


def track_health(facts: FactStore, tracks: Sequence[str], now: datetime) -> tuple[TrackHealth, ...]:
    """How each of these tracks does, since it was last resumed."""
    turns = turns_of(facts)
    moment = f"CAST({text_literal(now.isoformat(sep=' '))} AS TIMESTAMP)"
    mails = (
        f"SELECT coalesce(m.group_id, f.lead_id) AS lead_id, track, step, variant, occurred_at FROM"
        f" {FACTS} f LEFT JOIN {MEMBERS} m ON m.lead_id = f.lead_id WHERE kind IN ('sent',"
        f" 'uncertain', 'failed') AND occurred_at <= {moment}"
    )
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {AFTER_MAIL} AS WITH mails AS ({mails}), events AS (SELECT"
        f" coalesce(m.group_id, e.lead_id) AS lead_id, e.kind, e.occurred_at FROM {EVENTS} e LEFT"
        f" JOIN {MEMBERS} m ON m.lead_id = e.lead_id) SELECT s.track, s.step, s.variant,"
        " s.occurred_at AS sent_at, e.lead_id, e.kind, e.occurred_at FROM events e ASOF JOIN mails"
        " s ON s.lead_id = e.lead_id AND s.occurred_at <= e.occurred_at"
    )
    found = []
    for track in tracks:
        stopped, since, count = turns.get(track, (None, None, 0))
        after = (
            f" AND occurred_at > CAST({text_literal(since.isoformat(sep=' '))} AS TIMESTAMP)"
            if since is not None
            else ""
        )
        sent = _count(
            facts,
            f"SELECT count(*) FROM {FACTS} WHERE track = {text_literal(track)} AND kind IN ('sent',"
            f" 'uncertain', 'failed'){after}",
        )
        bounces, complaints = (
            _count(
                facts,
                f"SELECT count(DISTINCT lead_id) FROM {AFTER_MAIL} WHERE track ="
                f" {text_literal(track)} AND kind IN ({words_of(what)}){after}",
            )
            for what in ("bounced", "complained")
        )
        found.append(TrackHealth(track, sent, bounces, complaints, stopped, count))
    return tuple(found)


def turns_of(facts: FactStore) -> dict[str, tuple[str | None, datetime | None, int]]:
    """Of each track why it is stopped, when it was last resumed, and how often either was."""
    found: dict[str, tuple[str | None, datetime | None, int]] = {}
    for track, kind, because, at in facts.tables.rows(
        "SELECT track, kind, because, occurred_at FROM step_facts WHERE kind IN ('stopped',"
        " 'resumed') ORDER BY fact_no"
    ):
        _, resumed_at, count = found.get(str(track), (None, None, 0))
        if kind == "stopped":
            found[str(track)] = (str(because), resumed_at, count + 1)
        else:
            since = at if isinstance(at, datetime) else None
            found[str(track)] = (None, since, count + 1)
    return found


def choices_of(facts: FactStore) -> list[StepFact]:
    """Which variants were found better, the oldest first; `mail_id` is the signature of the step's
    variants.
    """
    found = []
    for track, entry, step, variant, because, signature, at in facts.tables.rows(
        "SELECT track, entry, step, variant, because, mail_id, occurred_at FROM step_facts WHERE"
        " kind = 'chosen' ORDER BY fact_no"
    ):
        assert isinstance(at, datetime)
        where = (str(track), int(str(entry)), int(str(step)))
        said = (str(variant), str(because), str(signature))
        found.append(StepFact("", *where, "chosen", at, *said))
    return found


def _count(facts: FactStore, query: str) -> int:
    return int(str(facts.con.execute(query).fetchall()[0][0]))
