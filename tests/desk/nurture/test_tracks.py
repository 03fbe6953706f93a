"""What tracks came to, beside those who were held out; and tracks that stop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.nurture.sample_mail import SampleMailRequest, send_sample_mail
from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.nurture.tracks import ChangeTrackRequest, TracksRequest, change_track, tracks
from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.persons.record import PersonRequest, person
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.text.nurture import render_send, render_tracks
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import MONDAY, PLAYBOOK, Mailbox, write_files

LEADS = 600


def make_company(folder: Path) -> Session:
    """600 leads, a fifth held out. Of those who are written to a tenth clicks, and a tenth buys."""
    where = make_workspace(folder)
    write_files(folder)
    book = PLAYBOOK.replace("hold_out: 0", "hold_out: 20").replace(
        "{content: welcome}", "{variants: {a: welcome, b: case-study}}"
    )
    (folder / "playbook.yml").write_text(f"{book}segments:\n  large: employees >= 50\n", "utf-8")
    rows = "".join(f"M{n},m{n}@acme.com,Kim,{n % 100},DE,en,yes,\n" for n in range(LEADS))
    head = (folder / "leads.csv").read_text("utf-8").splitlines()[0]
    (folder / "leads.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    session = Session(where)
    import_files(session, ImportRequest((folder / "leads.csv",), MONDAY, verify=False))
    return session


def test_the_results_say_what_a_track_caused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Of those written to a third buys, of those held out nobody: the track caused it; of each
    variant it is said what was sent, clicked and came back
    """
    monkeypatch.chdir(tmp_path)
    session = make_company(tmp_path)
    first = send(session, SendRequest(MONDAY), mailbox.post())
    assert first.sent == first.entered - tracks(session, TracksRequest(MONDAY)).tracks[0].held_out
    addresses = sorted(str(m["To"]) for m in mailbox.mails)
    leads = [a.partition("@")[0].upper() for a in addresses]
    log = "".join(f"{lead},2026-11-03 10:00,won\n" for lead in leads[::3])
    log += "".join(f"{lead},2026-11-03 09:00,email_clicked\n" for lead in leads[::2])
    log += f"{leads[1]},2026-11-03 09:00,unsubscribed\n"
    (tmp_path / "log.csv").write_text(f"lead_id,occurred_at,kind\n{log}", encoding="utf-8")
    later = MONDAY + timedelta(days=2)
    import_files(session, ImportRequest((tmp_path / "log.csv",), later, verify=False))
    send(session, SendRequest(later), mailbox.post())
    (found,) = tracks(session, TracksRequest(later)).tracks
    assert (found.entered + found.held_out, found.entered) == (first.entered, first.sent)
    won = next(e for e in found.effects if e.outcome == "won")
    assert (won.came, won.came_held_out, won.is_certain) == (len(leads[::3]), 0, True)
    assert won.low is not None
    assert 0.1 < won.low < won.difference < 0.4
    a, b = found.steps[0], found.steps[1]
    assert (a.variant, b.variant, a.sent + b.sent) == ("a", "b", first.sent)
    assert a.clicked + b.clicked == len(leads[::2])
    assert {each.code: each.leads for each in found.left}["bought"] == len(leads[::3])
    assert found.segments[0].segment == "large"
    said = "\n".join(str(line) for line in render_tracks(tracks(session, TracksRequest(later))))
    assert "won: 33." in said
    assert "it caused +33." in said


