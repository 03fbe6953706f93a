"""The rows that verification looks at: a lead's contact points and what may contradict them,
bounces, and the crowd it came in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from leadlight.adapters.contacts.crowd import crowd
from leadlight.adapters.db.duckdb import text_literal
from leadlight.facts.relation import Query, Relation
from leadlight.plan.sources import Sources

#: What the rules read of a lead, as text.
READ = (
    "email",
    "phone",
    "mobile",
    "other_emails",
    "other_phones",
    "first_name",
    "last_name",
    "full_name",
    "company",
    "website",
    "country",
    "honeypot",
)
BOUNCED, COMPLAINED = "email_bounced", "email_complained"


def rows_to_check(sources: Sources, as_of: datetime, only: str | None = None) -> Query:
    """The rows of a base: every lead (for which `only` holds), with what its log says of its
    mails.
    """
    leads, has = sources.leads, sources.catalog.present
    flag = "coalesce(l.email_bounced, false)" if BOUNCED in has else "false"
    columns = [
        "l.lead_id",
        *(f"CAST(l.{n} AS VARCHAR) AS {n}" if n in has else f"NULL::VARCHAR AS {n}" for n in READ),
        f"{flag} OR coalesce(b.bounced, false) AS bounced",
        "coalesce(b.complained, false) AS complained",
    ]
    rows = (
        f"SELECT {', '.join(columns)} FROM {leads} l LEFT JOIN ({_mails(sources, as_of)}) b ON"
        " b.lead_id = l.lead_id"
    )
    rows += f" WHERE {only}" if only else ""
    return with_crowd(Query(rows), leads, has, as_of)


def with_crowd(rows: Relation, leads: Relation, has: Collection[str], as_of: datetime) -> Query:
    """Rows to check, and beside each what only a look at all leads shows."""
    seen = crowd(leads, has, as_of)
    if seen is None:
        return Query(f"SELECT *, NULL::VARCHAR AS crowd FROM {rows}")
    return Query(f"SELECT w.*, c.crowd FROM {rows} w LEFT JOIN ({seen}) c ON c.lead_id = w.lead_id")


def _mails(sources: Sources, as_of: datetime) -> str:
    """Which leads' mails bounced or were reported as spam, as far as the log knows."""
    if sources.activities is None or not {BOUNCED, COMPLAINED} & sources.catalog.kinds:
        return (
            f"SELECT lead_id, false AS bounced, false AS complained FROM {sources.leads}"
            " WHERE false"
        )
    bounced, complained = _kinds(sources, BOUNCED), _kinds(sources, COMPLAINED)
    moment = f"TIMESTAMP '{as_of.isoformat(sep=' ')}'"
    return (
        f"SELECT lead_id, bool_or({bounced}) AS bounced, bool_or({complained}) AS complained "
        f"FROM {sources.activities} "
        f"WHERE occurred_at <= {moment} AND ({bounced} OR {complained}) GROUP BY lead_id"
    )


def _kinds(sources: Sources, kind: str) -> str:
    words: Sequence[str] = sources.kinds((kind,))
    return "(" + " OR ".join(f"kind = {text_literal(w)}" for w in words) + ")"
