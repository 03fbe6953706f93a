"""The Segment tracking API: identify, track, page, screen, group, alias and batch.

What public SDKs of Segment and RudderStack send is taken as it is; formats and limits are those of
Segment's own documents (connections/sources/catalog/libraries/server/http-api, spec/common).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from leadlight.facts.catalog import LEAD_ATTRIBUTES, slug, standard_kind
from leadlight.facts.intake import IDENTIFIED, Event, Value
from leadlight.server.intake.source import (
    IntakeRecord,
    IntakeRefusal,
    IntakeRequest,
    Parsed,
    QuarantineRow,
    Source,
)
from leadlight.server.intake.user_agents import agent_reason, set_apart
from leadlight.server.intake.values import (
    LONGEST_ID,
    LONGEST_TOUCH,
    OLDEST,
    OURS,
    click_of,
    hash_of,
    id_of,
    mapping_of,
    number_of,
    repaired_moment,
    text_of,
    typed_value,
)

CALLS = ("identify", "track", "page", "screen", "group", "alias", "batch")
#: analytics.js calls by the first letter.
_LETTERS: Mapping[str, str] = {call[0]: call for call in CALLS}
ONE, MANY, COUNT = 32 * 1024, 4 * 1024 * 1024, 10_000
_TEXT_IN_QUARANTINE = 500


class _Batch(msgspec.Struct):
    """The envelope: its events are looked at when they are taken."""

    batch: list[msgspec.Raw]
    writeKey: str | None = None  # noqa: N815
    sentAt: msgspec.Raw = msgspec.Raw(b"null")  # noqa: N815
    context: msgspec.Raw = msgspec.Raw(b"null")


class _KeyOnly(msgspec.Struct):
    """Where a sender puts its key when it sends no header."""

    writeKey: str | None = None  # noqa: N815


_batch_decoder = msgspec.json.Decoder(_Batch)
_key_decoder = msgspec.json.Decoder(_KeyOnly)


def check(request: IntakeRequest) -> IntakeRefusal | None:
    """None for a request of this form within the limits."""
    call = _LETTERS.get(request.call, request.call)
    if call not in CALLS:
        return IntakeRefusal(404, f"There is no call {request.call[:20]!r}.")
    limit = MANY if call == "batch" else ONE
    if len(request.body) > limit:
        return IntakeRefusal(400, f"The body is longer than {limit // 1024} KB.")
    try:
        return _check_batch(request.body) if call == "batch" else _check_one(request.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        return IntakeRefusal(400, f"The body is not such JSON: {str(fault)[:120]}.")


def _check_one(body: bytes) -> IntakeRefusal | None:
    _key_decoder.decode(body)
    return None


def _check_batch(body: bytes) -> IntakeRefusal | None:
    batch = _batch_decoder.decode(body).batch
    if not 0 < len(batch) <= COUNT:
        return IntakeRefusal(400, f"A batch has between 1 and {COUNT:,} events.")
    longest = max(map(_length, batch))
    if longest > ONE:
        return IntakeRefusal(400, f"An event is longer than {ONE // 1024} KB.")
    return None


def _length(raw: msgspec.Raw) -> int:
    return len(memoryview(raw))


def key_of(request: IntakeRequest) -> str | None:
    """The write key in the body."""
    try:
        return _key_decoder.decode(request.body).writeKey
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def parse(arrived: IntakeRecord) -> Parsed:
    """The events of a request."""
    request = arrived.request
    call = _LETTERS.get(request.call, request.call)
    if call != "batch":
        yield _event(request.body, call, {}, arrived)
        return
    batch = _batch_decoder.decode(request.body)
    shared = {"sentAt": _decode(batch.sentAt), "context": _decode(batch.context)}
    for raw in batch.batch:
        yield _event(bytes(raw), None, shared, arrived)


def _decode(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _event(
    raw: bytes, call: str | None, shared: Mapping[str, Any], arrived: IntakeRecord
) -> Event | QuarantineRow:
    try:
        decoded = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return _quarantine("not-json", "The event is not JSON that can be read.", raw)
    if not isinstance(decoded, dict):
        return _quarantine("no-object", "The event is no object.", raw)
    message = {**{k: v for k, v in shared.items() if v is not None}, **decoded}
    kind = call or text_of(message.get("type")) or ""
    if kind not in CALLS or kind == "batch":
        return _quarantine("no-such-type", f"There is no type {kind[:20]!r} of event.", raw)
    return _of_message(kind, message, raw, arrived)


def _of_message(
    call: str, message: Mapping[str, Any], raw: bytes, arrived: IntakeRecord
) -> Event | QuarantineRow:
    traits = _traits_of(call, message)
    context = mapping_of(message.get("context"))
    user, email = id_of(message.get("userId")), _email_of(traits, context)
    anonymous = id_of(message.get("anonymousId"))
    if call == "alias":
        anonymous = anonymous or id_of(message.get("previousId"))
    if user is None and email is None and anonymous is None:
        return _quarantine("nobody", "The event says of nobody that it is theirs.", raw)
    happened = repaired_moment(message, arrived.received_at)
    if happened < OLDEST:
        return _quarantine("no-clock", "The event is older than any log.", raw)
    event = Event(
        id_of(message.get("messageId")) or hash_of(arrived.key.encode(), raw),
        _kind_of(call, message),
        happened,
        user,
        email,
        anonymous,
        attributes=_attributes(call, traits, context),
        columns=_columns(call, message, context),
        touch=touch_of(context),
        first_touch=first_touch_of(context),
    )
    return set_apart(event, agent_reason(text_of(context.get("userAgent")), event.kind))


def _traits_of(call: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
    if call in ("identify", "group"):
        return mapping_of(message.get("traits"))
    return {}


def _email_of(traits: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    for said in (traits, mapping_of(context.get("traits"))):
        email = text_of(said.get("email"), LONGEST_ID)
        if email and "@" in email:
            return email
    return None


def _kind_of(call: str, message: Mapping[str, Any]) -> str:
    """The kind of activity: a track's event, a page by its name where that is a standard kind."""
    if call == "track":
        return standard_kind(text_of(message.get("event"), 100) or "") or "event"
    if call in ("page", "screen"):
        return page_kind(
            text_of(message.get("name")),
            text_of(mapping_of(message.get("properties")).get("path"))
            or text_of(mapping_of(mapping_of(message.get("context")).get("page")).get("path")),
            "page_viewed" if call == "page" else "screen_viewed",
        )
    return IDENTIFIED


