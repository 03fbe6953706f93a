"""What Segment's SDKs send, as events; what is hostile goes into quarantine and stops nobody."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.facts.intake import Event
from leadlight.server.intake.segment import MANY, ONE, SEGMENT
from leadlight.server.intake.source import IntakeRecord, IntakeRequest, QuarantineRow

NOW = datetime(2026, 11, 1, 9)


def events(call: str, body: Any) -> list[Event | QuarantineRow]:
    request = IntakeRequest(call, json.dumps(body).encode())
    assert SEGMENT.check(request) is None
    return list(SEGMENT.parse(IntakeRecord(NOW, "k1", "segment", request)))


def event(call: str, body: Any) -> Event:
    (found,) = events(call, body)
    assert isinstance(found, Event)
    return found


def test_identify_states_attributes() -> None:
    found = event(
        "identify",
        {
            "messageId": "m1",
            "userId": 42,
            "anonymousId": "a1",
            "traits": {
                "email": "ana@abelzinc.com",
                "firstName": "Ana",
                "company": {"name": "Abel Zinc", "employee_count": "60"},
                "address": {"city": "Leeds", "postalCode": "LS1"},
                "title": "Head of Zinc",
                "budget": 40000,
                "favourite_colour": "red",
                "lead_id": "evil",
            },
            "context": {"locale": "en-GB"},
        },
    )
    assert (found.event_id, found.user_id, found.email) == ("m1", "42", "ana@abelzinc.com")
    assert found.attributes == {
        "email": "ana@abelzinc.com",
        "first_name": "Ana",
        "company": "Abel Zinc",
        "employees": 60,
        "city": "Leeds",
        "postal_code": "LS1",
        "job_title": "Head of Zinc",
        "budget": 40000.0,
        "language": "en",
    }


@pytest.mark.parametrize(
    ("call", "body", "kind"),
    [
        ("track", {"event": "Demo Requested"}, "demo_requested"),
        ("track", {"event": "Own Thing!"}, "own_thing"),
        ("track", {}, "event"),
        ("page", {"name": "Home"}, "page_viewed"),
        ("page", {"name": "Pricing"}, "pricing_viewed"),
        ("page", {"properties": {"path": "/en/pricing/"}}, "pricing_viewed"),
        ("screen", {"name": "Inbox"}, "screen_viewed"),
        ("identify", {}, "identified"),
        ("group", {"traits": {"name": "Acme"}}, "identified"),
        ("alias", {"previousId": "a"}, "identified"),
    ],
)
def test_kinds(call: str, body: dict[str, Any], kind: str) -> None:
    assert event(call, {"userId": "u", **body}).kind == kind


@pytest.mark.parametrize("call", ["identify", "track", "page", "screen", "group", "alias"])
def test_analytics_js_calls_by_the_first_letter(call: str) -> None:
    body = {"userId": "u", "event": "x", "previousId": "a", "messageId": "m"}
    assert event(call[0], body) == event(call, body)
    assert events("b", {"batch": [{**body, "type": call}]}) == [event(call, body)]


def test_a_wrong_clock_is_set_right() -> None:
    """The sender's clock is a day ahead: sent ten minutes after it happened, received now."""
    ahead = NOW + timedelta(days=1)
    found = event(
        "track",
        {
            "userId": "u",
            "event": "x",
            "originalTimestamp": f"{ahead - timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}",
            "sentAt": f"{ahead:%Y-%m-%dT%H:%M:%SZ}",
        },
    )
    assert found.occurred_at == NOW - timedelta(minutes=10)


@pytest.mark.parametrize("stated", ["2999-01-01T00:00:00Z", 9e18, "9" * 39, None, [], "yesterday"])
def test_nothing_happens_after_it_arrived(stated: Any) -> None:
    assert event("track", {"userId": "u", "event": "x", "timestamp": stated}).occurred_at == NOW


def test_the_first_day_of_all_stops_no_other_event() -> None:
    """A clock at the edge of what a calendar can say, sent with a moment."""
    edge = {"type": "track", "userId": "u", "timestamp": "0001-01-01T00:00:00"}
    edge["sentAt"] = "2026-11-01T09:00:00Z"
    found = events("batch", {"batch": [edge, {"type": "track", "userId": "u", "event": "demo"}]})
    assert [isinstance(e, Event) for e in found] == [False, True]


def test_an_id_is_derived_where_none_is_sent() -> None:
    """The same event again has the same id; another one has another."""
    one, again = (event("track", {"userId": "u", "event": "x"}) for _ in range(2))
    other = event("track", {"userId": "u", "event": "y"})
    assert one.event_id == again.event_id != other.event_id


