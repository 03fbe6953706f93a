"""What vendors tell of mails, in the bodies of their own documents; scanners are set apart."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from leadlight.facts.intake import Event
from leadlight.server.intake.mail_events import LONGEST, MAIL
from leadlight.server.intake.source import IntakeRequest, QuarantineRow
from tests.server.intake.arrivals import PERSON, arrive, one_event, one_row

AT = "2026-10-31T08:00:00Z"
SECONDS = 1793433600  # the same moment
MOMENT = datetime(2026, 10, 31, 8)
ANA = "ana@abelzinc.com"
LINK = "https://x.com/prices"

_SES_MAIL = {"timestamp": "2026-10-31T07:00:00Z", "messageId": "m", "destination": [ANA]}


def _mailgun(event: str, **more: Any) -> dict[str, Any]:
    data = {"event": event, "timestamp": SECONDS, "recipient": ANA, "tags": ["autumn"], **more}
    return {
        "signature": {"token": "t" + event, "timestamp": "1", "signature": "s"},
        "event-data": data,
    }


def _ses(kind: str, **more: Any) -> dict[str, Any]:
    message = {"eventType": kind, "mail": _SES_MAIL, **more}
    return {
        "Type": "Notification",
        "MessageId": "n" + kind,
        "Timestamp": AT,
        "Message": json.dumps(message),
    }


def _resend(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "created_at": AT, "data": {"email_id": "m", "to": [ANA], **more}}


def _mandrill(event: str) -> bytes:
    one = {"event": event, "ts": SECONDS, "_id": "m", "user_agent": PERSON, "url": LINK}
    return urlencode(
        {"mandrill_events": json.dumps([{**one, "msg": {"email": ANA, "ts": 1}}])}
    ).encode()


BODIES: list[tuple[str, Any, str]] = [
    ("sendgrid", [{"event": "open", "email": ANA, "timestamp": SECONDS, "useragent": PERSON}], "email_opened"),
    ("sendgrid", [{"event": "click", "email": ANA, "timestamp": SECONDS, "url": LINK}], "email_clicked"),
    ("sendgrid", [{"event": "bounce", "email": ANA, "timestamp": SECONDS}], "email_bounced"),
    ("sendgrid", [{"event": "dropped", "email": ANA, "timestamp": SECONDS, "reason": "Bounced Address"}], "email_bounced"),
    ("sendgrid", [{"event": "spamreport", "email": ANA, "timestamp": SECONDS}], "email_complained"),
    ("sendgrid", [{"event": "group_unsubscribe", "email": ANA, "timestamp": SECONDS}], "unsubscribed"),
    ("sendgrid", [{"event": "delivered", "email": ANA, "timestamp": SECONDS}], "email_sent"),
    ("mailgun", _mailgun("opened"), "email_opened"),
    ("mailgun", _mailgun("clicked", url=LINK), "email_clicked"),
    ("mailgun", _mailgun("failed", severity="permanent", reason="bounce"), "email_bounced"),
    ("mailgun", _mailgun("complained"), "email_complained"),
    ("mailgun", _mailgun("unsubscribed"), "unsubscribed"),
    ("postmark", {"RecordType": "Open", "Recipient": ANA, "ReceivedAt": AT, "UserAgent": PERSON}, "email_opened"),
    ("postmark", {"RecordType": "Click", "Recipient": ANA, "ReceivedAt": AT, "OriginalLink": LINK}, "email_clicked"),
    ("postmark", {"RecordType": "Bounce", "Type": "HardBounce", "Email": ANA, "BouncedAt": AT, "ID": 4}, "email_bounced"),
    ("postmark", {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": ANA, "BouncedAt": AT}, "email_complained"),
    ("postmark", {"RecordType": "SubscriptionChange", "Recipient": ANA, "ChangedAt": AT, "SuppressSending": True, "SuppressionReason": "ManualSuppression"}, "unsubscribed"),
    ("brevo", {"event": "unique_opened", "email": ANA, "ts_epoch": SECONDS * 1000}, "email_opened"),
    ("brevo", {"event": "click", "email": ANA, "ts_epoch": SECONDS * 1000, "link": LINK}, "email_clicked"),
    ("brevo", {"event": "hard_bounce", "email": ANA, "ts_epoch": SECONDS * 1000}, "email_bounced"),
    ("brevo", {"event": "spam", "email": ANA, "ts_epoch": SECONDS * 1000}, "email_complained"),
    ("brevo", {"event": "unsubscribe", "email": ANA, "ts_epoch": SECONDS * 1000}, "unsubscribed"),
    ("amazon-ses", _ses("Open", open={"timestamp": AT, "userAgent": PERSON}), "email_opened"),
    ("amazon-ses", _ses("Click", click={"timestamp": AT, "userAgent": PERSON, "link": LINK}), "email_clicked"),
    ("amazon-ses", _ses("Bounce", bounce={"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": ANA}]}), "email_bounced"),
    ("amazon-ses", _ses("Complaint", complaint={"complainedRecipients": [{"emailAddress": ANA}]}), "email_complained"),
    ("mandrill", _mandrill("open"), "email_opened"),
    ("mandrill", _mandrill("click"), "email_clicked"),
    ("mandrill", _mandrill("hard_bounce"), "email_bounced"),
    ("mandrill", _mandrill("spam"), "email_complained"),
    ("mandrill", _mandrill("unsub"), "unsubscribed"),
    ("mailjet", {"event": "open", "email": ANA, "time": SECONDS, "agent": PERSON}, "email_opened"),
    ("mailjet", [{"event": "unsub", "email": ANA, "time": SECONDS}], "unsubscribed"),
    ("resend", _resend("email.clicked", click={"link": LINK, "timestamp": AT, "userAgent": PERSON}), "email_clicked"),
    ("resend", _resend("email.complained"), "email_complained"),
    ("sparkpost", [{"msys": {"track_event": {"type": "click", "timestamp": str(SECONDS), "raw_rcpt_to": ANA, "target_link_url": LINK}}}], "email_clicked"),
    ("mailersend", {"type": "activity.opened", "data": {"type": "opened", "created_at": AT, "email": {"recipient": {"email": ANA}}}}, "email_opened"),
    ("mailtrap", {"events": [{"event": "bounce", "email": ANA, "timestamp": SECONDS, "message_id": "m"}]}, "email_bounced"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("vendor", "body", "kind"), BODIES, ids=[f"{v}-{k}-{n}" for n, (v, _, k) in enumerate(BODIES)]
)
def test_what_a_vendor_tells(vendor: str, body: Any, kind: str) -> None:
    found = one_event(MAIL[vendor], body)
    assert (found.kind, found.email, found.occurred_at) == (kind, ANA, MOMENT)
    assert found.columns["channel"] == "email"
    assert (found.columns.get("url") == LINK) == (kind == "email_clicked")
    refuses = kind in ("unsubscribed", "email_complained")
    assert found.attributes == {"email": ANA, **({"do_not_email": True} if refuses else {})}
    assert found.introduces == refuses  # a refusal is kept, whoever it is


def test_every_vendor_has_its_reader() -> None:
    for vendor, source in MAIL.items():
        (row,) = arrive(source, [7]) or [None]
        assert row is None or isinstance(row, QuarantineRow), vendor


def test_the_same_told_again_has_the_same_id() -> None:
    """An event of Amazon's is of several people: each has an id of its own."""
    body = _ses("Click", click={"timestamp": AT, "link": LINK})
    message = json.loads(body["Message"])
    message["mail"]["destination"] = [ANA, "bo@bellaco.com"]
    body["Message"] = json.dumps(message)
    ids = [e.event_id for e in arrive(MAIL["amazon-ses"], body) if isinstance(e, Event)]
    again = [e.event_id for e in arrive(MAIL["amazon-ses"], body) if isinstance(e, Event)]
    assert ids == again
    assert len(set(ids)) == 2


