"""What people say of time and of companies in a filter, as the playbook's language says it."""

from __future__ import annotations

import pytest

from leadlight.desk.leads.lead_condition import condition_of


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("created_at older than 30d", "days_since(created_at) > 30"),
        ("created_at newer than 36h and fit > 3", "days_since(created_at) <= 1.5 and fit > 3"),
        ("company.industry = 'software'", "company__industry = 'software'"),
        ("note = 'created_at older than 30d'", "note = 'created_at older than 30d'"),
        ("note = 'it''s company.x' and fit > 1", "note = 'it''s company.x' and fit > 1"),
        ("  ", ""),
    ],
)
def test_what_people_say(text: str, condition: str) -> None:
    assert condition_of(text) == condition
