"""A served workspace makes rounds by itself, unless it is a copy or not its turn."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.live.requalify import Requalification
from leadlight.desk.live.take import TakeRequest, take
from leadlight.desk.nurture.send import OwedRequest, SendRequest, owed, send
from leadlight.desk.nurture.tracks import TracksRequest, tracks
from leadlight.desk.persons.record import PersonRequest, person
from leadlight.desk.session import Session
from leadlight.desk.workspace.pause import pause_deliveries, resume_deliveries
from leadlight.facts.intake import Event
from leadlight.server.capture.click_through import ClickThrough, Follower
from leadlight.server.capture.links import click_links, read_link, unsubscribe_links
from leadlight.server.capture.submission import FORM, Leave, Submission, encode
from leadlight.server.intake.envelope import unseal
from leadlight.server.intake.source import IntakeRecord, IntakeRequest
from leadlight.server.log import Log
from leadlight.server.track_rounds import TrackRounds
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import MONDAY, Mailbox, mailbox, write_files
from tests.server.in_a_loop import run

__all__ = ["mailbox"]


def test_a_served_workspace_makes_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Nothing goes out of a copy, nor while another server has the turn; then everything, and the
    log says how much of it and of whom nothing
    """
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    write_files(tmp_path)
    import_files(Session("."), ImportRequest((tmp_path / "leads.csv",), MONDAY, verify=False))
    lines, turn = io.StringIO(), [False]
    with Session(".", shared=True) as session:
        rounds = TrackRounds(
            session,
            mailbox.post(),
            Log(lines),
            lambda: MONDAY + timedelta(hours=1),
            lambda: turn[0],
        )
        assert rounds.round() is None
        turn[0] = True
        pause_deliveries(tmp_path, "It was restored.")
        assert rounds.round() is None
        resume_deliveries(tmp_path)
        done = rounds.round()
    assert done is not None
    assert done.sent == 2
    assert '"sent": 2' in lines.getvalue()
    assert "acme.com" not in lines.getvalue()


def test_who_unsubscribes_by_the_link_of_a_mail_gets_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Ana's mail program presses unsubscribe: the link is ours, is of her, and is the last mail"""
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    write_files(tmp_path)
    import_files(Session("."), ImportRequest((tmp_path / "leads.csv",), MONDAY, verify=False))
    secret = b"s" * 40
    post = replace(
        mailbox.post(), unsubscribe=unsubscribe_links(secret, "https://x.example", lambda: MONDAY)
    )
    with Session(".") as session:
        send(session, SendRequest(MONDAY), post)
        mail = next(m for m in mailbox.mails if m["To"] == "ana@acme.com")
        token = str(mail["List-Unsubscribe"]).strip("<>").rpartition("/u/")[2]
        link = read_link(secret, "leave", "".join(token.split()), MONDAY)
        assert (link.subject["lead"], link.subject["track"]) == ("L1", "cold")
        said = Leave("x", str(link.subject["lead"]), ["do_not_email"], "cold")
        body = encode(said)
        record = IntakeRecord(MONDAY + timedelta(days=1), "", "form", IntakeRequest("leave", body))
        events = tuple(e for e in FORM.parse(record) if isinstance(e, Event))
        take(session, TakeRequest(events, record.received_at), Requalification())
        later = send(session, SendRequest(MONDAY + timedelta(days=3.1)), post)
        assert (later.sent, later.left) == (0, 1)
        again = Submission(
            "y", "guide", "form_submitted", {"email": "ana@acme.com"}, words="Yes", confirmed=True
        )
        kept = IntakeRequest("guide", encode(again))
        record = IntakeRecord(MONDAY + timedelta(days=5), "", "form", kept)
        events = tuple(e for e in FORM.parse(record) if isinstance(e, Event))
        take(session, TakeRequest(events, record.received_at), Requalification())
        shown = owed(session, OwedRequest(MONDAY + timedelta(days=6)))
        assert not [r for r in shown.refusals if r.code != "too-many"]
        with session.read("test", MONDAY + timedelta(days=6)) as workspace:
            found = workspace.ledger.attributes_of("L1", MONDAY + timedelta(days=6))
        assert (found["do_not_email"], found["consent"]) == (False, True)


@pytest.mark.parametrize("clicks", ["on", "off"])
def test_who_follows_a_link_of_a_mail_clicked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox, clicks: str
) -> None:
    """Bob's page links through us to where it said, and his click counts; a scanner's is set apart.
    With `clicks: off` it links there at once
    """
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    write_files(tmp_path)
    book = (tmp_path / "playbook.yml").read_text("utf-8")
    book = book.replace("hold_out: 0", f"hold_out: 0\n    clicks: {clicks}")
    (tmp_path / "playbook.yml").write_text(book, "utf-8")
    import_files(Session("."), ImportRequest((tmp_path / "leads.csv",), MONDAY, verify=False))
    secret, later = b"s" * 40, MONDAY + timedelta(hours=2)
    post = replace(mailbox.post(), click=click_links(secret, "https://x.example", lambda: MONDAY))
    with Session(".") as session:
        send(session, SendRequest(MONDAY), post)
        mail = next(m for m in mailbox.mails if m["To"] == "bob@bolt.com")
        text, page = (str(part.get_content()) for part in mail.iter_parts())
        assert "https://example.com/a" in text
        if clicks == "off":
            assert 'href="https://example.com/a"' in page
            return
        token = page.replace("\r\n", "").partition("https://x.example/c/")[2].partition('"')[0]
        journal: list[bytes] = []

        async def keep(body: bytes) -> int:
            journal.append(body)
            return len(journal)

        through = ClickThrough(secret, keep, Log(io.StringIO()), lambda: later)
        for agent in ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Mimecast scanner"):
            answer = run(through.follow(token, Follower("1.2.3.4", agent, "GET")))
            assert answer is not None
            assert (answer.status, answer.headers["location"]) == (303, "https://example.com/a")
        assert run(through.follow(token[:-1], Follower("", "", "GET"))) is None
        events = [e for body in journal for e in FORM.parse(unseal(body))]
        assert all(isinstance(e, Event) for e in events)
        request = TakeRequest(tuple(e for e in events if isinstance(e, Event)), later)
        take(session, request, Requalification())
        found = tracks(session, TracksRequest(later)).tracks[0].steps[0]
        assert (found.sent, found.clicked) == (2, 1)
        known = person(session, PersonRequest("L2", later)).facts.activities
        kinds = [row.kind for row in known if row.kind and row.kind.startswith("email_clicked")]
        assert sorted(map(str, kinds)) == ["email_clicked", "email_clicked_by_scanner"]
