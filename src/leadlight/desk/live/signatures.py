"""The secret that signs what a webhook is sent: derived from the server's own, and kept nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from leadlight.facts.deliveries import Endpoint
from leadlight.results.endpoints import EndpointChange

#: For so long after a rotation the secret of before signs too.
OVERLAP = timedelta(days=1)


def signing_secret(secret: bytes, endpoint: Endpoint, rotation: int | None = None) -> str:
    """The signing secret of an endpoint, as Standard Webhooks writes it: `whsec_...`."""
    number = endpoint.rotation if rotation is None else rotation
    text = f"leadlight endpoint\n{endpoint.endpoint_id}\n{number}\n{endpoint.target}"
    digest = hmac.new(secret, text.encode("utf-8"), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(digest).decode('ascii')}"


def signing_secrets(secret: bytes, endpoint: Endpoint, now: datetime) -> tuple[str, ...]:
    """The secrets that sign at a moment: the newest, and for a day the one before."""
    newest = signing_secret(secret, endpoint)
    if endpoint.rotated_at is None or now - endpoint.rotated_at >= OVERLAP:
        return (newest,)
    return newest, signing_secret(secret, endpoint, endpoint.rotation - 1)


def has_secret(change: EndpointChange) -> bool:
    """Whether an endpoint that was added or changed has a secret that nobody has seen yet."""
    return change.endpoint.kind == "webhook" and change.action in ("add", "rotate")


def with_secret(change: EndpointChange, secret: bytes) -> EndpointChange:
    """An endpoint that was added or whose secret was replaced, with the secret to be shown once."""
    if not has_secret(change):
        return change
    return replace(change, signing_secret=signing_secret(secret, change.endpoint))