def test_a_lead_id_that_was_sent_along_comes_back() -> None:
    found = one_event(MAIL["mailgun"], _mailgun("opened", **{"user-variables": {"lead_id": "L1"}}))
    assert (found.user_id, found.columns["campaign"]) == ("L1", "autumn")


@pytest.mark.parametrize(
    ("vendor", "body", "reason"),
    [
        ("sendgrid", [{"event": "open", "email": ANA, "timestamp": SECONDS, "sg_machine_open": True}], "proxy"),
        ("brevo", {"event": "unique_proxy_open", "email": ANA, "ts_epoch": SECONDS * 1000}, "proxy"),
        ("mailgun", _mailgun("opened", **{"client-info": {"bot": "apple", "user-agent": PERSON}}), "proxy"),
        ("postmark", {"RecordType": "Open", "Recipient": ANA, "ReceivedAt": AT, "UserAgent": "Mozilla/5.0"}, "proxy"),
        ("sparkpost", [{"msys": {"track_event": {"type": "open", "timestamp": SECONDS, "raw_rcpt_to": ANA, "is_prefetched": True}}}], "proxy"),
    ],
)  # fmt: skip
def test_an_open_by_a_proxy_is_no_evidence(vendor: str, body: Any, reason: str) -> None:
    found = one_event(MAIL[vendor], body)
    assert (found.kind, found.columns["result"]) == ("email_opened_by_scanner", reason)


