"""What a webhook is sent of a transition: a body, and the headers of Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from leadlight.desk.live.signatures import signing_secrets
from leadlight.facts.deliveries import Endpoint
from leadlight.facts.transitions import Transition
from leadlight.results.data import Data, to_data

TYPE = "lead.transition"
#: A body is smaller than this, in bytes.
LARGEST = 20_000
_LONG_TEXT, _MANY = 300, 50


@dataclass(frozen=True)
class Message:
    """A transition as it is sent: the same id and the same bytes at every attempt."""

    message_id: str
    body: bytes


def message_of(secret: bytes, transition: Transition) -> Message:
    """The message on a transition. Its id says nothing of the lead, and is the same for every
    endpoint.
    """
    said = f"leadlight message\n{transition.transition_id}\n{transition.as_of.isoformat()}"
    digest = hmac.new(secret, said.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    message_id = "msg_" + base64.b32encode(digest[:20]).decode("ascii").lower()
    return Message(message_id, _body(transition))


def headers_of(
    secret: bytes, endpoint: Endpoint, message: Message, now: datetime
) -> Mapping[str, str]:
    """The headers of an attempt at a moment; for a day after a rotation both secrets sign."""
    text = message.body.decode("ascii")
    signatures = [
        Webhook(one).sign(message.message_id, now, text)
        for one in signing_secrets(secret, endpoint, now)
    ]
    return {
        "content-type": "application/json",
        "user-agent": "leadlight",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(int(now.replace(tzinfo=UTC).timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _body(transition: Transition) -> bytes:
    """The transition as JSON in ASCII; what is too long is cut, and `cut` says so."""
    data = to_data(transition)
    assert isinstance(data, dict)
    body = _json(transition, data)
    if len(body) < LARGEST:
        return body
    body = _json(transition, {key: _shorter(value) for key, value in data.items()} | {"cut": True})
    if len(body) < LARGEST:
        return body
    least: dict[str, Data] = {
        "run_no": transition.run_no,
        "run_id": transition.run_id,
        "lead_id": transition.lead_id[:1000],
        "as_of": to_data(transition.as_of),
        "cut": True,
    }
    return _json(transition, least)


def _json(transition: Transition, data: Mapping[str, Data]) -> bytes:
    event = transition.routing
    kind = TYPE if event is None else f"lead.{event.word}"
    said = {"type": kind, "timestamp": to_data(transition.as_of), "data": data}
    return json.dumps(said, allow_nan=False, separators=(",", ":")).encode("ascii")


def _shorter(value: Data) -> Data:
    if isinstance(value, str):
        return value[:_LONG_TEXT]
    if isinstance(value, list):
        return [_shorter(v) for v in value[:_MANY]]
    if isinstance(value, dict):
        return {k[:_LONG_TEXT]: _shorter(v) for k, v in list(value.items())[:_MANY]}
    return value