def test_a_track_stops_itself_and_is_resumed_by_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Four of some hundred mails are reported as spam: nothing more goes out until somebody says so"""
    monkeypatch.chdir(tmp_path)
    session = make_company(tmp_path)
    send(session, SendRequest(MONDAY), mailbox.post())
    sent = len(mailbox.mails)
    leads = [str(m["To"]).partition("@")[0].upper() for m in mailbox.mails[:4]]
    log = "".join(f"{lead},2026-11-03 10:00,email_complained\n" for lead in leads)
    (tmp_path / "log.csv").write_text(f"lead_id,occurred_at,kind\n{log}", encoding="utf-8")
    later = MONDAY + timedelta(days=4)
    import_files(session, ImportRequest((tmp_path / "log.csv",), later, verify=False))
    stopped = send(session, SendRequest(later), mailbox.post())
    assert (stopped.sent, len(mailbox.mails)) == (0, sent)
    assert "4 of" in stopped.stopped[0].because
    assert any("is stopped" in str(line) for line in render_send(stopped))
    with pytest.raises(CannotDo, match="stopped already"):
        change_track(session, ChangeTrackRequest(later, "cold", "stopped"))
    change_track(session, ChangeTrackRequest(later, "cold", "resumed", "Another content."))
    again = send(session, SendRequest(later + timedelta(hours=1)), mailbox.post())
    assert again.sent > 100
    assert not again.stopped


def test_a_variant_that_is_better_is_sent_to_those_who_come_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Half of those who got a click, and nobody of b: who comes after that gets a, and the tracks
    say since when; with another content the comparison begins anew
    """
    monkeypatch.chdir(tmp_path)
    session = make_company(tmp_path)
    send(session, SendRequest(MONDAY), mailbox.post())
    german = [
        m for m in mailbox.mails if "Kim" in str(m["Subject"]) or "Willkommen" in m["Subject"]
    ]
    leads = [str(m["To"]).partition("@")[0].upper() for m in german]
    log = "".join(f"{lead},2026-11-03 09:00,email_clicked\n" for lead in leads[::2])
    rows = "".join(f"N{n},n{n}@acme.com,yes\n" for n in range(40))
    (tmp_path / "log.csv").write_text(f"lead_id,occurred_at,kind\n{log}", encoding="utf-8")
    (tmp_path / "new.csv").write_text(f"lead_id,email,consent\n{rows}", encoding="utf-8")
    later = MONDAY + timedelta(days=2)
    files = (tmp_path / "log.csv", tmp_path / "new.csv")
    import_files(session, ImportRequest(files, later, verify=False))
    assert len(tracks(session, TracksRequest(later)).tracks[0].best) == 1
    before = len(mailbox.mails)
    send(session, SendRequest(later), mailbox.post())
    new = [m for m in mailbox.mails[before:] if str(m["To"]).startswith("n")]
    assert len(new) > 20
    assert {str(m["Subject"]) for m in new} == {"Welcome"}
    found = tracks(session, TracksRequest(later)).tracks[0]
    assert [(c.step, c.variant, c.since, found.best) for c in found.chosen] == [(1, "a", later, ())]
    said = "\n".join(str(line) for line in render_tracks(tracks(session, TracksRequest(later))))
    assert "Step 1: a (welcome) is sent to everybody since 2026-11-04: 50." in said
    book = (tmp_path / "playbook.yml").read_text("utf-8")
    (tmp_path / "playbook.yml").write_text(book.replace("a: welcome", "a: case-study"), "utf-8")
    assert tracks(session, TracksRequest(later)).tracks[0].chosen == ()


def test_a_young_sender_goes_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Fifty mails a day, twenty to one domain: the rest waits for tomorrow"""
    monkeypatch.chdir(tmp_path)
    session = make_company(tmp_path)
    book = (tmp_path / "playbook.yml").read_text("utf-8")
    slow = book.replace("limits: {", "limits: {a_day: 50, a_domain: 20, ")
    (tmp_path / "playbook.yml").write_text(slow, "utf-8")
    first = send(session, SendRequest(MONDAY), mailbox.post())
    assert (first.sent, [r.code for r in first.refusals]) == (20, ["domain-full"])
    assert send(session, SendRequest(MONDAY + timedelta(hours=5)), mailbox.post()).sent == 0
    assert send(session, SendRequest(MONDAY + timedelta(hours=25)), mailbox.post()).sent == 20


def test_a_test_mail_goes_to_oneself_and_is_recorded_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """One mail to me, as a lead would get it; the tracks know nothing of it"""
    monkeypatch.chdir(tmp_path)
    session = make_company(tmp_path)
    found = send_sample_mail(
        session, SampleMailRequest(MONDAY, "me@alm.example", "welcome"), mailbox.post()
    )
    assert (found.fault, found.subject) == (None, "Welcome Ana")
    assert [m["To"] for m in mailbox.mails] == ["me@alm.example"]
    assert tracks(session, TracksRequest(MONDAY)).tracks[0].entered == 0
    with pytest.raises(CannotDo, match="Did you mean 'welcome'"):
        send_sample_mail(session, SampleMailRequest(MONDAY, "me@a.b", "welcom"), mailbox.post())


def test_a_person_sees_what_it_was_sent_and_is_forgotten_with_it(
    session: Session, mailbox: Mailbox
) -> None:
    """Ana entered a track and was sent a mail: her record says both, and nothing does afterwards"""
    send(session, SendRequest(MONDAY), mailbox.post())
    later = MONDAY + timedelta(days=1)
    steps = person(session, PersonRequest("L1", later)).facts.steps
    assert [(s.kind, s.values["track"], s.values["step"]) for s in steps] == [
        ("entered", "cold", 0),
        ("sent", "cold", 1),
    ]
    assert forget(session, ForgetRequest("L1", later, "eve")).rows["step_facts"] == 2
    store = tracks(session, TracksRequest(later)).tracks[0]
    assert (store.entered, store.steps[0].sent) == (1, 1)
