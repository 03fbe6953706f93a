"""What the rules say of a lead's contact in each stretch of time in which no verdict was recorded.

A stretch has one set of values, so that one check says what holds in all of it; equal values are
checked once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import duckdb

from leadlight.adapters.contacts.candidates import BOUNCED, COMPLAINED, READ
from leadlight.adapters.contacts.checks import CHECKS, check_contacts
from leadlight.adapters.contacts.crowd import crowd
from leadlight.adapters.contacts.usual_country import usual_country
from leadlight.adapters.db.duckdb import count, text_literal
from leadlight.adapters.replay.facts import IDS, LEADS, ReplayFacts
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.texts import leads_text
from leadlight.plan.sources import Sources
from leadlight.plan.timeline import ReplayPeriod

_ASKED, _VERIFIED = "replay_contacts", "replay_verified"
MADE = (  # the verdict was made here and now: it was checked at the very moment that is looked at
    "_made"
)
CROWD_READS = (
    "email",
    "phone",
    "mobile",
    "first_name",
    "last_name",
    "full_name",
    "company",
    "ip_address",
    "source",
    "created_at",
    "changed_at",
    "last_activity_at",
)


def read_for_verdicts(present: Collection[str]) -> list[str]:
    """The attributes that a check looks at, of those the base has."""
    return [n for n in (*READ, BOUNCED, "checked_at") if n in present]


def mails(facts: ReplayFacts) -> str | None:
    """The moments at which mail to a lead came back or was reported: lead_id, seen, gone."""
    words = facts.base.kinds(tuple(k for k in (BOUNCED, COMPLAINED) if k in facts.catalog.kinds))
    if facts.log is None or not words:
        return None
    listed = ", ".join(text_literal(w) for w in words)
    found = (
        f"SELECT lead_id, kind, _seen AS seen, _gone AS gone FROM ({facts.log}) WHERE kind IN"
        f" ({listed}) AND _seen < _gone"
    )
    if not facts.settled:
        return found
    theirs = (
        "SELECT m.group_id, f.kind, greatest(f.seen, m.since), least(f.gone, m.until) FROM"
        f" ({found}) f JOIN {facts.settled} m ON m.lead_id = f.lead_id AND m.group_id <> m.lead_id"
        " AND m.kind = 'person' WHERE f.seen < m.until AND f.gone > m.since"
    )
    return f"{found} UNION ALL {theirs}"


def with_verdicts(
    facts: ReplayFacts, period: ReplayPeriod, sources: Sources, wanted: Collection[str]
) -> Sources:
    """The leads' stretches with a verdict in each (the attributes `wanted` of it): the recorded
    one, else what the rules say of its values.
    """
    con, present = facts.con, facts.catalog.present
    asked_for = [n for n in CHECK_ATTRIBUTES if n in wanted or n == "checked_at"]
    _ask(facts, period)
    if count(con, f"SELECT count(*) FROM {_ASKED}") or not present.issuperset(asked_for):
        read = (*READ, "bounced", "complained", "crowd")
        names = ", ".join(f"any_value({n}) AS {n}" for n in read)
        alike = Query(f"SELECT n AS lead_id, {names} FROM {_ASKED} GROUP BY n")
        check_contacts(
            con, alike, as_of=period.until, usual_country=lambda: _usual_country(facts, period)
        )
        _put_beside(con, asked_for, present)
    else:
        con.execute(f"ALTER TABLE {LEADS} ADD COLUMN {MADE} BOOLEAN DEFAULT false")
    catalog = replace(sources.catalog, present=present | set(CHECK_ATTRIBUTES))
    return replace(sources, catalog=catalog)


def _ask(facts: ReplayFacts, period: ReplayPeriod) -> None:
    """Make `replay_contacts`: the stretches without a recorded verdict, with what a check looks at;
    equal ones have one number.
    """
    present = facts.catalog.present
    values = ", ".join(
        f"CAST(l.{n} AS VARCHAR) AS {n}" if n in present else f"NULL::VARCHAR AS {n}" for n in READ
    )
    bounced, complained = _flags(facts)
    seen = _crowd(facts, period)
    crowd = "c.crowd" if seen else "NULL::VARCHAR"
    beside = f" LEFT JOIN ({seen}) c ON c.lead_id = i.lead_id" if seen else ""
    unasked = " WHERE l.checked_at IS NULL" if "checked_at" in present else ""
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ASKED} AS SELECT *, dense_rank() OVER (ORDER BY"
        f" {', '.join(READ)}, bounced, complained, crowd) AS n FROM (SELECT l._lead, l._since,"
        f" {values}, {bounced} AS bounced, {complained} AS complained, {crowd} AS crowd FROM"
        f" {LEADS} l JOIN {IDS} i ON i.lead = l._lead{beside}{unasked})"
    )


def _flags(facts: ReplayFacts) -> tuple[str, str]:
    """Whether mail to the lead of a stretch had come back, and whether it had been reported."""
    log = mails(facts)
    bounced, complained = (
        "false" if log is None else _is_in(log, facts.base.kinds((kind,)))
        for kind in (BOUNCED, COMPLAINED)
    )
    if BOUNCED in facts.catalog.present:
        bounced = f"(coalesce(l.{BOUNCED}, false) OR {bounced})"
    return bounced, complained


def _is_in(log: str, words: Sequence[str]) -> str:
    kinds = ", ".join(text_literal(w) for w in words)
    return (
        f"EXISTS (SELECT 1 FROM ({log}) m WHERE m.lead_id = i.lead_id AND m.kind IN ({kinds}) "
        "AND m.seen <= l._since AND m.gone > l._since)"
    )


def _put_beside(
    con: duckdb.DuckDBPyConnection, names: Sequence[str], present: Collection[str]
) -> None:
    """The stretches with these attributes of the verdicts just made, where none is recorded."""
    given = ", ".join(f"coalesce(l.{n}, c.{n}) AS {n}" for n in names if n in present)
    added = "".join(f", c.{n}" for n in names if n not in present)
    every = f"l.* REPLACE ({given})" if given else "l.*"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {LEADS} AS SELECT {every}{added}, a.n IS NOT NULL AS {MADE}"
        f" FROM {LEADS} l LEFT JOIN {_ASKED} a ON a._lead = l._lead AND a._since = l._since LEFT"
        f" JOIN {CHECKS} c ON c.lead_id = a.n ORDER BY l._lead"
    )
    con.execute(f"DROP TABLE {CHECKS}")


def _crowd(facts: ReplayFacts, period: ReplayPeriod) -> str | None:
    """What a look at all leads shows of each, as of the end of the period."""
    names = [n for n in CROWD_READS if n in facts.catalog.present]
    return crowd(_all_leads(facts, period, names), names, period.until)


def _usual_country(facts: ReplayFacts, period: ReplayPeriod) -> str | None:
    """The country that most leads have, as of the end of the period."""
    names = [n for n in ("country", "phone", "mobile") if n in facts.catalog.present]
    return usual_country(facts.con, _all_leads(facts, period, names), names)


def _all_leads(facts: ReplayFacts, period: ReplayPeriod, names: Sequence[str]) -> Relation:
    """Every lead with these attributes, as of the end of the period."""
    if facts.ledger is None:
        return facts.base.leads
    everyone = Everyone(period.until, facts.known)
    return Query(leads_text(everyone, facts.ledger.holdings(), names))
