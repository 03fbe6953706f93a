"""What a file holds: leads (one a row), activities (one a row, many a lead), or what was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    KINDS,
    LEAD_ATTRIBUTES,
    SPEND_COLUMNS,
    Attribute,
    Type,
    standard_kind,
)
from leadlight.facts.content import Column, fit
from leadlight.facts.headers import LATE_KINDS, attribute_for, key

CATALOGS: Mapping[str, Mapping[str, Attribute]] = {
    "leads": LEAD_ATTRIBUTES,
    "activities": ACTIVITY_COLUMNS,
    "spend": SPEND_COLUMNS,
}

_LEADS_ONLY = frozenset(LEAD_ATTRIBUTES) - frozenset(ACTIVITY_COLUMNS) - {
    "source", "created_at", "changed_at", "phone", "owner", "crm_status", "crm_stage", "notes",
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "country", "full_name",
    "landing_page", "company", "tags", "age", "converted", "dropped_reason",
}  # fmt: skip


def what_is_it(columns: Sequence[Column], said: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """Decides by the headers first; only a vague pair such as `Type` and `Date` is looked at more closely."""
    activity = {hit[0]: c for c in reversed(columns) if (hit := _named(c, "activities"))}
    as_spend = {hit[0] for c in columns if (hit := attribute_for(c.header, "spend"))}
    as_lead = {hit[0] for c in columns if (hit := attribute_for(c.header, "leads"))}
    if {"kind", "occurred_at"} <= said:
        return "activities"
    has_person = bool(as_lead & {"email", "phone", "first_name", "last_name", "full_name", "mobile", "lead_id"})
    if not has_person and {"occurred_at", "amount"} <= as_spend and as_spend & {"source", "campaign"}:
        return "spend"
    if {"kind", "occurred_at"} <= activity.keys() and activity.keys() & {"lead_id", "email"}:
        if len(as_lead & _LEADS_ONLY) >= 3:
            return "leads"
        if key(activity["kind"].header) in _SURE or _is_log(activity):
            return "activities"
    return "leads"


_SURE = frozenset(
    map(
        key,
        (
            *("kind", "event", "event name", "event type", "activity", "activity type", "activity name"),
            *("interaction", "interaction type", "touch type", "engagement type", "action type"),
        ),
    )
)


def _named(column: Column, what: str) -> tuple[str, str, int] | None:
    hit = attribute_for(column.header, what)
    if hit and hit[0] == "kind" and key(column.header) in LATE_KINDS - {key("action")}:
        return None
    if hit and hit[0] == "occurred_at" and column.stated is None and fit(column.cells, Type.MOMENT) < 0.5:
        return None
    return hit


def _is_log(activity: Mapping[str, Column]) -> bool:
    """A vague kind column is one when it holds words of logs, or when the leads repeat."""
    kinds = [c for c in activity["kind"].cells if c.strip()]
    known = sum(1 for c in kinds if standard_kind(c) in KINDS)
    if kinds and known / len(kinds) >= 0.3:
        return True
    refs = [c for c in (activity.get("lead_id") or activity["email"]).cells if c.strip()]
    return len(refs) >= 5 and len(set(refs)) <= 0.8 * len(refs)
