"""Every source: whatever arrives is refused, or becomes events and rows in quarantine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.facts.intake import Event
from leadlight.server.intake.plain import PLAIN
from leadlight.server.intake.source import IntakeRecord, IntakeRequest, QuarantineRow, Source
from leadlight.server.intake.sources import make_hooks
from tests.server.intake.arrivals import NOW
from tests.server.intake.test_google_lead_form import LEAD as GOOGLE_LEAD
from tests.server.intake.test_mail_events import BODIES
from tests.server.intake.test_meta_lead_form import LEAD as META_LEAD

HOOKS = {**make_hooks({}), "plain": PLAIN}
#: A body of each source.
SAMPLES: dict[str, Any] = {
    **{vendor: body for vendor, body, _ in BODIES if not isinstance(body, bytes)},
    "google": GOOGLE_LEAD,
    "meta": META_LEAD,
    "plain": {"kind": "page_viewed", "lead_id": "L1", "occurred_at": "2026-10-01", "columns": {}},
}
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(
        ["\ud800", "\x00", "9" * 400, 10**400, -1, 1e308, [], {}, [[]], {"a": {}}, "ana@x.com"]
    ),
)


def test_the_names_are_those_of_the_paths() -> None:
    assert {"google", "meta", "sendgrid", "mailgun", "postmark", "amazon-ses", "brevo"} <= set(
        HOOKS
    )
    assert all(name == source.name for name, source in HOOKS.items())


def test_metas_secret_comes_from_the_environment() -> None:
    meta = make_hooks({"LEADLIGHT_META_SECRET": "s"})["meta"]
    refusal = meta.check(IntakeRequest("meta", json.dumps(META_LEAD).encode()))
    assert refusal is not None
    assert refusal.status == 401


def _places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a body."""
    inner = (
        body.items()
        if isinstance(body, dict)
        else enumerate(body)
        if isinstance(body, list)
        else ()
    )
    return [path, *(p for key, value in inner for p in _places(value, (*path, key)))]


def _changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = _changed(copy[path[0]], path[1:], value)
    return copy


def _survives(source: Source, body: bytes) -> None:
    request = IntakeRequest(source.name, body)
    if source.check(request) is None:
        for found in source.parse(IntakeRecord(NOW, "k", source.name, request)):
            assert isinstance(found, Event | QuarantineRow)
            if isinstance(found, Event):
                assert found.occurred_at <= NOW
                assert found.identifies or found.anonymous_id
                found.event_id.encode()
    source.key_of(request)


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_body_with_something_odd_in_it(name: str, data: st.DataObject) -> None:
    body = SAMPLES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        body = _changed(body, data.draw(st.sampled_from(_places(body))), data.draw(_ODD))
    _survives(HOOKS[name], json.dumps(body).encode("utf-8", "replace"))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_byte_that_is_no_text(name: str) -> None:
    """Anywhere in the body: it is refused, or put in quarantine."""
    body = json.dumps(SAMPLES[name]).encode()
    for place in range(1, len(body), 7):
        _survives(HOOKS[name], body[:place] + b"\xc3" + body[place + 1 :])


@pytest.mark.parametrize("name", sorted(HOOKS))
@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes(name: str, body: bytes) -> None:
    _survives(HOOKS[name], body)
    _survives(HOOKS[name], b"mandrill_events=" + body)
