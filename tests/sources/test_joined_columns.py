"""Several columns say one thing together; text files and files with types alike."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.sources.conftest import Read, Reading

CONTACTS = {
    "Id": ["1", "2", "3"],
    "Email - Work": ["ned@pratt.com", None, "noemail@none.com"],
    "Email - Home": [None, "oda@quist.se", "pat@roth.de"],
    "Phone": ["+1 212 441 2341; +1 212 441 2342", "909-583-6164 or 909-825-7084", None],
    "Marketing status": ["Subscribed", "No consent", "Bounced"],
    "Email Opt Out": [None, "yes", "no"],
    "Unsubscribed from all email": ["no", None, "yes"],
    "Industry": ["COMPUTER_SOFTWARE", "Informatik", "Professional Services"],
}


def readings(read: Read, columns: dict[str, list[Any]]) -> list[Reading]:
    """The same table as CSV and as Arrow."""
    lines = [";".join(columns)]
    for row in zip(*columns.values(), strict=True):
        lines.append(";".join("" if c is None else f'"{c}"' for c in row))
    return [read(text="\n".join(lines) + "\n"), read(pa.table(columns), name="frame")]


def test_every_contact_point_is_kept_and_the_first_that_works_speaks(read: Read) -> None:
    for r in readings(read, CONTACTS):
        assert r.column("email") == ["ned@pratt.com", "oda@quist.se", "pat@roth.de"]
        assert r.column("other_emails") == [None, None, "noemail@none.com"]
        assert r.column("phone")[0] == "+1 212 441 2341"
        assert r.column("other_phones")[:2] == ["+1 212 441 2342", "909-825-7084"]


def test_a_refusal_counts_in_whichever_column_it_stands(read: Read) -> None:
    for r in readings(read, CONTACTS):
        assert r.column("do_not_email") == [False, True, True]
        assert r.column("consent") == [True, False, None]
        assert r.column("email_bounced") == [None, None, True]


def test_industries_are_named_as_playbooks_name_them(read: Read) -> None:
    for r in readings(read, CONTACTS):
        assert r.column("industry") == ["software", "software", "Professional Services"]


@pytest.mark.parametrize(
    ("header", "cells", "refused"),
    [
        ("Do not allow Emails", ["Do Not Allow", "Allow"], [True, False]),
        ("EMAIL_BLACKLISTED", ["true", "false"], [True, False]),
        ("UNSUB_TIME", ["2026-10-01 09:00:00", ""], [True, None]),
        ("Keine E-Mails", ["ja", "nein"], [True, False]),
        ("Désinscrit", ["oui", "non"], [True, False]),
        ("Не писать", ["да", "нет"], [True, False]),
        ("メール配信停止", ["はい", "いいえ"], [True, False]),
    ],
)
def test_who_is_not_to_be_mailed(
    read: Read, header: str, cells: list[str], refused: list[bool | None]
) -> None:
    for r in readings(read, {"Id": ["1", "2"], header: cells}):
        assert r.column("do_not_email") == refused


def test_states_of_a_crm_say_who_bought_and_who_was_dropped(read: Read) -> None:
    table = {
        "Id": ["1", "2", "3", "4"],
        "Lead Status": ["Closed Won", "Junk Lead", "Contacted", "Abgeschlossen - verloren"],
    }
    for r in readings(read, table):
        assert r.column("converted") == [True, None, None, False]
        assert r.column("dropped_reason") == [None, "Junk Lead", None, "Abgeschlossen - verloren"]


def test_a_state_of_a_subscription_is_no_region(read: Read) -> None:
    for r in readings(read, {"email": ["a@x.no", "b@x.no"], "state": ["active", "cancelled"]}):
        assert r.column("crm_status") == ["active", "cancelled"]
        assert r.column("do_not_email") == [False, True]
