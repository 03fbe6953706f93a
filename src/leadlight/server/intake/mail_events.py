"""What became of mails: sent, opened, clicked, bounced, complained of, unsubscribed, as the vendors
that send mail tell it by webhook.

Their bodies are read by django-anymail. A vendor speaks with the write key in the address that it
was given (`?key=`), so its own signature is not needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from leadlight.facts.intake import Event, Value
from leadlight.server.intake.source import (
    IntakeRecord,
    IntakeRefusal,
    IntakeRequest,
    Parsed,
    QuarantineRow,
    Source,
    key_in_query,
)
from leadlight.server.intake.user_agents import agent_reason, set_apart
from leadlight.server.intake.values import (
    LONGEST_ID,
    OLDEST,
    hash_of,
    id_of,
    mapping_of,
    moment_of,
    text_of,
)
from leadlight.verify.automata import APART, Act, behaviours

LONGEST = 4 * 1024 * 1024
_TEXT_IN_QUARANTINE = 500

#: A vendor, as its webhook's path has it -> the class of django-anymail that reads it.
_READERS: Mapping[str, str] = {
    "amazon-ses": "amazon_ses.AmazonSESTrackingWebhookView",
    "brevo": "brevo.BrevoTrackingWebhookView",
    "mailersend": "mailersend.MailerSendTrackingWebhookView",
    "mailgun": "mailgun.MailgunTrackingWebhookView",
    "mailjet": "mailjet.MailjetTrackingWebhookView",
    "mailtrap": "mailtrap.MailtrapTrackingWebhookView",
    "mandrill": "mandrill.MandrillCombinedWebhookView",
    "postal": "postal.PostalTrackingWebhookView",
    "postmark": "postmark.PostmarkTrackingWebhookView",
    "resend": "resend.ResendTrackingWebhookView",
    "sendgrid": "sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "sparkpost.SparkPostTrackingWebhookView",
    "unisender-go": "unisender_go.UnisenderGoTrackingWebhookView",
}
#: What anymail calls an event -> its kind. What else it calls one is of no use here.
_KINDS = {
    "delivered": "email_sent",
    "opened": "email_opened",
    "clicked": "email_clicked",
    "bounced": "email_bounced",
    "complained": "email_complained",
    "unsubscribed": "unsubscribed",
}
#: A mail that a vendor did not send because of these would have bounced.
_BOUNCES = ("bounced", "invalid")
_REFUSALS = ("email_complained", "unsubscribed")


@dataclass
class _Post:
    """A request, as far as anymail's readers look at it."""

    body: bytes
    POST: Mapping[str, str]
    content_type: str
    headers: Mapping[str, str]
    encoding: str = "utf-8"
    META: Mapping[str, str] = field(default_factory=dict)


def check(request: IntakeRequest) -> IntakeRefusal | None:
    """None for JSON or a form within the limit."""
    if len(request.body) > LONGEST:
        return IntakeRefusal(400, f"The body is longer than {LONGEST // 1024} KB.")
    try:
        if _is_json(request.body):
            msgspec.json.decode(request.body)
        elif not _form(request.body):
            return IntakeRefusal(400, "The body is neither JSON nor a form.")
    except (msgspec.MsgspecError, RecursionError, ValueError) as fault:
        return IntakeRefusal(400, f"The body cannot be read: {str(fault)[:120]}.")
    return None


def _is_json(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[")


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), max_num_fields=500))


def parse(vendor: str, record: IntakeRecord) -> Parsed:
    """The events of a vendor's request; those of scanners under kinds of their own."""
    found: list[tuple[Event, _Circumstances]] = []
    for post in _pieces(record.request):
        row = _confirmation(post) if vendor == "amazon-ses" else None
        if row is not None:
            yield row
            continue
        try:
            reports = _reader(vendor).parse_events(post)
            found += (e for report in reports if (e := _event(vendor, report, record)) is not None)
        except Exception as fault:  # a vendor's reader meets whatever stands in the body
            yield QuarantineRow(
                "not-of-vendor",
                f"The event is none that {vendor} is known to send ({type(fault).__name__}).",
                post.body[:_TEXT_IN_QUARANTINE].decode("utf-8", "replace"),
            )
    yield from _without_scanners(found)


def _reader(vendor: str) -> Any:
    """Anymail's reader, without its settings: they are about signatures only."""
    module, name = _READERS[vendor].split(".")
    reader = getattr(import_module(f"anymail.webhooks.{module}"), name)
    return reader.__new__(reader)


def _pieces(request: IntakeRequest) -> Iterator[_Post]:
    """The events of a list one by one, so that one that cannot be read stops no other."""
    if not _is_json(request.body):
        form = _form(request.body)
        yield _Post(request.body, form, "application/x-www-form-urlencoded", request.headers)
        return
    decoded = msgspec.json.decode(request.body)
    several = [[one] for one in decoded] if isinstance(decoded, list) else [decoded]
    for piece in several:
        body = msgspec.json.encode(piece)
        yield _Post(body, {}, "application/json", request.headers)


