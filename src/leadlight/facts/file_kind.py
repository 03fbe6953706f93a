"""What a file holds: leads (one a row), activities (one a row, many a lead), or what was spent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def file_kind(columns: Sequence[ColumnSample], said: Mapping[int, str] = {}) -> str:
    """Decides by the headers first; the cells are looked at where those are vague (`Type` and
    `Date`) or say nothing. `said` is what the user says that columns are, by their place.
    """
    if {"kind", "occurred_at"} <= set(said.values()):
        return "activities"
    headers = ["" if i in said else c.header for i, c in enumerate(columns)]
    as_lead = {hit.attribute for hit in read_headers(headers, "leads") if hit} | set(said.values())
    if not as_lead & _PERSON and _is_spend(headers):
        return "spend"
    if len(as_lead & _LEADS_ONLY) >= 3:
        return "leads"
    activity = _activity_columns(columns, said)
    is_log = _is_named_as_log(activity) or _reads_as_log(columns, activity)
    if not is_log and not as_lead & _PERSON:
        is_log = _is_named_as_log(activity, id_of_log(columns))
    return "activities" if is_log else "leads"


@dataclass(frozen=True)
class LogColumns:
    """The headers of an obvious log: of the id or address that repeats, the kind and the moment."""

    whose: str
    kind: str
    moment: str


def obvious_log(columns: Sequence[ColumnSample], said: Mapping[int, str]) -> LogColumns | None:
    """What tells that a file is a log and no list of leads, beyond doubt: whose rows they are
    repeats, beside a kind and a moment.
    """
    if file_kind(columns, said) != "activities":
        return None
    activity = _activity_columns(columns, said)
    whose = activity.get("lead_id") or activity.get("email") or id_of_log(columns)
    kind, moment = activity.get("kind"), activity.get("occurred_at")
    if whose is None or kind is None or moment is None or not _repeats(whose):
        return None
    return LogColumns(whose.header, kind.header, moment.header)


def id_of_log(columns: Sequence[ColumnSample]) -> ColumnSample | None:
    """The one column that may say whose each row of a log is, by whatever name: an id that stands
    in several rows.
    """
    hits = read_headers([c.header for c in columns], "activities")
    found = [
        c
        for c, hit in zip(columns, hits, strict=True)
        if (hit is None or hit.attribute == "lead_id") and _is_id(c.header) and _repeats(c)
    ]
    return found[0] if len(found) == 1 else None


def whose_repeats(headers: Sequence[str]) -> tuple[int, ...]:
    """The columns of which it matters how often a value repeats in the whole file: those that may
    say whose a row is, where others say what was done and when.
    """
    hits = read_headers(headers, "activities")
    named = zip(headers, hits, strict=True)
    names = {hit.attribute for header, hit in named if hit and key(header) not in LATE_KINDS}
    if not {"kind", "occurred_at"} <= names:
        return ()
    return tuple(
        i
        for i, (header, hit) in enumerate(zip(headers, hits, strict=True))
        if (hit is None and _is_id(header)) or (hit and hit.attribute in ("lead_id", "email"))
    )


_ID = re.compile(
    r"(?:^|[\W_])(?:id|nr|no|number|nummer|num[eé]ro|case|ref|key|uuid)[.:]?\s*$", re.I
)
_CAMEL_ID = re.compile(r"[a-z](?:ID|Id|Nr|No|Number)$")


def _is_id(header: str) -> bool:
    """Whether a header ends as those of ids do: `Application ID`, `Vorgangs-Nr.`, `caseId`."""
    return bool(_ID.search(header) or _CAMEL_ID.search(header.strip()))


def _repeats(column: ColumnSample) -> bool:
    """Whether a value stands in so many rows as those who did something stand in a log."""
    if column.repeats is not None:
        return column.repeats >= 1.25
    given = [c for c in column.cells if c.strip()]
    return len(given) >= 5 and len(set(given)) <= 0.8 * len(given)


def _is_named_as_log(
    activity: Mapping[str, ColumnSample], whose: ColumnSample | None = None
) -> bool:
    """The headers are those of a log, and the column of kinds is named so or looks so. Where only
    its repeats speak for the column of leads (`whose`), the kinds must be named so.
    """
    if not {"kind", "occurred_at"} <= activity.keys():
        return False
    is_sure = key(activity["kind"].header) in _SURE
    if activity.keys() & {"lead_id", "email"}:
        return is_sure or _is_log(activity)
    return is_sure and whose is not None


def _activity_columns(
    columns: Sequence[ColumnSample], said: Mapping[int, str]
) -> dict[str, ColumnSample]:
    """The columns that an activity has, the first of each; what the user says counts first."""
    hits = read_headers([c.header for c in columns], "activities")
    pairs = [(c, h) for i, (c, h) in enumerate(zip(columns, hits, strict=True)) if i not in said]
    found = {hit.attribute: c for c, hit in reversed(pairs) if hit and _says_activity(c, hit)}
    return {**found, **{name: columns[i] for i, name in said.items() if name in ACTIVITY_COLUMNS}}


_PERSON = frozenset({"email", "phone", "first_name", "last_name", "full_name", "mobile", "lead_id"})


def _is_spend(headers: Sequence[str]) -> bool:
    """A day, an amount, and what it was spent on."""
    as_spend = {hit.attribute for hit in read_headers(headers, "spend") if hit}
    return {"occurred_at", "amount"} <= as_spend and bool(as_spend & {"source", "campaign"})


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
    return _repeats(activity.get("lead_id") or activity["email"])


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
    if column.repeats is not None:
        return column.repeats <= 1
    refs = [c for c in column.cells if c.strip()]
    return len(refs) >= _MANY and len(set(refs)) == len(refs)


_MANY = 20


def kinds_share(cells: Sequence[str]) -> float:
    """How many of the cells that say something name a standard kind of activity."""
    given = [c for c in cells if c.strip()]
    return sum(1 for c in given if standard_kind(c) in KINDS) / len(given) if given else 0.0
