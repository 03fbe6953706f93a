"""Leads that are alike in all that their quality is judged by, counted together: one look at each
lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import duckdb

from leadlight.adapters.contacts.tally import is_declined
from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.summary.qualified_base import Leads
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.contact import DECLINED
from leadlight.facts.relation import Relation, TableName
from leadlight.playbook.spec import Playbook
from leadlight.results.quality import POINTS, RECHECK_DAYS

_GROUPS = TableName("quality_groups")
NOBODY, UNVERIFIED = "no_contact_point", "not_verified"
#: The attributes that a lead's quality is judged by.
JUDGED = (*CHECK_ATTRIBUTES, *POINTS, "created_at", DECLINED)
_DAYS = (30, 90, 180, 365, 730)
AGES = (
    "Up to 30 days",
    "31 to 90 days",
    "91 to 180 days",
    "181 days to 1 year",
    "1 to 2 years",
    "Over 2 years",
    "Not known",
)
_MAY_WORK = "('reachable', 'risky', 'unknown')"


def empty(playbook: Playbook, has: Sequence[str]) -> str:
    """Whether a lead is empty: as the playbook labels it, else when no verdict leaves a way to
    reach it.
    """
    if _has_label(playbook, has, "contact", "empty"):
        return "coalesce(q.contact = 'empty', false)"
    return (
        "NOT ("
        + " OR ".join(f"coalesce(l.{p}_verdict IN {_MAY_WORK}, false)" for p in POINTS)
        + ")"
    )


def outside_audience(playbook: Playbook, has: Sequence[str]) -> str:
    """Whether a lead is outside the target audience; nothing when the playbook names none."""
    return (
        "coalesce(q.audience = 'non_target', false)"
        if _has_label(playbook, has, "audience", "non_target")
        else ""
    )


def make_groups(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    leads: Leads,
    known: Sequence[str],
    as_of: datetime,
    attribute: str,
    is_empty: str,
    is_unwanted: str,
) -> Relation:
    """A table of groups of leads that are alike: where from, how old, empty or unwanted and why,
    which contacts, when to check again.
    """
    there = {p: _there(p, known) for p in POINTS}
    because = ", ".join(
        f"CAST(l.{c} AS VARCHAR)" for c in (*(f"{p}_because" for p in POINTS), "doubts")
    )
    none = " OR ".join(there.values())
    own = (
        f"CASE WHEN NOT ({none}) THEN '{NOBODY}' WHEN l.checked_at IS NULL THEN '{UNVERIFIED}' END"
    )
    points = ", ".join(
        f"{there[p]} AS {quoted(p)}, l.{p}_verdict IS NOT NULL AS {quoted(p + ' verified')}"
        for p in POINTS
    )
    source = f"CAST(l.{quoted(attribute)} AS VARCHAR)" if attribute else "NULL::VARCHAR"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {_GROUPS} AS
        SELECT {source} AS source,
               {_age(known, as_of)} AS age, {is_empty} AS empty, {is_unwanted} AS unwanted,
               CASE WHEN {is_empty} THEN concat_ws('; ', {own}, {because}) END AS said,
               {_again(as_of)} AS again, {points}, {_proposal_rules(known)} AS proposed,
               count(*) AS n
        FROM {qualifications} q JOIN {leads((*JUDGED, attribute), None)} l ON l.lead_id = q.lead_id
          GROUP BY ALL
        """)
    return _GROUPS


def _has_label(playbook: Playbook, has: Sequence[str], scale: str, label: str) -> bool:
    found = playbook.scale(scale)
    return scale in has and found is not None and any(c.name == label for c in found.labels)


def value(name: str, known: Iterable[str]) -> str:
    """A lead's own value as text, NULL where it states nothing."""
    return f"nullif(trim(CAST(l.{quoted(name)} AS VARCHAR)), '')" if name in known else "NULL"


def _there(point: str, known: Sequence[str]) -> str:
    """Whether a lead has such a contact point: it was verified, or nobody looked at what stands
    there yet.
    """
    if point not in known:
        return f"(l.{point}_verdict IS NOT NULL)"
    return (
        f"(l.{point}_verdict IS NOT NULL OR (l.checked_at IS NULL AND {value(point, known)} IS NOT"
        " NULL))"
    )


def _age(known: Sequence[str], as_of: datetime) -> str:
    if "created_at" not in known:
        return str(len(_DAYS) + 1)
    days = f"((epoch(TIMESTAMP '{as_of}') - epoch(TRY_CAST(l.created_at AS TIMESTAMP))) / 86400)"
    bands = " ".join(f"WHEN {days} <= {most} THEN {i}" for i, most in enumerate(_DAYS))
    return f"CASE {bands} WHEN {days} IS NOT NULL THEN {len(_DAYS)} ELSE {len(_DAYS) + 1} END"


def _again(as_of: datetime) -> str:
    """The week in which a lead's contacts are due again; NULL when they are due already, or were
    never verified.
    """
    after = f"(TRY_CAST(l.checked_at AS TIMESTAMP) + INTERVAL {RECHECK_DAYS} DAY)"
    return (
        f"CASE WHEN {after} >= TIMESTAMP '{as_of}' THEN date_trunc('week', {after})::TIMESTAMP END"
    )


def proposal(point: str, known: Sequence[str]) -> str:
    """The value proposed in the place of a lead's contact point, NULL when none is."""
    if point not in known:
        return "NULL::VARCHAR"
    return (
        f"CASE WHEN l.{point}_repair <> CAST(l.{quoted(point)} AS VARCHAR) AND NOT"
        f" {is_declined(point, known, 'l.')} THEN l.{point}_repair END"
    )


def _proposal_rules(known: Sequence[str]) -> str:
    """Which contact points have a proposal, each with the rules that spoke: `email=typo|phone=`."""
    parts = (
        f"CASE WHEN {proposal(p, known)} IS NOT NULL THEN '{p}=' || coalesce(l.{p}_because, '') END"
        for p in POINTS
    )
    return f"concat_ws('|', {', '.join(parts)})"
