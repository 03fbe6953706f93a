"""A small company with tracks, and a real server that takes its mails."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk

from leadlight.adapters.mail.post_office import PostOffice, post_office
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.session import Session
from tests.desk.live.conftest import small_company
from tests.prepared import Prepared

MONDAY = datetime(2026, 11, 2, 9)
PLAYBOOK = """\
leadlight: 1
name: nurtured
signals:
  heat: {points: {demo_requested: 40, pricing_viewed: 10}, half_life: 14d, at_most: 100}
scores:
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 5}, {cold: otherwise}]
routes:
  - {when: otherwise, to: sales}
tracks:
  cold:
    when: temperature = 'cold'
    exits: temperature <> 'cold'
    hold_out: 0
    steps:
      - {content: welcome}
      - {after: 3d, content: case-study, when: employees > 10}
      - {after: 4d, by: task, to: sales, say: Call and ask}
limits: {hours: 0-24, days: [mon, tue, wed, thu, fri, sat, sun]}
"""
LEADS = """lead_id,email,first_name,employees,country,language,consent,do_not_email
L1,ana@acme.com,Ana,50,DE,de,yes,
L2,bob@bolt.com,Bob,5,DE,en,yes,
L3,cem@core.com,Cem,50,DE,en,no,
L4,dia@dome.com,Dia,50,DE,en,yes,yes
L5,,Eve,50,DE,en,yes,
"""
CONTENTS = {
    "welcome": "---\nsubject: Welcome {{ first_name }}\n---\nHello **{{ first_name }}**,\n\n"
    "[read on](https://example.com/a).\n",
    "welcome.de": "---\nsubject: Willkommen {{ first_name }}, schön\n---\nHallo {{ first_name }},\n",
    "case-study": "---\nsubject: A case\n---\nFor you.\n",
}


@dataclass
class Mailbox:
    """What a server took. `refuse` says what it answers to an address."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - as the server calls it
        self, server: SMTP, session: Talk, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Talk, envelope: Envelope
    ) -> str:
        data = envelope.content
        assert isinstance(data, bytes)
        found = email.message_from_bytes(data, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 OK"

    def post(self) -> PostOffice:
        """A post office that hands over to this server."""
        found = post_office(
            {
                "LEADLIGHT_SMTP": f"smtp://127.0.0.1:{self.port}",
                "LEADLIGHT_MAIL_FROM": "Älm Heating <hello@alm.example>",
                "LEADLIGHT_MAIL_IMPRINT": "Alm Heating, Hauptstraße 1, Graz",
            },
            lambda lead, track, language: f"https://alm.example/u/{lead}-{track}",
        )
        assert found is not None
        return found


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A server on this computer that takes mails."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = Mailbox(free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port, decode_data=False)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def session(prepared: Prepared) -> Session:
    """Five cold leads: Ana and Bob may be written to; Cem gave no consent, Dia asked not to be
    mailed, Eve has no address.
    """
    return Session(prepared(company))


def company(where: str) -> None:
    small_company(where)
    write_files(Path())
    import_files(Session(where), ImportRequest((Path("leads.csv"),), MONDAY, verify=False))


def write_files(folder: Path) -> None:
    """The playbook, the contents and the leads."""
    (folder / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    (folder / "content").mkdir()
    for name, text in CONTENTS.items():
        (folder / "content" / f"{name}.md").write_text(text, encoding="utf-8")
