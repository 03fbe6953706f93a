"""From a free offer to a conversation, in a real browser with a real relay: form, mail, confirm,
offer, a mail of a track, hot, and no more mails.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadlight.desk.persons.lookup import attributes_of_lead
from leadlight.desk.wiring import clock
from tests.desk.nurture.conftest import Mailbox, write_files
from tests.desk.nurture.conftest import mailbox as mailbox
from tests.server.capture.conftest import GUIDE, Visitors
from tests.server.conftest import Served, serve, wait_for

if TYPE_CHECKING:
    from email.message import EmailMessage

    from playwright.sync_api import Browser


@pytest.fixture
def company(
    plain_pattern: Path, folder: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The small company with a track for who is cold, a form, and a relay."""
    write_files(folder)
    (folder / "forms").mkdir()
    (folder / "offers").mkdir()
    (folder / "forms/guide.yml").write_text(GUIDE.replace("demo_requested", "content_downloaded"))
    (folder / "offers/guide.pdf").write_bytes(b"%PDF-1.4 the guide")
    monkeypatch.setenv("LEADLIGHT_SMTP", f"smtp://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("LEADLIGHT_MAIL_FROM", "Alm Heating <hello@alm.example>")
    monkeypatch.setenv("LEADLIGHT_MAIL_IMPRINT", "Alm Heating, Graz")
    return folder


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_of(served: Served, mail: EmailMessage, path: str) -> str:
    found = re.search(rf"{re.escape(served.url)}/{path}/\S+", text_of(mail))
    assert found is not None, text_of(mail)
    return found[0]


def test_from_an_offer_to_a_conversation(company: Path, mailbox: Mailbox, browser: Browser) -> None:
    """
    a form in the browser            a mail asks to confirm, under the words of the company
    its link, and the button         a lead with consent; the guide comes as a file
    a round over the tracks          the first mail of the track for who is cold
    a demo is asked for              hot; the track ends at once, and nothing more is sent
    the link under the mail          no more mails, as a fact
    """
    with serve(str(company)) as served:
        visitors = Visitors(served, company)
        page = browser.new_page()
        page.goto(f"{served.url}/f/guide?utm_source=fair")
        page.fill("#email", "ann@lakeshore.org")
        page.fill("#first_name", "Ann")
        page.check("[name=agree]")
        page.wait_for_timeout(2_100)  # nobody fills in a form in less
        page.click("form p:last-child button")
        page.wait_for_selector("text=Look into your mailbox")
        wait_for(lambda: len(mailbox.mails) == 1)
        assert "Alm Heating, Graz" in text_of(mailbox.mails[0])
        page.goto(link_of(served, mailbox.mails[0], "f/guide/confirm"))
        page.click("text=Yes, it was me")
        with page.expect_download() as download:
            page.click("text=Get it now")
        assert Path(download.value.path()).read_bytes() == b"%PDF-1.4 the guide"

        lead = str(visitors.lead("ann@lakeshore.org")["lead_id"])
        rounds = served.server.rounds
        assert rounds is not None
        first = rounds.round()
        assert first is not None
        assert [m["To"] for m in mailbox.mails[1:]] == ["ann@lakeshore.org"]
        welcome = mailbox.mails[1]
        assert welcome["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

        event = {"userId": lead, "event": "Demo Requested", "messageId": "demo-1"}
        assert served.send("track", event).status_code == 200
        wait_for(lambda: visitors.lead("ann@lakeshore.org")["labels"]["temperature"] == "hot")  # type: ignore[index]
        second = rounds.round()
        assert second is not None
        assert (second.left, second.sent) == (1, 0)
        assert len(mailbox.mails) == 2

        page.goto(link_of(served, welcome, "u"))
        page.click("text=Keep it so")
        page.wait_for_selector("text=It is noted")
        page.close()
        session = served.server.session
        wait_for(lambda: attributes_of_lead(session, lead, clock.now()).get("do_not_email"))
