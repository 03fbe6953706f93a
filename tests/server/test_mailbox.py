"""Mails that came back and answers, out of a mailbox into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.problems import CannotDo
from leadlight.server.intake.mailbox_message import MailFact, read_message
from leadlight.server.log import Log
from leadlight.server.mailbox import Mailbox, MailboxAddress, mailbox_address
from tests.server.conftest import Served, wait_for

NOW = datetime(2026, 11, 1, 9)
BOUNCE = """\
From: MAILER-DAEMON@mx.example
To: us@example.com
Message-ID: <b1@mx.example>
Date: Sun, 1 Nov 2026 08:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

It did not work.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Ana@AbelZinc.com
Action: {action}
Status: {status}
--x--
"""
COMPLAINT = """\
From: abuse@isp.example
Message-ID: <c1@isp.example>
Content-Type: multipart/report; report-type=feedback-report; boundary=y

--y
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: x/1
Version: 1
Original-Rcpt-To: <ana@abelzinc.com>
--y--
"""
ANSWER = "From: Ana <ana@abelzinc.com>\nSubject: Re: offer\nMessage-ID: <a1@x>\n{more}\n\nYes!\n"


def kinds(text: str) -> list[tuple[str, str]]:
    return [(f.kind, f.email) for f in read_message(text.encode(), NOW)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOUNCE.format(action="failed", status="5.1.1"), "email_bounced"),
        (BOUNCE.format(action="delayed", status="4.4.1"), None),
        (BOUNCE.format(action="failed", status="4.2.2"), None),
        (COMPLAINT.format(kind="abuse"), "email_complained"),
        (COMPLAINT.format(kind="opt-out"), "unsubscribed"),
        (COMPLAINT.format(kind="not-spam"), None),
        (ANSWER.format(more="X: y"), "email_replied"),
        (ANSWER.format(more="Auto-Submitted: auto-replied"), None),
        (ANSWER.format(more="Precedence: bulk"), None),
        (ANSWER.format(more="List-Id: <x.y>"), None),
        (ANSWER.replace("ana@", "noreply@").format(more="X: y"), None),
        ("no mail at all", None),
        ("", None),
    ],
)
def test_what_a_mail_says(text: str, expected: str | None) -> None:
    assert kinds(text) == ([(expected, "ana@abelzinc.com")] if expected else [])


def test_a_mail_has_a_moment_and_no_future() -> None:
    (fact,) = read_message(BOUNCE.format(action="failed", status="5.1.1").encode(), NOW)
    assert fact.occurred_at == datetime(2026, 11, 1, 8)
    late = ANSWER.format(more="Date: Sun, 1 Nov 2099 08:00:00 +0000")
    assert [f.occurred_at for f in read_message(late.encode(), NOW)] == [NOW]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=300), st.integers(0, 600))
def test_any_bytes_are_a_mail(noise: bytes, at: int) -> None:
    data = BOUNCE.format(action="failed", status="5.1.1").encode()
    for fact in read_message(data[:at] + noise + data[at:], NOW):
        assert isinstance(fact, MailFact)


@pytest.mark.parametrize("url", ["", "imap://u:p@h/INBOX", "imaps://h/INBOX", "https://u@h"])
def test_a_mailbox_is_named_by_a_url(url: str) -> None:
    with pytest.raises(CannotDo, match="imaps://user"):
        mailbox_address(url)


def test_its_text_has_no_password() -> None:
    address = mailbox_address("imaps://eve%40x.com:Hol%2Fapfel@mail.example/Sent%20Items")
    assert (address.user, address.password, address.folder) == (
        "eve@x.com",
        "Hol/apfel",
        "Sent Items",
    )
    assert "Hol" not in str(address)


class Fake:
    """A mailbox of two mails."""

    def __init__(self) -> None:
        self.mails = {
            "7": BOUNCE.format(action="failed", status="5.1.1").encode(),
            "9": ANSWER.format(more="X: y").replace("ana@abelzinc", "bo@bellaco").encode(),
        }
        self.seen: list[str] = []

    def select(self, mailbox: str) -> tuple[str, Sequence[object]]:
        assert mailbox == '"INBOX"'
        return "OK", [b"2"]

    def uid(self, command: str, *args: str) -> tuple[str, Sequence[object]]:
        if command == "SEARCH":
            return "OK", [" ".join(u for u in self.mails if u not in self.seen).encode()]
        if command == "FETCH":
            return "OK", [(b"1 (BODY[] {9}", self.mails[args[0]]), b")"]
        self.seen.append(args[0])
        return "OK", []

    def logout(self) -> object:
        return None


def test_what_came_back_is_a_fact_of_the_lead(served: Served) -> None:
    """Read once; seen twice, as after a crash in between, it counts once."""
    fake, address = Fake(), MailboxAddress("h", 993, "u", "p", "INBOX")
    server = served.server
    mailbox = Mailbox(address, server.journal.append, Log(served.lines), server.now, lambda _: fake)
    assert mailbox.look() == 2
    fake.seen.clear()
    assert mailbox.look() == 2
    server.worker.wake()
    wait_for(lambda: server.journal.position == server.journal.last)
    with server.session.read("test", server.now()) as workspace:
        sql = "SELECT lead_id, kind FROM activity_facts ORDER BY 1"
        assert workspace.con.execute(sql).fetchall() == [
            ("L1", "email_bounced"),
            ("L2", "email_replied"),
        ]
    assert "ana" not in served.lines.getvalue()
