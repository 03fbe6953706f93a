"""Plain JSON, for scripts of one's own: an event, or a list of events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from leadlight.facts.catalog import standard_kind
from leadlight.facts.intake import TOUCH, Event, Value
from leadlight.server.intake.source import (
    IntakeRecord,
    IntakeRefusal,
    IntakeRequest,
    Parsed,
    QuarantineRow,
    Source,
    key_in_query,
)
from leadlight.server.intake.user_agents import agent_reason, method_reason, set_apart
from leadlight.server.intake.values import (
    LONGEST_ID,
    LONGEST_TOUCH,
    OLDEST,
    attributes_of,
    columns_of,
    hash_of,
    id_of,
    mapping_of,
    moment_of,
    text_of,
)

ONE, MANY, COUNT = 32 * 1024, 4 * 1024 * 1024, 10_000
_TEXT_IN_QUARANTINE = 500

_decoder = msgspec.json.Decoder(list[msgspec.Raw])


def check(request: IntakeRequest) -> IntakeRefusal | None:
    """None for an object of JSON or a list of such, within the limits."""
    if len(request.body) > MANY:
        return IntakeRefusal(400, f"The body is longer than {MANY // 1024} KB.")
    try:
        events = _raw_events(request.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        return IntakeRefusal(400, f"The body is not such JSON: {str(fault)[:120]}.")
    if not 0 < len(events) <= COUNT:
        return IntakeRefusal(400, f"A list has between 1 and {COUNT:,} events.")
    if max(len(memoryview(e)) for e in events) > ONE:
        return IntakeRefusal(400, f"An event is longer than {ONE // 1024} KB.")
    return None


def _raw_events(body: bytes) -> list[msgspec.Raw]:
    if body.lstrip()[:1] == b"[":
        return _decoder.decode(body)
    return [msgspec.json.decode(body, type=msgspec.Raw)]


def parse(record: IntakeRecord) -> Parsed:
    """The events of a request."""
    for raw in _raw_events(record.request.body):
        yield _event(bytes(raw), record)


def _event(raw: bytes, record: IntakeRecord) -> Event | QuarantineRow:
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return _quarantine("not-json", "The event is not JSON that can be read.", raw)
    if not isinstance(said, dict):
        return _quarantine("no-object", "The event is no object.", raw)
    kind = standard_kind(text_of(said.get("kind"), 100) or "")
    if not kind:
        return _quarantine("no-kind", "The event does not say what happened: it has no kind.", raw)
    user, email = id_of(said.get("lead_id")), text_of(said.get("email"), LONGEST_ID)
    anonymous = id_of(said.get("anonymous_id"))
    if (user, email, anonymous) == (None, None, None):
        return _quarantine("nobody", "The event says of nobody that it is theirs.", raw)
    if email is not None and "@" not in email:
        return _quarantine("no-address", "The e-mail address of the event is none.", raw)
    stated = said.get("occurred_at")
    happened = record.received_at if stated is None else moment_of(stated)
    if happened is None or happened < OLDEST:
        return _quarantine("no-clock", "The moment of the event cannot be read.", raw)
    return _of_parts(said, kind, min(happened, record.received_at), raw, record)


def _of_parts(
    said: Mapping[str, Any], kind: str, happened: datetime, raw: bytes, record: IntakeRecord
) -> Event:
    reason = method_reason(text_of(said.get("method")), kind)
    reason = reason or agent_reason(text_of(said.get("user_agent")), kind)
    email = text_of(said.get("email"), LONGEST_ID)
    touch = {name: text_of(said.get(name), LONGEST_TOUCH) for name in TOUCH}
    event = Event(
        id_of(said.get("id")) or hash_of(record.key.encode(), raw),
        kind,
        happened,
        id_of(said.get("lead_id")),
        email,
        id_of(said.get("anonymous_id")),
        attributes=attributes_of(mapping_of(said.get("attributes"))) | _address_of(email),
        columns=columns_of({**said, **mapping_of(said.get("columns"))}),
        touch={name: word for name, word in touch.items() if word},
    )
    return set_apart(event, reason)


def _address_of(email: str | None) -> dict[str, Value]:
    return {"email": email} if email else {}


def _quarantine(code: str, why: str, raw: bytes) -> QuarantineRow:
    return QuarantineRow(code, why, raw[:_TEXT_IN_QUARANTINE].decode("utf-8", "replace"))


PLAIN = Source("plain", check, parse, key_in_query)
