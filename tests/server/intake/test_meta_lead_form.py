"""Meta's lead forms: signed, told by id only or with the answers."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import pytest

from leadlight.server.intake.meta_lead_form import make_meta
from leadlight.server.intake.source import IntakeRequest, QuarantineRow
from tests.server.intake.arrivals import arrive, one_event, one_row

META = make_meta(None)
LEAD: dict[str, Any] = {
    "id": "1234567890",
    "created_time": "2026-10-31T08:00:00+0000",
    "campaign_id": "c1",
    "campaign_name": "Autumn",
    "ad_name": "Blue",
    "form_id": "f1",
    "platform": "ig",
    "is_organic": False,
    "field_data": [
        {"name": "full_name", "values": ["Ana Abel"]},
        {"name": "email", "values": ["ana@abelzinc.com"]},
        {"name": "phone_number", "values": ["+441134960000"]},
        {"name": "company_name", "values": ["Abel Zinc"]},
        {"name": "budget", "values": ["40000"]},
        {"name": "which_roofs?", "values": ["flat", "steep"]},
    ],
}


def change(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "object": "page",
        "entry": [{"id": "p", "changes": [{"field": "leadgen", "value": value}]}],
    }


@pytest.mark.parametrize("body", [LEAD, change(LEAD)], ids=["as exported", "as a change"])
def test_a_lead_with_its_answers(body: dict[str, Any]) -> None:
    found = one_event(META, body)
    assert (found.event_id, found.kind) == ("meta-1234567890", "form_submitted")
    assert found.email == "ana@abelzinc.com"
    assert found.occurred_at == datetime(2026, 10, 31, 8)
    assert found.attributes == {
        "source": "meta_lead_form",
        "full_name": "Ana Abel",
        "email": "ana@abelzinc.com",
        "phone": "+441134960000",
        "company": "Abel Zinc",
        "budget": 40000.0,
        "notes": "which_roofs?: flat; steep",
    }
    assert found.touch == {
        "utm_source": "instagram",
        "utm_medium": "paid_social",
        "utm_campaign": "Autumn",
        "utm_content": "Blue",
    }


def test_a_lead_without_its_answers_is_kept_and_told() -> None:
    row = one_row(META, change({"leadgen_id": "555", "form_id": "f", "created_time": 1761897600}))
    assert row.code == "meta-needs-fetch"
    assert '"555"' in row.text


def test_a_test_is_nobody() -> None:
    field = {"name": "email", "values": ["<test lead: dummy data for email>"]}
    assert one_row(META, {"id": "1", "field_data": [field]}).code == "test-lead"


def test_other_changes_are_no_leads() -> None:
    body = {"entry": [{"changes": [{"field": "feed", "value": {}}, 3]}, 4]}
    assert arrive(META, body) == []


def test_several_leads_in_one_post() -> None:
    body = {"entry": [change(LEAD)["entry"][0], change({"leadgen_id": "2"})["entry"][0]]}
    assert [isinstance(f, QuarantineRow) for f in arrive(META, body)] == [False, True]


def test_only_what_is_signed_is_taken_where_the_secret_is_known() -> None:
    signed, body = make_meta("s3cret"), json.dumps(LEAD).encode()
    right = "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert signed.check(IntakeRequest("meta", body, {"x-hub-signature-256": right})) is None
    for headers in ({}, {"x-hub-signature-256": right[:-1] + "g"}, {"x-hub-signature-256": "é"}):
        refusal = signed.check(IntakeRequest("meta", body, headers))
        assert refusal is not None
        assert refusal.status == 401
    assert make_meta("").check(IntakeRequest("meta", body)) is None


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"hub.mode": "subscribe", "hub.challenge": "1158201444"}, "1158201444"),
        ({"hub.mode": "unsubscribe", "hub.challenge": "1"}, None),
        ({"hub.mode": "subscribe", "hub.challenge": "<script>"}, None),
        ({"hub.mode": "subscribe"}, None),
        ({}, None),
    ],
)
def test_meta_is_answered(query: dict[str, str], wanted: str | None) -> None:
    request = IntakeRequest("meta", b"", query={**query, "hub.verify_token": "K"})
    assert META.answer(request) == wanted
    assert META.key_of(request) == "K"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"entry": 1}', b"[" * 9000])
def test_what_is_no_lead_is_refused(body: bytes) -> None:
    refusal = META.check(IntakeRequest("meta", body))
    assert refusal is not None
    assert refusal.status == 400