def page_kind(name: str | None, path: str | None, otherwise: str) -> str:
    """The kind of a page view: that of the pricing page where its name or path says so."""
    words = {slug(name or ""), *(slug(part) for part in (path or "").split("/"))}
    return "pricing_viewed" if words & {"pricing", "prices", "preise"} else otherwise


#: What Segment calls a trait of a person, and its name in the catalog.
PERSON: Mapping[str, str] = {
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "name": "full_name",
    "phone": "phone",
    "title": "job_title",
    "age": "age",
    "birthday": "birthday",
    "gender": "gender",
    "description": "notes",
    "website": "website",
    "createdAt": "created_at",
    "industry": "industry",
    "employees": "employees",
    "jobTitle": "job_title",
}
COMPANY: Mapping[str, str] = {
    "name": "company",
    "industry": "industry",
    "employees": "employees",
    "employee_count": "employees",
    "website": "website",
}
ADDRESS: Mapping[str, str] = {
    "city": "city",
    "country": "country",
    "postalCode": "postal_code",
    "state": "region",
    "street": "street",
}


def _attributes(
    call: str, traits: Mapping[str, Any], context: Mapping[str, Any]
) -> Mapping[str, Value]:
    known = COMPANY if call == "group" else PERSON
    stated = _pick(traits, known)
    stated |= _pick(mapping_of(traits.get("address")), ADDRESS)
    company = traits.get("company")
    stated |= _pick(company if isinstance(company, dict) else {"name": company}, COMPANY)
    if call == "identify":
        own = {k: slug(k) for k in traits if isinstance(k, str) and k not in known}
        others = {k: n for k, n in own.items() if n in LEAD_ATTRIBUTES and n not in OURS}
        stated |= {n: v for n, v in _pick(traits, others).items() if n not in stated}
        language = text_of(context.get("locale"), 20)
        if language:
            stated.setdefault("language", language.split("-")[0].lower())
    return stated


def _pick(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Value]:
    """What is said under these names, in the catalog's names and types."""
    found: dict[str, Value] = {}
    for key, name in names.items():
        value = typed_value(name, said.get(key)) if key in said else None
        if value is not None:
            found[name] = value
    return found


def _columns(
    call: str, message: Mapping[str, Any], context: Mapping[str, Any]
) -> Mapping[str, Value]:
    """What the activity itself says: where, of what, how much."""
    properties = mapping_of(message.get("properties"))
    page = mapping_of(context.get("page"))
    campaign = mapping_of(context.get("campaign"))
    texts = {
        "url": properties.get("url") or page.get("url"),
        "product": properties.get("product") or properties.get("product_name"),
        "channel": properties.get("channel"),
        "campaign": campaign.get("name") or properties.get("campaign"),
        "subject": properties.get("title") or message.get("name"),
        "result": properties.get("result"),
    }
    said: dict[str, Value] = {n: t for n, v in texts.items() if (t := text_of(v)) is not None}
    for name in ("value", "revenue", "total"):
        number = number_of(properties.get(name)) if call == "track" else None
        if number is not None and "value" not in said:
            said["value"] = number
    return said


#: Words of a campaign, as `context.campaign` has them, and the click ids of advertisers.
_CAMPAIGN = {
    "source": "utm_source",
    "medium": "utm_medium",
    "name": "utm_campaign",
    "term": "utm_term",
    "content": "utm_content",
}


def touch_of(context: Mapping[str, Any]) -> Mapping[str, str]:
    """By which campaign, click and page somebody came to this visit."""
    page = text_of(mapping_of(context.get("page")).get("url"))
    campaign = mapping_of(context.get("campaign"))
    words = {name: campaign.get(key) for key, name in _CAMPAIGN.items()}
    return _touch(words, {**_query(page), **campaign}, page)


def first_touch_of(context: Mapping[str, Any]) -> Mapping[str, str]:
    """The same of the first visit, which the script for pages remembers."""
    first = mapping_of(context.get("firstTouch"))
    landing = text_of(first.get("landing_page"))
    found = _touch({name: first.get(name) for name in _CAMPAIGN.values()}, first, landing)
    return found or ({"landing_page": landing} if landing else {})


def _touch(words: Mapping[str, Any], clicks: Mapping[str, Any], page: str | None) -> dict[str, str]:
    """A campaign's words, the id of a click, and where both of them led."""
    found = {n: t for n, word in words.items() if (t := text_of(word, LONGEST_TOUCH))}
    found |= click_of(clicks)
    return {**found, "landing_page": page} if found and page else found


def _query(url: str | None) -> Mapping[str, str]:
    """What stands in an address behind the question mark."""
    _, _, query = (url or "").partition("#")[0].partition("?")
    try:
        return dict(parse_qsl(query, max_num_fields=100))
    except ValueError:
        return {}


def _quarantine(code: str, why: str, raw: bytes) -> QuarantineRow:
    return QuarantineRow(code, why, raw[:_TEXT_IN_QUARANTINE].decode("utf-8", "replace"))


SEGMENT = Source("segment", check, parse, key_of)
