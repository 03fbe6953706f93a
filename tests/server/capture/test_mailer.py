"""The mails of forms: handed over to a real relay, tried again, and dropped when nobody waits."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.wiring import mail_delivery
from leadlight.server.capture.mailer import FormMailer
from leadlight.server.capture.waiting_mail import KEPT, MOST, FullError, WaitingMail, WaitingMails
from leadlight.server.log import Log
from tests.desk.nurture.conftest import Mailbox
from tests.desk.nurture.conftest import mailbox as mailbox

NOW = datetime(2026, 11, 30, 9, 0)


@pytest.fixture
def relay(mailbox: Mailbox) -> tuple[Mailbox, dict[str, str]]:
    """A relay that refuses two addresses, and the environment that names it."""
    mailbox.refuse["gone@x.example"] = "550 5.1.1 no such mailbox"
    mailbox.refuse["later@x.example"] = "451 4.3.0 try again"
    environment = {
        "LEADLIGHT_SMTP": f"smtp://127.0.0.1:{mailbox.port}",
        "LEADLIGHT_MAIL_FROM": "Alm Heating <hello@alm.example>",
    }
    return mailbox, environment


def waiting_mail(to: str, at: datetime = NOW) -> WaitingMail:
    return WaitingMail(to, "Please confirm:\r\nBcc: all@x.example", "Grüße\nhttp://x/f/1", "en", at)


def test_what_waits_is_handed_over_once(
    tmp_path: Path, relay: tuple[Mailbox, dict[str, str]]
) -> None:
    """
    taken        gone from the folder, no header smuggled in by its subject
    no mailbox   dropped
    try again    waits on
    a day old    dropped, and nobody gets it
    """
    waiting, (kept, environment) = WaitingMails(tmp_path), relay
    for name, to in (("a", "ann@x.example"), ("b", "gone@x.example"), ("c", "later@x.example")):
        waiting.add(name, waiting_mail(to))
    waiting.add("d", waiting_mail("old@x.example", NOW - KEPT - timedelta(minutes=1)))
    mailer = FormMailer(
        waiting, mail_delivery.single_mails(environment), Log(io.StringIO()), lambda: NOW
    )
    assert mailer.round() == 1
    (mail,) = kept.mails
    assert (mail["To"], mail["Bcc"]) == ("ann@x.example", None)
    assert mail["From"] == "Alm Heating <hello@alm.example>"
    assert "Grüße" in mail.get_content()
    assert [m.to for _, m in waiting.queue(NOW)] == ["later@x.example"]
    assert mailer.round() == 0
    assert len(kept.mails) == 1


def test_a_relay_that_is_away_loses_nothing(tmp_path: Path) -> None:
    """Nobody listens there: it waits, and the log names no address."""
    waiting, said = WaitingMails(tmp_path), io.StringIO()
    waiting.add("a", waiting_mail("ann@x.example"))
    environment = {"LEADLIGHT_SMTP": "smtp://127.0.0.1:1", "LEADLIGHT_MAIL_FROM": "a@b.example"}
    mailer = FormMailer(waiting, mail_delivery.single_mails(environment), Log(said), lambda: NOW)
    assert mailer.round() == 0
    assert [m.to for _, m in waiting.queue(NOW)] == ["ann@x.example"]
    assert "ann@" not in said.getvalue()


def test_a_storm_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than may wait is refused; the same one again is the same."""
    assert MOST > 1000
    monkeypatch.setattr("leadlight.server.capture.waiting_mail.MOST", 2)
    waiting = WaitingMails(tmp_path)
    waiting.add("a", waiting_mail("a@x.example"))
    waiting.add("b", waiting_mail("b@x.example"))
    waiting.add("a", waiting_mail("a@x.example"))
    with pytest.raises(FullError):
        waiting.add("c", waiting_mail("c@x.example"))