def _confirmation(post: _Post) -> QuarantineRow | None:
    """Amazon asks, before it sends anything, that somebody opens an address."""
    said = mapping_of(msgspec.json.decode(post.body) if post.content_type.endswith("json") else {})
    if said.get("Type") != "SubscriptionConfirmation":
        return None
    url = text_of(said.get("SubscribeURL")) or ""
    host = _host(url)
    if not (url.startswith("https://") and host.startswith("sns.") and "amazonaws.com" in host):
        url = ""
    why = "Amazon asks whether its events are wanted here: open this address once to say so."
    return QuarantineRow("amazon-asks", why, url)


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host if host.endswith((".amazonaws.com", ".amazonaws.com.cn")) else ""


@dataclass(frozen=True)
class _Circumstances:
    """What tells a person from a scanner."""

    mail: str | None
    delivered_at: datetime | None
    address: str | None
    reason: str | None


def _event(vendor: str, report: Any, record: IntakeRecord) -> tuple[Event, _Circumstances] | None:
    """An event as anymail reports it; None for one of no use, or of nobody."""
    kind = _KINDS.get(report.event_type)
    if report.event_type == "rejected" and report.reject_reason in _BOUNCES:
        kind = "email_bounced"
    email, metadata = text_of(report.recipient, LONGEST_ID), mapping_of(report.metadata)
    if kind is None or email is None or "@" not in email:
        return None
    body = report.esp_event if isinstance(report.esp_event, dict) else {}
    happened = _own_moment(body) or _utc(report.timestamp) or record.received_at
    if happened < OLDEST:
        return None
    event = Event(
        _event_id(vendor, report, kind, email),
        kind,
        min(happened, record.received_at),
        id_of(metadata.get("lead_id")),
        email,
        attributes={"email": email, **({"do_not_email": True} if kind in _REFUSALS else {})},
        columns=_columns(report, kind),
        introduces=kind in _REFUSALS,
    )
    return event, _circumstances(report, body, kind)


def _event_id(vendor: str, report: Any, kind: str, email: str) -> str:
    """The vendor's own id where it has one; it may stand for several recipients at once."""
    own = report.event_id or msgspec.json.encode(report.esp_event, order="sorted", enc_hook=str)
    parts = (vendor, own, kind, email)
    return hash_of(*(p if isinstance(p, bytes) else str(p).encode() for p in parts))


def _columns(report: Any, kind: str) -> dict[str, Value]:
    tags = report.tags if isinstance(report.tags, list) else [report.tags]
    said = {
        "url": report.click_url if kind == "email_clicked" else None,
        "campaign": next((t for tag in tags if (t := text_of(tag, LONGEST_ID))), None),
        "channel": "email",
        "mail_id": text_of(report.message_id, LONGEST_ID),
        "result": report.reject_reason,
    }
    return {name: text for name, value in said.items() if (text := text_of(value)) is not None}


def _utc(moment: object) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _own_moment(body: Mapping[str, Any]) -> datetime | None:
    """When it was opened or clicked, where a vendor (Amazon) reports a little later."""
    stated = mapping_of(body.get("click")) or mapping_of(body.get("open"))
    return moment_of(stated.get("timestamp"))


def _circumstances(report: Any, body: Mapping[str, Any], kind: str) -> _Circumstances:
    agent = text_of(report.user_agent) or text_of(body.get("user_agent"))
    reason = "proxy" if kind in APART and _is_machine(body) else agent_reason(agent, kind)
    sent = mapping_of(body.get("mail")).get("timestamp") or mapping_of(body.get("msg")).get("ts")
    return _Circumstances(text_of(report.message_id), moment_of(sent), _address(body), reason)


def _is_machine(body: Mapping[str, Any]) -> bool:
    """Whether the vendor itself says that a program opened the mail."""
    client = mapping_of(mapping_of(body.get("event-data")).get("client-info"))
    if body.get("sg_machine_open") is True or text_of(client.get("bot")):
        return True
    inner = mapping_of(mapping_of(body.get("msys")).get("track_event"))
    return inner.get("is_prefetched") is True or "proxy_open" in str(body.get("event"))


def _address(body: Mapping[str, Any]) -> str | None:
    """The address of the internet from which it was opened or clicked."""
    inner = mapping_of(body.get("msys")).get("track_event")
    places = [body, *(body.get(k) for k in ("event-data", "click", "open", "Geo")), inner]
    for place in map(mapping_of, places):
        for name in ("ip", "IP", "ipAddress", "ip_address"):
            if found := text_of(place.get(name), 60):
                return found
    return None


def _without_scanners(found: Sequence[tuple[Event, _Circumstances]]) -> Iterator[Event]:
    """The events in order; those that no person made are set apart."""
    delivered = {
        (event.email, around.mail): event.occurred_at
        for event, around in found
        if event.kind == "email_sent"
    }
    acts = [
        Act(
            event.kind,
            event.email or "",
            event.occurred_at,
            text_of(event.columns.get("url")),
            around.mail,
            around.delivered_at or delivered.get((event.email, around.mail)),
            around.address,
        )
        for event, around in found
    ]
    for (event, around), behaviour in zip(found, behaviours(acts), strict=True):
        yield set_apart(event, around.reason or behaviour)


#: A source for each vendor, by the name in its path. Some ask by GET or HEAD whether it is there.
MAIL: Mapping[str, Source] = {
    vendor: Source(vendor, check, partial(parse, vendor), key_in_query, lambda request: "")
    for vendor in _READERS
}
