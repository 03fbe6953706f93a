"""What leads said and did that decides whether they may be written to, and whether they stay in a
track: one row a lead, and of what is an address's for every lead with that address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.facts.catalog import KINDS
from leadlight.facts.contact import OTHER_EMAIL
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.nurture.permission import ADVERTISING, ALL_PURPOSES, ASKS_CONSENT, SERVICE, Way
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
    "email_because": "VARCHAR",
    "email_repair": "VARCHAR",
    "checked_at": "TIMESTAMP",
    "country": "VARCHAR",
    "consent": "BOOLEAN",
    "ads_consent": "BOOLEAN",
    "do_not_email": "BOOLEAN",
    "do_not_call": "BOOLEAN",
    "phone": "VARCHAR",
    "phone_verdict": "VARCHAR",
    "mobile": "VARCHAR",
    "mobile_verdict": "VARCHAR",
    "profiling_objected": "BOOLEAN",
    "email_bounced": "BOOLEAN",
}


def kinds_of(meaning: str) -> list[str]:
    """The kinds by which the log says something."""
    return [
        word
        for kind in _MEANS[meaning]
        for word in ((kind, *KINDS[kind].also) if kind in KINDS else (kind,))
    ]


def words_of(meaning: str) -> str:
    """The same as a list of literals."""
    return ", ".join(map(text_literal, kinds_of(meaning)))


def make_contacts(
    facts: FactStore, base: Base, members: Relation | None, now: datetime, *, clicks: bool = False
) -> None:
    """Leave `CONTACTS`: of each lead its address, what is known of it, and why it may not be
    written to for each purpose (`refusal_marketing` ..., NULL where it may).
    """
    _bring_events(facts, now, clicks=clicks)
    refusals = {f"refusal_{purpose}": refusal_sql(purpose) for purpose in PURPOSES}
    _make_contacts(facts.con, base, members, _ATTRIBUTES, refusals)


def make_contacts_of_base(base: Base, now: datetime, more: Mapping[str, str]) -> None:
    """The same of a base of any kind, without the refusals but with `more` attributes, by name and
    type of DuckDB: a file has no tables of facts.
    """
    kinds = [word for meaning in (*_STRICT, "given", "bought") for word in kinds_of(meaning)]
    log = base.activities_of(kinds)
    base.con.execute(f"CREATE OR REPLACE TEMP TABLE {EVENTS} AS {_events_of(base, log, kinds)}")
    base.con.execute(
        f"DELETE FROM {EVENTS} WHERE occurred_at > CAST(? AS TIMESTAMP)", [now.isoformat(sep=" ")]
    )
    _make_contacts(base.con, base, None, {**_ATTRIBUTES, **more}, {})


def _events_of(base: Base, log: Relation | None, kinds: Sequence[str]) -> str:
    if log is None:
        return (
            "SELECT '' AS lead_id, '' AS kind, '' AS result, TIMESTAMP '2000-01-01' AS occurred_at"
            " WHERE FALSE"
        )
    has = column_names(base.con, f"(SELECT * FROM {log} q)")
    result = "CAST(result AS VARCHAR)" if "result" in has else "CAST(NULL AS VARCHAR)"
    literals = ", ".join(map(text_literal, kinds))
    return (
        f"SELECT CAST(lead_id AS VARCHAR) AS lead_id, kind, {result} AS result, CAST(occurred_at AS"
        f" TIMESTAMP) AS occurred_at FROM {log} q WHERE kind IN ({literals})"
    )


def _make_contacts(
    con: duckdb.DuckDBPyConnection,
    base: Base,
    members: Relation | None,
    attributes: Mapping[str, str],
    refusals: Mapping[str, str],
) -> None:
    persons = (
        f"SELECT lead_id, group_id FROM {members}"
        if members is not None
        else "SELECT '' AS lead_id, '' AS group_id WHERE FALSE"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {MEMBERS} AS {persons}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {OF_LEADS} AS {_of_leads()}")
    found = _contacts(con, base, attributes, refusals)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CONTACTS} AS {found}")


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
    purposes = ", ".join(map(text_literal, ALL_PURPOSES))
    for purpose in ALL_PURPOSES:
        literal = text_literal(purpose)
        # Advertising must be named: who agreed to be written to did not agree to be shared.
        unnamed = "''" if purpose == ADVERTISING else literal
        parts.append(
            f"max(occurred_at) FILTER (WHERE kind IN ({words_of('given')}) AND"
            f" coalesce(nullif(result, ''), {unnamed}) = {literal}) AS given_{purpose}"
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


def _contacts(
    con: duckdb.DuckDBPyConnection,
    base: Base,
    attributes: Mapping[str, str],
    refusals: Mapping[str, str],
) -> str:
    """The leads with their attributes, and what was said of any lead with the same address. The
    address of a lead is the one that verification uses: where another of its addresses is better
    than the first, that one.
    """
    leads = base.leads_with(tuple(attributes))
    has = set(column_names(con, f"({leads})" if "SELECT" in str(leads) else str(leads)))
    picked = ", ".join(
        f"CAST({quoted(n) if n in has else 'NULL'} AS {type_}) AS {n}"
        for n, type_ in attributes.items()
    )
    if {"email_because", "email_repair"} <= attributes.keys() & has:
        picked += f", CASE WHEN {uses_other_address()} THEN email_repair ELSE email END AS _address"
        leads = Query(
            "SELECT * EXCLUDE (_address) REPLACE (_address AS email) FROM (SELECT lead_id,"
            f" {picked} FROM {leads} q)"
        )
        picked = ", ".join(attributes)
    shared = [
        "bounced_at",
        "complained_at",
        *(f"{what}_{p}" for p in ALL_PURPOSES for what in ("given", "refused")),
    ]
    of_address = ", ".join(f"max(s.{n}) AS {n}" for n in shared)
    both = ", ".join(f"greatest(s.{n}, a.{n}) AS {n}" for n in shared)
    added = "".join(f", {sql} AS {name}" for name, sql in refusals.items())
    return (
        f"WITH l AS (SELECT CAST(lead_id AS VARCHAR) AS lead_id, {picked} FROM {leads} q),"
        " of_address AS (SELECT"
        f" lower(l.email) AS address, {of_address}, bool_or(l.do_not_email) AS do_not_email FROM l"
        f" LEFT JOIN {OF_LEADS} s USING (lead_id) WHERE s.lead_id IS NOT NULL OR l.do_not_email"
        " GROUP BY 1), c AS (SELECT l.* REPLACE (coalesce(l.do_not_email, FALSE) OR"
        " coalesce(a.do_not_email, FALSE) AS do_not_email),"
        f" s.answered_at, s.bought_at, {both} FROM l LEFT JOIN {OF_LEADS} s USING (lead_id) LEFT"
        f" JOIN of_address a ON a.address = lower(l.email)) SELECT *{added} FROM c"
    )


def uses_other_address(table: str = "") -> str:
    """SQL: verification uses another address of the lead than its first, which is the repair."""
    return f"contains(coalesce({table}email_because, ''), {text_literal(OTHER_EMAIL)})"


#: Of a row of contacts: its address is one that mail reaches.
REACHES_BY_MAIL = (
    "(coalesce(contains(email, '@'), FALSE) AND email_verdict IS DISTINCT FROM 'unreachable' AND"
    " bounced_at IS NULL AND email_bounced IS NOT TRUE)"
)
_REACH: Mapping[Way, str] = {
    "mail": (
        "WHEN NOT coalesce(contains(email, '@'), FALSE) THEN 'no-address' WHEN email_verdict ="
        " 'unreachable' THEN 'unreachable' WHEN bounced_at IS NOT NULL OR email_bounced THEN"
        " 'bounced'"
    ),
    "call": (
        "WHEN call_number IS NULL AND has_number THEN 'number-unreachable' WHEN call_number IS NULL"
        " THEN 'no-number'"
    ),
    "text": "WHEN text_number IS NULL THEN 'no-mobile'",
    "post": "WHEN NOT has_street THEN 'no-postal-address'",
    "ads": f"WHEN NOT {REACHES_BY_MAIL} AND call_number IS NULL THEN 'no-contact'",
}


def refusal_sql(purpose: str, way: Way = "mail", *, needs_consent: bool = False) -> str:
    """`permission.standing_refusal` of a row of contacts, as SQL. Ways other than mail look at
    `call_number`, `text_number`, `has_number` and `has_street`, too.
    """
    given, refused = f"given_{purpose}", f"refused_{purpose}"
    cases = [_REACH[way]]
    if way in ("mail", "ads"):
        cases.append("WHEN complained_at IS NOT NULL THEN 'complained'")
        cases.append("WHEN do_not_email THEN 'do-not-email'")
    if way in ("call", "text", "ads"):
        cases.append("WHEN do_not_call THEN 'do-not-call'")
    cases.append("WHEN profiling_objected THEN 'objected'")
    cases.append(
        f"WHEN {refused} IS NOT NULL AND ({given} IS NULL OR {given} <= {refused}) THEN"
        " 'unsubscribed'"
    )
    if purpose != SERVICE:
        cases.append("WHEN NOT consent THEN 'withdrawn'")
    if purpose == ADVERTISING:
        cases.append("WHEN NOT ads_consent THEN 'withdrawn'")
        cases.append(
            f"WHEN {given} IS NULL AND NOT coalesce(ads_consent, FALSE) THEN 'no-ads-consent'"
        )
    elif purpose != SERVICE and (needs_consent or way in ASKS_CONSENT):
        cases.append(f"WHEN {given} IS NULL AND NOT coalesce(consent, FALSE) THEN 'no-consent'")
    return f"CASE {' '.join(cases)} END"
