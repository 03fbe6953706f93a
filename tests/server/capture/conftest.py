"""A workspace with forms that is served, and visitors of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from leadlight.desk.persons.lookup import attributes_of_lead
from leadlight.desk.persons.record import PersonRequest, person
from leadlight.desk.wiring import clock
from leadlight.server.capture.links import make_link
from leadlight.server.capture.waiting_mail import WaitingMail, WaitingMails
from leadlight.server.secret import load_secret
from tests.server.conftest import Served, wait_for

GUIDE = """\
title: The buyer's guide <b>
text: Forty pages.
kind: demo_requested
offer: {name: The guide, file: guide.pdf}
fields: {email: required, first_name: , phone: , company: }
consent: You may write to me about heat pumps.
thanks: It is yours.
"""
CALL = """\
title: Call me back
kind: contact_requested
fields: {email: required, phone: {required: true}, notes: }
"""


@dataclass
class Visitors:
    """Visitors of the forms of a served workspace."""

    served: Served
    folder: Path

    def open(self, path: str, **query: str) -> httpx.Response:
        return self.served.client.get(path, params=query or None)

    def begun(self, form: str, ago: float = 30.0) -> str:
        """What the page of a form holds that was opened some seconds ago."""
        opened = clock.now() - timedelta(seconds=ago)
        subject = {"form": form, "nonce": str(opened.timestamp())}
        return make_link(load_secret(self.folder), "begun", subject, opened)

    def send(self, form: str, ago: float = 30.0, **fields: str) -> httpx.Response:
        return self.served.client.post(
            f"/f/{form}", data={"begun": self.begun(form, ago), **fields}
        )

    def mails(self) -> list[WaitingMail]:
        return [mail for _, mail in WaitingMails(self.folder).queue(clock.now())]

    def link_of(self, mail: WaitingMail) -> str:
        found = re.search(r"http://\S+", mail.text)
        assert found is not None
        return found[0].removeprefix(self.served.url)

    def leads(self, text: str) -> list[dict[str, object]]:
        headers = {"authorization": f"Bearer {self.served.read}"}
        answer = self.served.client.get("/api/v1/leads", params={"text": text}, headers=headers)
        return list(answer.json()["leads"])

    def facts(self, lead: object) -> dict[str, object]:
        """What is known of a person: the verb itself, on the served session."""
        record = person(self.served.server.session, PersonRequest(str(lead), clock.now()))
        kinds = [str(row.kind) for row in record.facts.activities]
        return {"kinds": sorted(kinds), **record.consent}

    def attributes(self, lead: str) -> Mapping[str, object]:
        return attributes_of_lead(self.served.server.session, lead, clock.now())

    def lead(self, text: str) -> dict[str, object]:
        """The one lead that the words fit, as soon as it is there."""
        wait_for(lambda: len(self.leads(text)) == 1)
        return self.leads(text)[0]


@pytest.fixture
def visitors(served: Served, folder: Path) -> Visitors:
    (folder / "forms").mkdir()
    (folder / "offers").mkdir()
    (folder / "forms/guide.yml").write_text(GUIDE)
    (folder / "forms/call.yml").write_text(CALL)
    (folder / "offers/guide.pdf").write_bytes(b"%PDF-1.4 the guide")
    served.client.get("/api/v1/leads", headers={"authorization": f"Bearer {served.read}"})
    return Visitors(served, folder)


def text_of(page: httpx.Response) -> str:
    """What a page says, without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", page.text))
