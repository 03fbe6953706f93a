"""What a webhook is sent, as its receiver sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from leadlight.desk.live.signatures import signing_secret, signing_secrets
from leadlight.server.outgoing.message import LARGEST, headers_of, message_of
from tests.server.outgoing.examples import ENDPOINT, SECRET, transition


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def test_the_receiver_verifies_what_it_is_sent() -> None:
    """The verifier of the package that receivers install takes it; one byte more, and it does not"""
    message = message_of(SECRET, transition())
    headers = dict(headers_of(SECRET, ENDPOINT, message, now()))
    verifier = Webhook(signing_secret(SECRET, ENDPOINT))
    said = verifier.verify(message.body, headers)
    assert (said["type"], said["timestamp"]) == ("lead.transition", "2026-11-01T09:01:00Z")
    assert said["data"]["lead_id"] == "L1"
    assert said["data"]["moves"] == [{"scale": "temperature", "before": "cold", "after": "hot"}]
    with pytest.raises(WebhookVerificationError):
        verifier.verify(message.body + b" ", headers)


def test_an_id_is_the_same_at_every_attempt_and_every_endpoint() -> None:
    """It is what a receiver knows a repeat by; it says nothing of the lead"""
    one, other = transition(1, "ana@example.com"), transition(2, "ana@example.com")
    assert message_of(SECRET, one) == message_of(SECRET, one)
    found = {message_of(SECRET, t).message_id for t in (one, other)}
    assert len(found) == 2
    assert all(i.isascii() and "ana" not in i for i in found)
    restored = replace(one, as_of=one.as_of + timedelta(hours=1))
    assert message_of(SECRET, restored).message_id != message_of(SECRET, one).message_id


def test_for_a_day_after_a_rotation_both_secrets_sign() -> None:
    """The receiver changes its secret when it can, and loses nothing"""
    moment = now()
    turned = replace(ENDPOINT, rotation=1, rotated_at=moment - timedelta(hours=23))
    old, new = signing_secret(SECRET, ENDPOINT), signing_secret(SECRET, turned)
    assert old != new
    message = message_of(SECRET, transition())
    headers = dict(headers_of(SECRET, turned, message, moment))
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (old, new):
        Webhook(secret).verify(message.body, headers)
    assert signing_secrets(SECRET, turned, moment + timedelta(hours=1)) == (new,)


def test_every_endpoint_and_every_server_has_a_secret_of_its_own() -> None:
    """One that leaks opens no other"""
    others = (
        replace(ENDPOINT, endpoint_id="e2"),
        replace(ENDPOINT, target="https://other.example/"),
        replace(ENDPOINT, rotation=1),
    )
    found = {signing_secret(SECRET, e) for e in (ENDPOINT, *others)}
    found.add(signing_secret(b"another secret of thirty-two bytes!", ENDPOINT))
    assert len(found) == 5
    assert all(s.startswith("whsec_") and len(s) == 50 for s in found)


@settings(max_examples=60)
@given(
    st.text(max_size=50),
    st.integers(1, 4000),
    st.lists(st.text(max_size=20), max_size=5),
    st.integers(1, 300),
)
def test_a_body_is_small_ascii_json_whatever_the_lead(
    text: str, long: int, many: list[str], times: int
) -> None:
    """Line breaks, lone surrogates and megabytes in an id, a reason or a segment"""
    odd = transition(
        1, text * long, segments=tuple(many * times), reasons=tuple(t * long for t in many)
    )
    message = message_of(SECRET, odd)
    assert len(message.body) < LARGEST
    assert message.body.isascii()
    data = json.loads(message.body)["data"]
    assert data["run_no"] == 1
    assert data["lead_id"] == odd.lead_id or data["cut"]
    assert "\n" not in message.message_id
