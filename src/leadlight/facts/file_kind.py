"""What a file holds: leads (one a row), activities (one a row, many a lead), or what was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    KINDS,
    LEAD_ATTRIBUTES,
    SPEND_COLUMNS,
    Attribute,
    Type,
    standard_kind,
)
from leadlight.facts.content import ColumnSample, ContentType, content_type, fit
from leadlight.facts.headers import LATE_KINDS, HeaderHit, read_headers
from leadlight.facts.vocabulary import key

CATALOGS: Mapping[str, Mapping[str, Attribute]] = {
    "leads": LEAD_ATTRIBUTES,
    "activities": ACTIVITY_COLUMNS,
    "spend": SPEND_COLUMNS,
}

_LEADS_ONLY = (
    frozenset(LEAD_ATTRIBUTES)
    - frozenset(ACTIVITY_COLUMNS)
    - {
        "source",
        "created_at",
        "changed_at",
        "phone",
        "owner",
        "crm_status",
        "crm_stage",
        "notes",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "country",
        "full_name",
        "landing_page",
        "company",
        "tags",
        "age",
        "converted",
        "dropped_reason",
    }
)


def file_kind(columns: Sequence[ColumnSample], said: AbstractSet[str] = frozenset()) -> str:
    """Decides by the headers first; the cells are looked at where those are vague (`Type` and
    `Date`) or say nothing.
    """
    if {"kind", "occurred_at"} <= said:
        return "activities"
    headers = [c.header for c in columns]
    as_lead = {hit.attribute for hit in read_headers(headers, "leads") if hit}
    if not as_lead & _PERSON and _is_spend(headers):
        return "spend"
    if len(as_lead & _LEADS_ONLY) >= 3:
        return "leads"
    activity = _activity_columns(columns)
    is_log = _is_named_as_log(activity) or _reads_as_log(columns, activity)
    return "activities" if is_log else "leads"


def _is_named_as_log(activity: Mapping[str, ColumnSample]) -> bool:
    """The headers are those of a log, and the column of kinds is named so or looks so."""
    if not _has_log_headers(activity):
        return False
    return key(activity["kind"].header) in _SURE or _is_log(activity)


def _activity_columns(columns: Sequence[ColumnSample]) -> dict[str, ColumnSample]:
    """The columns that an activity has, the first of each."""
    hits = read_headers([c.header for c in columns], "activities")
    pairs = reversed(list(zip(columns, hits, strict=True)))
    return {hit.attribute: c for c, hit in pairs if hit and _says_activity(c, hit)}


_PERSON = frozenset({"email", "phone", "first_name", "last_name", "full_name", "mobile", "lead_id"})


def _is_spend(headers: Sequence[str]) -> bool:
    """A day, an amount, and what it was spent on."""
    as_spend = {hit.attribute for hit in read_headers(headers, "spend") if hit}
    return {"occurred_at", "amount"} <= as_spend and bool(as_spend & {"source", "campaign"})


def _has_log_headers(activity: Mapping[str, ColumnSample]) -> bool:
    """What was done, when, and by whom."""
    names = activity.keys()
    return {"kind", "occurred_at"} <= names and bool(names & {"lead_id", "email"})


_SURE = frozenset(
    map(
        key,
        (
            *(
                "kind",
                "event",
                "event name",
                "event type",
                "activity",
                "activity type",
                "activity name",
            ),
            *("interaction", "interaction type", "touch type", "engagement type", "action type"),
        ),
    )
)


def _says_activity(column: ColumnSample, hit: HeaderHit) -> bool:
    """Whether a column of that header speaks for a log: a vague one does by its cells only."""
    if hit.attribute == "kind" and key(column.header) in LATE_KINDS - {key("action")}:
        return key(column.header) == key("what") and kinds_share(column.cells) >= 0.5
    if hit.attribute == "occurred_at" and column.stated is None:
        return fit(column.cells, Type.MOMENT) >= 0.5
    return True


def _is_log(activity: Mapping[str, ColumnSample]) -> bool:
    """A vague kind column is one when it holds words of logs, or when the leads repeat."""
    if kinds_share(activity["kind"].cells) >= 0.3:
        return True
    refs = [c for c in (activity.get("lead_id") or activity["email"]).cells if c.strip()]
    return len(refs) >= 5 and len(set(refs)) <= 0.8 * len(refs)


def _reads_as_log(columns: Sequence[ColumnSample], activity: Mapping[str, ColumnSample]) -> bool:
    """Whatever the headers: dates, leads, and a column of known kinds that is no attribute of a
    lead.
    """
    moments = activity.get("occurred_at") or _first_of(columns, ContentType.MOMENT)
    leads = activity.get("lead_id") or activity.get("email")
    leads = leads or _first_of(columns, ContentType.EMAIL)
    if moments is None or leads is None or _names_each_once(leads):
        return False
    hits = read_headers([c.header for c in columns], "leads")
    return any(
        hit is None and kinds_share(c.cells) > 0.5 for c, hit in zip(columns, hits, strict=True)
    )


def _first_of(columns: Sequence[ColumnSample], content: ContentType) -> ColumnSample | None:
    """The first column whose cells look like that."""
    return next((c for c in columns if content_type(c.cells) is content), None)


def _names_each_once(column: ColumnSample) -> bool:
    """Many leads, none of them twice: a base may say of each lead once what became of it."""
    refs = [c for c in column.cells if c.strip()]
    return len(refs) >= _MANY and len(set(refs)) == len(refs)


_MANY = 20


def kinds_share(cells: Sequence[str]) -> float:
    """How many of the cells that say something name a standard kind of activity."""
    given = [c for c in cells if c.strip()]
    return sum(1 for c in given if standard_kind(c) in KINDS) / len(given) if given else 0.0
