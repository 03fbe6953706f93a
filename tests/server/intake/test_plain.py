"""Plain JSON of scripts of one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leadlight.facts.intake import Event
from leadlight.server.intake.plain import COUNT, MANY, ONE, PLAIN
from leadlight.server.intake.source import IntakeRequest, QuarantineRow
from tests.server.intake.arrivals import NOW, arrive, one_event, one_row


def test_an_object_is_an_event() -> None:
    found = one_event(
        PLAIN,
        {
            "kind": "Demo requested",
            "lead_id": 42,
            "email": "ana@abelzinc.com",
            "occurred_at": "2026-10-31T10:00:00+01:00",
            "id": "e1",
            "url": "https://x.com/demo",
            "attributes": {"employees": "60", "Job title": "Head", "lead_id": "evil", "own": 1},
            "columns": {"value": "3", "kind": "won", "occurred_at": "1999-01-01"},
        },
    )
    assert (found.event_id, found.kind, found.user_id) == ("e1", "demo_requested", "42")
    assert found.occurred_at == datetime(2026, 10, 31, 9)
    assert found.attributes == {"employees": 60, "job_title": "Head", "email": "ana@abelzinc.com"}
    assert found.columns == {"url": "https://x.com/demo", "value": 3.0}


def test_a_list_goes_on_past_what_is_wrong() -> None:
    found = arrive(
        PLAIN,
        [
            {"kind": "demo", "email": "a@x.com"},
            7,
            {"kind": "demo"},
            {"email": "a@x.com"},
            {"kind": "demo", "email": "nobody"},
            {"kind": "demo", "lead_id": "L1", "occurred_at": "yesterday"},
            {"kind": "demo", "lead_id": "L1", "occurred_at": "1931-01-01"},
            {"kind": "demo", "lead_id": "L1"},
        ],
    )
    codes = [f.code if isinstance(f, QuarantineRow) else f.kind for f in found]
    demo, no_clock = "demo_requested", "no-clock"
    wrong = ["no-object", "nobody", "no-kind", "no-address", no_clock, no_clock]
    assert codes == [demo, *wrong, demo]


def test_the_same_event_has_the_same_id() -> None:
    body = {"kind": "demo", "email": "a@x.com", "occurred_at": "2999-01-01T00:00:00Z"}
    one, again = one_event(PLAIN, body), one_event(PLAIN, body)
    assert one == again
    assert one.occurred_at == NOW
    assert one_event(PLAIN, {**body, "email": "b@x.com"}).event_id != one.event_id


@pytest.mark.parametrize(
    ("said", "kind", "reason"),
    [
        ({"user_agent": "Googlebot/2.1"}, "page_viewed_by_bot", "crawler"),
        ({"method": "head"}, "page_viewed_by_bot", "head"),
        ({"user_agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"}, "page_viewed", None),
    ],
)
def test_what_a_bot_does_is_set_apart(said: dict[str, Any], kind: str, reason: str | None) -> None:
    found = one_event(PLAIN, {"kind": "page_viewed", "lead_id": "L1", **said})
    assert (found.kind, found.columns.get("result")) == (kind, reason)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[1",
        b"{",
        b"\xff",
        b"[" * 20_000,
        b'{"a": "' + b"x" * ONE + b'"}',
        b"[" + b"1," * COUNT + b"1]",
        b" " * (MANY + 1),
    ],
)
def test_what_is_not_of_the_form_is_refused(body: bytes) -> None:
    refusal = PLAIN.check(IntakeRequest("events", body))
    assert refusal is not None
    assert refusal.status == 400


def test_a_number_is_no_event() -> None:
    assert one_row(PLAIN, 7).code == "no-object"


def test_the_key_stands_in_the_address() -> None:
    request = IntakeRequest("events", b"{}", query={"key": "K"})
    assert PLAIN.key_of(request) == "K"
    assert isinstance(one_event(PLAIN, {"kind": "x", "anonymous_id": "a"}), Event)
