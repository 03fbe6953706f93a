"""A lead of Google's form, as its own page has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leadlight.server.intake.google_lead_form import GOOGLE
from leadlight.server.intake.source import IntakeRequest
from tests.server.intake.arrivals import NOW, one_event, one_row


def column(code: str, answer: Any, name: str | None = None) -> dict[str, Any]:
    return {"column_id": code, "string_value": answer, "column_name": name or code.title()}


LEAD: dict[str, Any] = {
    "lead_id": "TeSter123",
    "user_column_data": [
        column("FULL_NAME", "Ana Abel"),
        column("EMAIL", "ana@abelzinc.com"),
        column("WORK_EMAIL", "office@abelzinc.com"),
        column("PHONE_NUMBER", "+44 113 496 0000"),
        column("COMPANY_NAME", "Abel Zinc"),
        column("STREET_ADDRESS", "1 Zinc Street"),
        column("employees", "60", "Employees"),
        column("what_is_it_for", "Roofs", "What is it for?"),
    ],
    "api_version": "1.0",
    "form_id": 40000000000,
    "campaign_id": 123456,
    "google_key": "K",
    "is_test": False,
    "gcl_id": "Cj0KCQ",
}


def test_a_lead_is_a_form_that_was_sent() -> None:
    found = one_event(GOOGLE, LEAD)
    assert (found.event_id, found.kind) == ("google-TeSter123", "form_submitted")
    assert (found.user_id, found.email) == (None, "ana@abelzinc.com")
    assert found.occurred_at == NOW
    assert found.attributes == {
        "source": "google_lead_form",
        "full_name": "Ana Abel",
        "email": "ana@abelzinc.com",
        "other_emails": "office@abelzinc.com",
        "phone": "+44 113 496 0000",
        "company": "Abel Zinc",
        "street": "1 Zinc Street",
        "employees": 60,
        "notes": "What is it for?: Roofs",
    }
    assert found.columns == {"channel": "google_lead_form", "campaign": "123456"}
    assert found.touch == {
        "utm_source": "google",
        "utm_medium": "cpc",
        "utm_campaign": "123456",
        "click_id": "gclid=Cj0KCQ",
    }


def test_the_moment_is_that_of_the_form() -> None:
    found = one_event(GOOGLE, {**LEAD, "lead_submit_time": "2026-10-31T08:00:00Z"})
    assert found.occurred_at == datetime(2026, 10, 31, 8)


def test_a_test_is_nobody() -> None:
    row = one_row(GOOGLE, {**LEAD, "is_test": True})
    assert row.code == "test-lead"
    assert "as a test" in row.why


def test_a_lead_without_an_address_goes_by_its_id() -> None:
    found = one_event(GOOGLE, {**LEAD, "user_column_data": [column("PHONE_NUMBER", "1")]})
    assert (found.user_id, found.email) == ("google/TeSter123", None)


def test_a_lead_of_nobody() -> None:
    assert one_row(GOOGLE, {"user_column_data": []}).code == "nobody"


def test_an_answer_states_no_id_of_ours() -> None:
    found = one_event(GOOGLE, {**LEAD, "user_column_data": [column("LEAD_ID", "L1")]})
    assert found.attributes["notes"] == "LEAD_ID: L1"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"user_column_data": 1}', b"[" * 9000])
def test_what_is_no_lead_is_refused(body: bytes) -> None:
    refusal = GOOGLE.check(IntakeRequest("google", body))
    assert refusal is not None
    assert refusal.status == 400


def test_the_key_is_googles_key() -> None:
    assert (
        GOOGLE.key_of(IntakeRequest("google", b'{"user_column_data":[],"google_key":"K"}')) == "K"
    )
    assert GOOGLE.key_of(IntakeRequest("google", b"?", query={"key": "Q"})) == "Q"
