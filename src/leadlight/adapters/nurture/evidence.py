"""What leads said and did that decides whether they may be written to, and whether they stay in a
track: one row a lead, and of what is an address's for every lead with that address.
"""

from __future__ import annotations

from datetime import datetime

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.facts.catalog import KINDS
from leadlight.facts.relation import Relation, TableName
from leadlight.playbook.spec import PURPOSES

EVENTS, MEMBERS, OF_LEADS = (
    TableName("_nurture_events"),
    TableName("_nurture_members"),
    TableName("_nurture_said"),
)
CONTACTS = TableName("_nurture_contacts")
GIVEN, WITHDRAWN = "consent_given", "consent_withdrawn"
#: What is called by which kinds of activity.
_MEANS = {
    "answered": ("email_replied",),
    "bought": ("won", "subscription_started", "subscription_renewed"),
    "bounced": ("email_bounced",),
    "complained": ("email_complained",),
    "refused": ("unsubscribed", WITHDRAWN),
    "given": (GIVEN,),
    "clicked": ("email_clicked",),
}
#: By these a lead may become one that is not written to.
_STRICT = ("bounced", "complained", "refused")
_ATTRIBUTES = {
    "email": "VARCHAR",
    "email_verdict": "VARCHAR",
    "checked_at": "TIMESTAMP",
    "country": "VARCHAR",
    "consent": "BOOLEAN",
    "do_not_email": "BOOLEAN",
    "do_not_call": "BOOLEAN",
    "phone": "VARCHAR",
    "phone_verdict": "VARCHAR",
    "mobile": "VARCHAR",
    "mobile_verdict": "VARCHAR",
    "profiling_objected": "BOOLEAN",
    "email_bounced": "BOOLEAN",
}


def words_of(meaning: str) -> str:
    """The kinds by which the log says something, as a list of literals."""
    found = [
        word
        for kind in _MEANS[meaning]
        for word in ((kind, *KINDS[kind].also) if kind in KINDS else (kind,))
    ]
    return ", ".join(map(text_literal, found))


def make_contacts(
    facts: FactStore, base: Base, members: Relation | None, now: datetime, *, clicks: bool = False
) -> None:
    """Leave `CONTACTS`: of each lead its address, what is known of it, and why it may not be
    written to for each purpose (`refusal_marketing` ..., NULL where it may).
    """
    _bring_events(facts, now, clicks=clicks)
    persons = (
        f"SELECT lead_id, group_id FROM {members}"
        if members is not None
        else "SELECT '' AS lead_id, '' AS group_id WHERE FALSE"
    )
    facts.con.execute(f"CREATE OR REPLACE TEMP TABLE {MEMBERS} AS {persons}")
    facts.con.execute(f"CREATE OR REPLACE TEMP TABLE {OF_LEADS} AS {_of_leads()}")
    facts.con.execute(f"CREATE OR REPLACE TEMP TABLE {CONTACTS} AS {_contacts(facts, base)}")


def changes_since(facts: FactStore, since: datetime) -> set[str]:
    """The leads of whom anything was recorded since that may forbid to write to them."""
    moment = f"CAST({text_literal(since.isoformat(sep=' '))} AS TIMESTAMP)"
    kinds = ", ".join(words_of(meaning) for meaning in (*_STRICT, "answered", "bought"))
    said = (
        f"SELECT lead_id FROM activity_facts WHERE kind IN ({kinds}) AND _recorded_at > {moment}"
        f" UNION SELECT lead_id FROM attribute_facts WHERE _recorded_at > {moment}"
        f" UNION SELECT lead_id FROM contact_facts WHERE _recorded_at > {moment}"
    )
    found = facts.tables.rows(
        f"WITH said AS ({said}) SELECT lead_id FROM said UNION SELECT group_id FROM member_facts"
        " WHERE lead_id IN (SELECT lead_id FROM said)"
    )
    return {str(lead) for (lead,) in found}


def _bring_events(facts: FactStore, now: datetime, *, clicks: bool) -> None:
    """What the log says of consent, answers, purchases and mails that came back; with `clicks` of
    those in mails, too.
    """
    kinds = ", ".join(words_of(meaning) for meaning in _MEANS if clicks or meaning != "clicked")
    has = {
        str(name)
        for (name,) in facts.tables.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name ="
            " 'activity_facts' AND table_schema = current_schema()"
        )
    }
    result = "result" if "result" in has else "CAST(NULL AS VARCHAR)"
    moment = f"CAST({text_literal(now.isoformat(sep=' '))} AS TIMESTAMP)"
    facts.bring(
        EVENTS,
        f"SELECT lead_id, kind, {result} AS result, occurred_at FROM activity_facts WHERE kind IN"
        f" ({kinds}) AND occurred_at <= {moment} AND _import NOT IN (SELECT import_no FROM undos)",
    )