def test_a_batch_goes_on_past_what_is_wrong() -> None:
    batch = [
        {"type": "track", "userId": "u", "event": "demo", "messageId": "1"},
        {"type": "nonsense", "userId": "u"},
        7,
        {"type": "track", "event": "of nobody"},
        {"type": "track", "userId": "u", "event": "x", "timestamp": "1931-01-01T00:00:00Z"},
        {"type": "page", "anonymousId": "a", "messageId": "2"},
    ]
    found = events("batch", {"batch": batch, "sentAt": "2026-11-01T09:00:00Z"})
    assert [e.event_id for e in found if isinstance(e, Event)] == ["1", "2"]
    codes = [e.code for e in found if isinstance(e, QuarantineRow)]
    assert codes == ["no-such-type", "no-object", "nobody", "no-clock"]


@pytest.mark.parametrize(
    ("call", "body", "status"),
    [
        ("track", b"", 400),
        ("track", b"[]", 400),
        ("track", b'{"a": NaN}', 400),
        ("track", b'{"a": "' + b"x" * ONE + b'"}', 400),
        ("track", b"[" * 20_000, 400),
        ("track", b"\xff\xfe{}", 400),
        ("batch", b'{"batch": []}', 400),
        ("batch", b'{"batch": 3}', 400),
        ("batch", b'{"batch": [{"a": "' + b"x" * ONE + b'"}]}', 400),
        ("batch", b" " * (MANY + 1), 400),
        ("nothing", b"{}", 404),
    ],
)
def test_what_is_not_of_the_form_is_refused(call: str, body: bytes, status: int) -> None:
    refused = SEGMENT.check(IntakeRequest(call, body))
    assert refused is not None
    assert refused.status == status


def test_campaign_and_page_of_a_visit() -> None:
    context = {
        "campaign": {"name": "autumn", "source": "google", "medium": "cpc"},
        "page": {"url": "https://x.com/offer?utm_source=google"},
    }
    found = event("page", {"anonymousId": "a", "context": context})
    assert found.touch == {
        "utm_source": "google",
        "utm_medium": "cpc",
        "utm_campaign": "autumn",
        "landing_page": "https://x.com/offer?utm_source=google",
    }
    assert found.columns["campaign"] == "autumn"


def test_the_first_touch_is_kept_apart_from_the_last() -> None:
    """A page's script says by what the visitor came at first, and by what today."""
    first = {"utm_source": "google", "landing_page": "https://x.com/a", "gclid": "G1", "own": 1}
    campaign = {"source": "mail", "name": "autumn", "fbclid": "F1"}
    context = {"campaign": campaign, "firstTouch": first, "page": {"url": "https://x.com/b"}}
    found = event("page", {"anonymousId": "a", "context": context})
    assert found.touch == {
        "utm_source": "mail",
        "utm_campaign": "autumn",
        "landing_page": "https://x.com/b",
        "click_id": "fbclid=F1",
    }
    assert found.first_touch == {
        "utm_source": "google",
        "landing_page": "https://x.com/a",
        "click_id": "gclid=G1",
    }


def test_a_first_touch_without_a_campaign_is_one() -> None:
    """Who came by itself and clicked an advertisement later, came by itself."""
    context = {"campaign": {"source": "google"}, "firstTouch": {"landing_page": "https://x.com/"}}
    found = event("page", {"anonymousId": "a", "context": context})
    assert found.first_touch == {"landing_page": "https://x.com/"}
    assert found.touch == {"utm_source": "google"}


@pytest.mark.parametrize(
    ("url", "click"),
    [
        ("https://x.com/?a=1&msclkid=M%2F2#top", "msclkid=M/2"),
        ("https://x.com/?li_fat_id=L", "li_fat_id=L"),
        ("https://x.com/gclid=1", None),
        ("https://x.com/#?gclid=1", None),
        ("https://x.com/?" + "a=1&" * 200, None),
        (7, None),
    ],
)
def test_the_id_of_a_click_stands_in_the_address(url: Any, click: str | None) -> None:
    found = event("page", {"anonymousId": "a", "context": {"page": {"url": url}}})
    assert found.touch.get("click_id") == click


@pytest.mark.parametrize("name", ["page", "Pricing"])
def test_what_a_crawler_views_is_set_apart(name: str) -> None:
    context = {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
    found = event("page", {"anonymousId": "a", "name": name, "context": context})
    assert (found.kind, found.columns["result"]) == ("page_viewed_by_bot", "crawler")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_NAMES = ["userId", "anonymousId", "messageId", "type", "traits", "context", "timestamp", "sentAt"]
_NAMES += ["properties", "event", "name", "previousId", "originalTimestamp"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(_NAMES), _JSON), st.sampled_from(["track", "identify"]))
def test_any_json_is_an_event_or_in_quarantine(body: dict[str, Any], call: str) -> None:
    request = IntakeRequest(call, json.dumps(body).encode("utf-8", "replace"))
    if SEGMENT.check(request) is None:
        for found in SEGMENT.parse(IntakeRecord(NOW, "k", "segment", request)):
            assert isinstance(found, Event | QuarantineRow)
            assert not isinstance(found, Event) or found.occurred_at <= NOW
