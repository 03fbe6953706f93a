"""Several columns say one thing together; text files and files with types alike."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from leadlight.facts.answers import is_of_mailing
from tests.adapters.sources.conftest import Read, Reading

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


@pytest.mark.parametrize(
    ("cell", "speaks", "others"),
    [
        ("+1 212 441 2341, +1 212 441 2342", "+1 212 441 2341", "+1 212 441 2342"),
        ("01 23 45 67 89 / 06 12 34 56 78", "01 23 45 67 89", "06 12 34 56 78"),
        ("office: 030 1234567, mobil: 0171 1234567", "030 1234567", "0171 1234567"),
        ("0171 1234567 (privat); 030 123456 (office)", "0171 1234567", "030 123456"),
        ("030 1234567; office", "030 1234567", None),
        ("608.271.9000, ext. 14", "608.271.9000 x14", None),
        ("+16082719000;ext=15", "+16082719000 x15", None),
    ],
)
def test_several_numbers_in_a_cell(read: Read, cell: str, speaks: str, others: str | None) -> None:
    table = {"Id": ["1", "2"], "Phone": [cell, "030 1234567 und 030 7654321"]}
    for r in readings(read, table):
        assert (r.column("phone")[0], r.column("other_phones")[0]) == (speaks, others)


@pytest.mark.parametrize(
    ("cell", "speaks", "others"),
    [
        ("a@x.com (office), b@y.com (private)", "a@x.com", "b@y.com"),
        ("office: a@x.com / private: b@y.com", "a@x.com", "b@y.com"),
        ("a@x.com; private", "a@x.com", None),
        ("broken; also broken", "broken", None),
    ],
)
def test_a_remark_beside_an_address_is_no_address(
    read: Read, cell: str, speaks: str, others: str | None
) -> None:
    table = {"Id": ["1", "2"], "Email": [cell, "c@z.com and d@z.com"]}
    for r in readings(read, table):
        assert (r.column("email")[0], r.column("other_emails")[0]) == (speaks, others)


def test_of_several_consents_any_no_counts(read: Read) -> None:
    table = {
        "Id": ["1", "2", "3"],
        "Marketing consent": ["yes", "yes", None],
        "Newsletter": ["yes", "no", "yes"],
    }
    for r in readings(read, table):
        assert r.column("consent") == [True, False, True]
        assert "a no in any of them counts" in r.problem("second-column")


@pytest.mark.parametrize("header", ["Total bounces", "Email bounced"])
def test_a_count_of_bounces_is_one_when_it_is_not_nought(read: Read, header: str) -> None:
    for r in readings(read, {"Id": ["1", "2", "3", "4"], header: ["0", "3", "1", None]}):
        assert r.column("email_bounced") == [False, True, True, None]


def test_industries_that_are_read_as_other_words_are_told(read: Read) -> None:
    for r in readings(read, CONTACTS):
        assert "2 words are read" in r.problem("industry-words")
        assert "'Informatik' as software" in r.problem("industry-words")
    for r in readings(read, {"Id": ["1"], "Industry": ["software"]}):
        assert "industry-words" not in r.codes


@pytest.mark.parametrize(
    ("header", "of_mailing"),
    [("Abonnement", True), ("Abonné", True), ("Abo", True), ("About", False), ("Labor", False)],
)
def test_which_states_are_those_of_a_subscription(header: str, of_mailing: bool) -> None:
    assert is_of_mailing(header, ["active", "cancelled"]) is of_mailing


def test_a_reason_of_opting_out_is_no_lost_sale(read: Read) -> None:
    table = {
        "Email Address": ["a@x.com", "b@x.com"],
        "UNSUB_TIME": ["2026-10-01 09:00:00", None],
        "UNSUB_REASON": ["NORMAL", None],
    }
    for r in readings(read, table):
        assert r.column("do_not_email") == [True, None]
        assert "dropped_reason" not in r.staged.mapping.names


@pytest.mark.parametrize("header", ["Unsubscribe reason", "UNSUB_REASON"])
def test_who_gave_a_reason_for_opting_out_is_not_mailed(read: Read, header: str) -> None:
    for r in readings(read, {"Id": ["1", "2"], header: ["too many mails", None]}):
        assert r.column("do_not_email") == [True, None]


def test_a_converted_lead_is_an_opportunity_and_no_customer_yet(read: Read) -> None:
    table = {"Id": ["1", "2", "3"], "Lead Status": ["Converted", "Closed Won", "Junk"]}
    for r in readings(read, table):
        assert r.column("converted") == [None, True, None]


def test_a_state_that_says_something_else_is_not_unreadable(read: Read) -> None:
    table = {"Id": ["1", "2"], "Marketing status": ["Bounced", "Subscribed"]}
    for r in readings(read, table):
        assert r.column("email_bounced") == [True, None]
        assert "unreadable-cells" not in r.codes