def _of_leads() -> str:
    """The newest of each sort of event of each person."""
    parts = []
    for name in ("answered", "bought", "bounced", "complained"):
        parts.append(f"max(occurred_at) FILTER (WHERE kind IN ({words_of(name)})) AS {name}_at")
    purposes = ", ".join(map(text_literal, PURPOSES))
    for purpose in PURPOSES:
        literal = text_literal(purpose)
        parts.append(
            f"max(occurred_at) FILTER (WHERE kind IN ({words_of('given')}) AND"
            f" coalesce(result, {literal}) IN ({literal}, '')) AS given_{purpose}"
        )
        parts.append(
            f"max(occurred_at) FILTER (WHERE kind IN ({words_of('refused')}) AND"
            f" (result IS NULL OR result NOT IN ({purposes}) OR result = {literal}))"
            f" AS refused_{purpose}"
        )
    return (
        f"SELECT coalesce(m.group_id, e.lead_id) AS lead_id, {', '.join(parts)} FROM {EVENTS} e"
        f" LEFT JOIN {MEMBERS} m ON m.lead_id = e.lead_id GROUP BY ALL"
    )


def _contacts(facts: FactStore, base: Base) -> str:
    """The leads with their attributes, and what was said of any lead with the same address."""
    leads = base.leads_with(tuple(_ATTRIBUTES))
    has = set(column_names(facts.con, f"({leads})" if "SELECT" in str(leads) else str(leads)))
    picked = ", ".join(
        f"CAST({quoted(n) if n in has else 'NULL'} AS {type_}) AS {n}"
        for n, type_ in _ATTRIBUTES.items()
    )
    shared = [
        "bounced_at",
        "complained_at",
        *(f"{what}_{p}" for p in PURPOSES for what in ("given", "refused")),
    ]
    of_address = ", ".join(f"max(s.{n}) AS {n}" for n in shared)
    both = ", ".join(f"greatest(s.{n}, a.{n}) AS {n}" for n in shared)
    refusals = ", ".join(f"{_refusal(purpose)} AS refusal_{purpose}" for purpose in PURPOSES)
    return (
        f"WITH l AS (SELECT lead_id, {picked} FROM {leads} q), of_address AS (SELECT"
        f" lower(l.email) AS address, {of_address}, bool_or(l.do_not_email) AS do_not_email FROM l"
        f" LEFT JOIN {OF_LEADS} s USING (lead_id) WHERE s.lead_id IS NOT NULL OR l.do_not_email"
        " GROUP BY 1), c AS (SELECT l.* REPLACE (coalesce(l.do_not_email, FALSE) OR"
        " coalesce(a.do_not_email, FALSE) AS do_not_email),"
        f" s.answered_at, s.bought_at, {both} FROM l LEFT JOIN {OF_LEADS} s USING (lead_id) LEFT"
        f" JOIN of_address a ON a.address = lower(l.email)) SELECT *, {refusals} FROM c"
    )


def _refusal(purpose: str) -> str:
    """`permission.standing_refusal` of a row of contacts, as SQL."""
    given, refused = f"given_{purpose}", f"refused_{purpose}"
    consent = (
        ""
        if purpose == PURPOSES[2]
        else f" WHEN NOT consent THEN 'withdrawn' WHEN {given} IS NULL AND NOT coalesce(consent,"
        " FALSE) THEN 'no-consent'"
    )
    return (
        "CASE WHEN NOT coalesce(contains(email, '@'), FALSE) THEN 'no-address' WHEN email_verdict ="
        " 'unreachable' THEN 'unreachable' WHEN bounced_at IS NOT NULL OR email_bounced THEN"
        " 'bounced' WHEN complained_at IS NOT NULL THEN 'complained' WHEN do_not_email THEN"
        " 'do-not-email' WHEN profiling_objected THEN 'objected' WHEN"
        f" {refused} IS NOT NULL AND ({given} IS NULL OR {given} <= {refused}) THEN"
        f" 'unsubscribed'{consent} END"
    )
