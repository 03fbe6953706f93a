"""Values as senders write them, read with care: hostile, of the wrong type, or of no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES, Attribute, Type, slug
from leadlight.facts.intake import Value

#: The longest text that is kept of one value.
LONGEST_TEXT = 2_000
LONGEST_ID = 250
#: The longest word of a campaign or a click that is kept.
LONGEST_TOUCH = 250
#: The ids by which advertisers know a click again, as an address has them.
CLICK_IDS = ("gclid", "gbraid", "wbraid", "msclkid", "fbclid", "ttclid", "li_fat_id")
#: Before it nobody kept such logs: a clock that says so is wrong.
OLDEST = datetime(1990, 1, 1)
#: Names of the catalog that a sender may not state: they are ours, or the identity itself.
OURS = frozenset({"lead_id", "newest_created_at", "checked_at", "account", "profiling_objected"})
#: Columns of an activity that are said otherwise: whose it is, what, when.
_FRAME = frozenset({"activity_id", "lead_id", "email", "occurred_at", "kind"})
#: What a clock may be ahead of ours.
SKEW = timedelta(minutes=5)


def click_of(said: Mapping[str, Any]) -> dict[str, str]:
    """The click of an advertisement by which somebody came, as `click_id`; empty where there is
    none.
    """
    for name in CLICK_IDS:
        if click := text_of(said.get(name), LONGEST_TOUCH):
            return {"click_id": f"{name}={click}"}
    return {}


def text_of(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    """A text, or a number as a text; None where nothing is said."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).replace("\x00", "").strip()
    clean = text.encode("utf-8", "ignore").decode("utf-8")
    return clean[:longest] or None


def id_of(value: Any) -> str | None:
    """An id as a sender writes it; one that is longer than any id is its own hash."""
    text = text_of(value)
    if text is None or len(text) <= LONGEST_ID:
        return text
    return hash_of(text.encode())


def hash_of(*parts: bytes) -> str:
    """An id derived from what was said: the same for the same."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()[:32]


def mapping_of(value: Any) -> Mapping[str, Any]:
    """An object of JSON; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def moment_of(value: Any) -> datetime | None:
    """A moment in ISO 8601 or as seconds or milliseconds since 1970, in UTC without zone; None for
    what is none.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > 100_000_000_000 else value
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        if not isinstance(value, str) or len(value) > 40:
            return None
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError, OSError):
        return None


def repaired_moment(message: Mapping[str, Any], received_at: datetime) -> datetime:
    """When it happened, by our clock: a sender's clock is set right by the moment at which it says
    that it sent (Segment, spec/common: timestamp = receivedAt - (sentAt - originalTimestamp)).
    Nothing happens after it was received.
    """
    stated = moment_of(message.get("originalTimestamp")) or moment_of(message.get("timestamp"))
    if stated is None:
        return received_at
    sent = moment_of(message.get("sentAt"))
    happened = stated
    if sent is not None and stated - sent <= SKEW:
        try:
            happened = received_at - (sent - stated)
        except OverflowError:
            happened = stated
    return min(happened, received_at)


def typed_value(name: str, value: Any) -> Value | None:
    """A value of an attribute of the catalog, in its type; None where it is not of it."""
    return _in_type(LEAD_ATTRIBUTES.get(name), value)


def attributes_of(said: Mapping[str, Any]) -> dict[str, Value]:
    """What is said of a lead under names of the catalog, in its types."""
    names = {key: slug(key) for key in said if isinstance(key, str)}
    found = {
        n: typed_value(n, said[k]) for k, n in names.items() if n in LEAD_ATTRIBUTES.keys() - OURS
    }
    return {name: value for name, value in found.items() if value is not None}


def columns_of(said: Mapping[str, Any]) -> dict[str, Value]:
    """What is said of an activity under names of its columns, in their types."""
    names = ACTIVITY_COLUMNS.keys() - _FRAME
    found = {n: _in_type(ACTIVITY_COLUMNS[n], said[n]) for n in names if n in said}
    return {name: value for name, value in sorted(found.items()) if value is not None}


def _in_type(attribute: Attribute | None, value: Any) -> Value | None:
    kind = attribute.type if attribute else None
    if kind is None or kind is Type.TEXT:
        return text_of(value)
    if kind is Type.MOMENT:
        return moment_of(value)
    if kind is Type.YES_NO:
        return yes_no(value)
    number = number_of(value)
    return int(number) if number is not None and kind is Type.WHOLE else number


def number_of(value: Any) -> float | None:
    """A number, also one in a text; None for what is none, or too large to be one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(str(value).strip()[:40])
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def yes_no(value: Any) -> bool | None:
    """Yes or no, in the words of forms."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, str | int) else ""
    if word in ("true", "yes", "1", "on", "y"):
        return True
    return False if word in ("false", "no", "0", "off", "n") else None
