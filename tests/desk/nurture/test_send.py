"""A round: what is owed and allowed goes out once, to those who may be written to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.nurture.send import OwedRequest, SendRequest, owed, send
from leadlight.desk.nurture.tracks import TracksRequest, tracks
from leadlight.desk.session import Session
from leadlight.facts.relation import Query
from leadlight.results.nurture import SendResult
from tests.desk.nurture.conftest import LEADS, MONDAY, Mailbox


def round_of(session: Session, mailbox: Mailbox, days: float) -> SendResult:
    return send(session, SendRequest(MONDAY + timedelta(days=days)), mailbox.post())


def log(session: Session, text: str, days: float) -> None:
    """Activities, imported some days after the beginning."""
    file = Path("more.csv")
    file.write_text(f"lead_id,occurred_at,kind\n{text}", encoding="utf-8")
    import_files(session, ImportRequest((file,), MONDAY + timedelta(days=days), verify=False))


def test_what_is_owed_goes_out_once(session: Session, mailbox: Mailbox) -> None:
    """Ana and Bob get the welcome, Ana the case three days later, then both are called; nobody else
    gets anything, and a round that is made twice sends nothing twice
    """
    first = round_of(session, mailbox, 0)
    assert (first.entered, first.sent, first.fault) == (2, 2, None)
    assert sorted(m["To"] for m in mailbox.mails) == ["ana@acme.com", "bob@bolt.com"]
    assert round_of(session, mailbox, 0.1).sent == 0
    assert round_of(session, mailbox, 3.1).sent == 1
    assert mailbox.mails[-1]["To"] == "ana@acme.com"
    last = round_of(session, mailbox, 7.2)
    assert (last.sent, last.tasks) == (0, 2)
    found = tracks(session, TracksRequest(MONDAY + timedelta(days=7.2)))
    assert [(t.lead_id, t.say) for t in found.tasks] == [
        ("L1", "sales: Call and ask"),
        ("L2", "sales: Call and ask"),
    ]
    log(session, "L1,2026-11-09 20:00,call_held\n", 7.5)
    found = tracks(session, TracksRequest(MONDAY + timedelta(days=7.6)))
    assert [t.lead_id for t in found.tasks] == ["L2"]
    assert (found.tracks[0].entered, found.tracks[0].steps[0].sent) == (2, 2)
    assert round_of(session, mailbox, 7.7).left == 2
    assert len(mailbox.mails) == 3


def test_a_mail_is_one_that_providers_take(session: Session, mailbox: Mailbox) -> None:
    """Text and page, in the lead's language, unsubscribed by one click, with the imprint"""
    round_of(session, mailbox, 0)
    ana, bob = sorted(mailbox.mails, key=lambda m: m["To"])
    assert ana["Subject"] == "Willkommen Ana, schön"
    assert ana["From"] == "Älm Heating <hello@alm.example>"
    assert ana["List-Unsubscribe"] == "<https://alm.example/u/L1-cold>"
    assert ana["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert bob["Message-ID"].endswith("@alm.example>")
    text, page = (p.get_content().replace("\r\n", "\n") for p in bob.iter_parts())
    assert text.startswith("Hello Bob,\n\nread on: https://example.com/a.")
    assert "Hauptstraße 1" in text
    assert "<strong>Bob</strong>" in page
    assert "https://alm.example/u/L2-cold" in page


def test_a_preview_sends_and_records_nothing(session: Session, mailbox: Mailbox) -> None:
    """Ten mails are shown as they would go out, with who is refused and why"""
    shown = owed(session, OwedRequest(MONDAY))
    assert (shown.entered, shown.owed, shown.allowed, shown.sent) == (2, 2, 2, 0)
    assert sorted(m.subject for m in shown.mails) == ["Welcome Bob", "Willkommen Ana, schön"]
    assert not mailbox.mails
    assert round_of(session, mailbox, 0).sent == 2


def test_who_answers_objects_buys_or_turns_hot_leaves_at_once(
    session: Session, mailbox: Mailbox
) -> None:
    """On the second day each does something else; the case of the third goes out to whom it says nothing of"""
    kinds = ("email_replied", "unsubscribed", "won", "demo_requested", "page_viewed")
    rows = "".join(f"{kind},{kind}@acme.com,Kim,50,DE,en,yes,\n" for kind in kinds)
    Path("kinds.csv").write_text(LEADS.partition("\n")[0] + f"\n{rows}", encoding="utf-8")
    import_files(session, ImportRequest((Path("kinds.csv"),), MONDAY, verify=False))
    assert round_of(session, mailbox, 0).sent == 7
    log(session, "".join(f"{kind},2026-11-03 10:00,{kind}\n" for kind in kinds), 2)
    assert round_of(session, mailbox, 3.1).sent == 2
    told = sorted(str(mail["To"]) for mail in mailbox.mails[7:])
    assert told == ["ana@acme.com", "page_viewed@acme.com"]


def test_who_complains_leaves_at_once(session: Session, mailbox: Mailbox) -> None:
    """Ana presses the button that says spam on the second day: the case of the third does not go out"""
    round_of(session, mailbox, 0)
    log(session, "L1,2026-11-03 10:00,email_complained\n", 2)
    assert round_of(session, mailbox, 3.1).sent == 0


def test_a_mailbox_that_does_not_exist_is_not_written_to_again(
    session: Session, mailbox: Mailbox
) -> None:
    """The server says that there is no ana: the step failed, and the lead leaves the track"""
    mailbox.refuse["ana@acme.com"] = "550 5.1.1 no such user"
    done = round_of(session, mailbox, 0)
    assert (done.sent, [f.lead_id for f in done.failed]) == (1, ["L1"])
    assert "There is no such mailbox." in str(done.failed[0].because)
    mailbox.refuse.clear()
    assert round_of(session, mailbox, 4).sent == 0


def test_what_is_put_off_is_owed_still(session: Session, mailbox: Mailbox) -> None:
    """Greylisting: the server wants to be asked again, and is"""
    mailbox.refuse["ana@acme.com"] = "451 4.7.1 come again"
    assert (round_of(session, mailbox, 0).sent, round_of(session, mailbox, 0.01).later) == (1, 1)
    mailbox.refuse.clear()
    assert round_of(session, mailbox, 0.02).sent == 1


def test_a_sender_who_is_refused_stops_and_says_why(session: Session, mailbox: Mailbox) -> None:
    """Microsoft refuses who has no DMARC: nothing more is tried, and nothing counts as sent"""
    for address in ("ana@acme.com", "bob@bolt.com"):
        mailbox.refuse[address] = "550 5.7.515 Access denied"
    done = round_of(session, mailbox, 0)
    assert done.sent == 0
    assert "Microsoft refuses senders without SPF, DKIM and DMARC" in str(done.fault)
    mailbox.refuse.clear()
    assert round_of(session, mailbox, 0.1).sent == 2


def test_the_address_that_works_is_written_to(session: Session, mailbox: Mailbox) -> None:
    """The first address of L8, L9 and L7 is at a host that cannot be. The other one of L8 gets the mail; that of L9 belongs
    to L10, who asked not to be mailed; that of L7 was not looked at for 100 days, and gets it in the next round
    """
    rows = (
        "L7,lea@host.invalid,lea@lake-labs.com,yes,\nL8,kim@host.invalid,kim@kimco-labs.com,yes,\n"
        "L9,ida@host.invalid,ida@idaco-labs.com,yes,\nL10,ida@idaco-labs.com,,yes,yes\n"
    )
    header = "lead_id,email,other_emails,consent,do_not_email\n"
    Path("more.csv").write_text(f"{header}{rows}", encoding="utf-8")
    import_files(session, ImportRequest((Path("more.csv"),), MONDAY))
    with session.write("verify", MONDAY) as workspace:
        check = (
            "SELECT 'L7' AS lead_id, 'reachable' AS email_verdict, 'lea@host.invalid;"
            " lea@lake-labs.com' AS _email, TIMESTAMP '2026-07-01' AS checked_at"
        )
        workspace.ledger.record_checks(Query(check), now=MONDAY)
    sent = round_of(session, mailbox, 0)
    others = {"ana@acme.com", "bob@bolt.com"}
    assert {m["To"] for m in mailbox.mails} - others == {"kim@kimco-labs.com"}
    assert [(r.code, r.mails) for r in sent.refusals] == [("unreachable", 1)]
    round_of(session, mailbox, 0.1)
    assert {m["To"] for m in mailbox.mails} - others == {"kim@kimco-labs.com", "lea@lake-labs.com"}


def test_old_contacts_are_verified_again_before_a_mail(session: Session, mailbox: Mailbox) -> None:
    """L8 and L9 were reachable once, at hosts that cannot be; L9's check is 100 days old, L8's ten:
    L9 is looked at again and gets nothing, which a preview says as well
    """
    rows = "L8,kim@host.invalid,yes,10\nL9,ida@host.invalid,yes,100\n"
    Path("old.csv").write_text(f"lead_id,email,consent,days\n{rows}", encoding="utf-8")
    import_files(session, ImportRequest((Path("old.csv"),), MONDAY, verify=False))
    with session.write("verify", MONDAY) as workspace:
        checks = (
            "SELECT lead_id, 'reachable' AS email_verdict, email AS _email, TIMESTAMP"
            " '2026-11-02 09:00' - to_days(days) AS checked_at FROM (VALUES ('L8',"
            " 'kim@host.invalid', 10), ('L9', 'ida@host.invalid', 100)) q(lead_id, email, days)"
        )
        workspace.ledger.record_checks(Query(checks), now=MONDAY)
    shown, sent = owed(session, OwedRequest(MONDAY)), round_of(session, mailbox, 0)
    for result in (shown, sent):
        assert [(r.code, r.mails) for r in result.refusals] == [("unreachable", 1)]
    assert sent.sent == 3
    assert "kim@host.invalid" in [m["To"] for m in mailbox.mails]
    left = round_of(session, mailbox, 0.1)
    assert (left.left, left.refusals) == (1, ())
