"""What can only be seen by looking at many leads: one phone number or internet address for many
names, a burst of leads.

Answers with a query `(lead_id, crowd)`, where `crowd` holds the names of rules joined by `; `. Each
rule needs columns that a base may lack; without them it says nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from leadlight.facts.relation import Relation

MANY_NAMES = 4  # a family or a front desk has fewer
BURST_MINUTES = 10
BURST_LEADS = 8
BURST_TIMES = 25  # as many as the source usually brings
LONG_AGO_DAYS = 730
#: A key that leads may share, and the columns of which any gives one.
_KEYS = {
    "phone_key": frozenset({"phone", "mobile"}),
    "ip_key": frozenset({"ip_address"}),
}
_KEPT = ("source", "created_at", "changed_at", "last_activity_at")


def crowd(leads: Relation, has: Collection[str], as_of: datetime) -> str | None:
    """The query over leads; None when no rule can be asked of these columns."""
    rules = {
        "shared_phone": _is_crowded("phone_key", has, "phone", "mobile"),
        "shared_ip": _is_crowded("ip_key", has, "ip_address"),
        "burst": _burst(has),
        "outdated": _is_outdated(has, as_of),
    }
    spoken = [f"CASE WHEN {test} THEN '{name}' END" for name, test in rules.items() if test]
    if not spoken:
        return None
    return (
        f"SELECT lead_id, nullif(concat_ws('; ', {', '.join(spoken)}), '') AS crowd FROM"
        f" ({_lead_keys(leads, has)})"
    )


def _lead_keys(leads: Relation, has: Collection[str]) -> str:
    """Each lead with the keys it may share, and how many names and companies share them."""
    columns = {
        "who": _who(has),
        "firm": _text("company") if "company" in has else "NULL",
        "phone_key": _digits(has),
        "ip_key": _text("ip_address") if "ip_address" in has else "NULL",
    }
    made = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    kept = "".join(f", {n}" for n in _KEPT if n in has)
    keyed = f"SELECT lead_id{kept}, {made} FROM {leads}"
    joins = "".join(_sharing(key) for key, of in _KEYS.items() if not of.isdisjoint(has))
    rates = _rates(has)
    window = " WINDOW of_source AS (PARTITION BY source)" if rates else ""
    return f"WITH keyed AS ({keyed}) SELECT *{rates} FROM keyed{joins}{window}"


def _text(name: str) -> str:
    return f"nullif(lower(trim(CAST({name} AS VARCHAR))), '')"


def _who(has: Collection[str]) -> str:
    """The name of a lead, else its address."""
    names = ", ".join(_text(n) for n in ("full_name", "first_name", "last_name") if n in has)
    name = f"nullif(concat_ws(' ', {names}), '')" if names else "NULL"
    return f"coalesce({name}, {_text('email')})" if "email" in has else f"coalesce({name})"


def _digits(has: Collection[str]) -> str:
    """The end of the lead's number, by which numbers of several spellings are the same."""
    digits = ", ".join(
        f"nullif(right(regexp_replace({n}, '[^0-9]', '', 'g'), 9), '')"
        for n in ("phone", "mobile")
        if n in has
    )
    return f"coalesce({digits})" if digits else "NULL"


def _sharing(key: str) -> str:
    """A join: how many names and companies share each key that many leads have."""
    return (
        f" LEFT JOIN (SELECT {key}, count(DISTINCT who) AS {key}_names, count(DISTINCT firm) AS"
        f" {key}_firms FROM keyed WHERE {key} IS NOT NULL GROUP BY {key} HAVING count(*) >="
        f" {MANY_NAMES}) USING ({key})"
    )


def _is_crowded(key: str, has: Collection[str], *columns: str) -> str | None:
    """Many names behind one key, and not the switchboard of one company."""
    if not any(c in has for c in columns):
        return None
    return f"{key}_names >= {MANY_NAMES} AND {key}_firms <> 1"


def _rates(has: Collection[str]) -> str:
    """How many leads its source brought within minutes of this one, and how many it brings in such
    a time on average.
    """
    if not {"source", "created_at"} <= set(has):
        return ""
    near = f"INTERVAL {BURST_MINUTES} MINUTES"
    span = (
        "greatest(1, epoch(max(created_at) OVER of_source) - epoch(min(created_at) OVER of_source))"
    )
    return (
        f", count(created_at) OVER (of_source ORDER BY created_at RANGE BETWEEN {near} PRECEDING"
        f" AND {near} FOLLOWING) AS near, count(created_at) OVER (PARTITION BY source, created_at)"
        f" AS at_once, count(created_at) OVER of_source * {2 * 60 * BURST_MINUTES} / {span} AS"
        " usual"
    )


def _burst(has: Collection[str]) -> str | None:
    """Many within minutes; leads that came all at one moment, or at midnight, were loaded from a
    list by people.
    """
    if not {"source", "created_at"} <= set(has):
        return None
    midnight = "created_at = date_trunc('day', created_at)"
    return (
        f"near >= {BURST_LEADS} AND near >= {BURST_TIMES} * usual AND at_once < near "
        f"AND created_at IS NOT NULL AND NOT ({midnight})"
    )


def _is_outdated(has: Collection[str], as_of: datetime) -> str | None:
    known = [n for n in ("changed_at", "last_activity_at", "created_at") if n in has]
    if not known or known == ["created_at"]:
        return None  # when it was made says nothing about when it was last right
    newest = f"greatest({', '.join(known)})" if len(known) > 1 else known[0]
    return f"{newest} < TIMESTAMP '{as_of.isoformat(sep=' ')}' - INTERVAL {LONG_AGO_DAYS} DAYS"