def _clicks(*links: str, ip: str = "192.0.2.1", mail: str = "m") -> list[dict[str, Any]]:
    one = {"event": "click", "email": ANA, "useragent": PERSON, "smtp-id": mail, "ip": ip}
    return [{**one, "timestamp": SECONDS + n, "url": link} for n, link in enumerate(links)]


def test_who_clicks_every_link_is_a_scanner() -> None:
    found = arrive(MAIL["sendgrid"], _clicks("a", "b", "c"))
    assert {(e.kind, e.columns["result"]) for e in found if isinstance(e, Event)} == {
        ("email_clicked_by_scanner", "many-links")
    }
    slow = arrive(MAIL["sendgrid"], _clicks("a", *["a"] * 9))
    assert {e.kind for e in slow if isinstance(e, Event)} == {"email_clicked"}


def test_who_clicks_at_once_is_a_scanner() -> None:
    sent = {"event": "delivered", "email": ANA, "timestamp": SECONDS - 1, "smtp-id": "m"}
    found = [e for e in arrive(MAIL["sendgrid"], [sent, *_clicks("a")]) if isinstance(e, Event)]
    assert [e.kind for e in found] == ["email_sent", "email_clicked_by_scanner"]
    other = arrive(MAIL["sendgrid"], [sent, *_clicks("a", mail="n")])
    assert [e.kind for e in other if isinstance(e, Event)] == ["email_sent", "email_clicked"]


def test_one_wrong_event_stops_no_other() -> None:
    found = arrive(MAIL["sendgrid"], [7, {}, *_clicks("a"), {"event": "processed", "email": ANA}])
    assert [f.code if isinstance(f, QuarantineRow) else f.kind for f in found] == [
        "not-of-vendor",
        "not-of-vendor",
        "email_clicked",
    ]


def test_amazon_asks_whether_it_is_wanted() -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    body = {"Type": "SubscriptionConfirmation", "SubscribeURL": url}
    row = one_row(MAIL["amazon-ses"], body)
    assert (row.code, row.text) == ("amazon-asks", url)
    for other in (
        "https://sns.evil.com/",
        "javascript:1",
        "https://sns.x.amazonaws.com.evil.com/",
        7,
    ):
        assert one_row(MAIL["amazon-ses"], {**body, "SubscribeURL": other}).text == ""


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 20_000, b"\xff", b"x" * (LONGEST + 1), b"plain"]
)
def test_what_is_not_of_the_form_is_refused(body: bytes) -> None:
    refusal = MAIL["brevo"].check(IntakeRequest("brevo", body))
    assert refusal is not None
    assert refusal.status == 400
