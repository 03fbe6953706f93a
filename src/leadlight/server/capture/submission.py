"""What somebody sent by a form, as it lies in a signed link and in the journal, and as events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from leadlight.facts.intake import TOUCH, Event, Value
from leadlight.server.intake.source import (
    IntakeRecord,
    IntakeRefusal,
    IntakeRequest,
    Parsed,
    QuarantineRow,
    Source,
)
from leadlight.server.intake.user_agents import agent_reason, method_reason, set_apart
from leadlight.server.intake.values import LONGEST_TOUCH, attributes_of, click_of, hash_of


class Submission(msgspec.Struct, frozen=True, omit_defaults=True):
    """A form that was sent: `values` by attribute, `words` of the consent that was given, `lead`
    who was known by a link, `device` of the page around the form. `confirmed` says that whoever
    reads the mails of the address pressed the button.
    """

    id: str
    form: str
    kind: str
    values: dict[str, Any]
    language: str = "en"
    words: str = ""
    purpose: str = ""
    offer: str = ""
    touch: dict[str, str] = {}
    ip: str = ""
    lead: str = ""
    device: str = ""
    confirmed: bool = False


class Leave(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="is", tag="leave"):
    """Somebody who wants no more of something: mails, calls, or to be judged at all."""

    id: str
    lead: str
    stop: list[str]
    track: str = ""


class Click(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="is", tag="click"):
    """A link of a mail that was followed: by which browser, as it calls itself, by which method."""

    id: str
    lead: str
    track: str
    mail: str
    url: str
    agent: str = ""
    method: str = "GET"


def submission_id(begun: str, email: str) -> str:
    """The id of what was sent: pressed twice it is the same."""
    return hash_of(begun.encode(), email.strip().lower().encode())


def touch_of(said: Mapping[str, str]) -> dict[str, str]:
    """By what somebody came, from the words of an address or of a form."""
    touch = {name: said[name][:LONGEST_TOUCH] for name in TOUCH if said.get(name)}
    return touch | click_of(said)


def encode(said: Submission | Leave | Click) -> bytes:
    """What is kept of it in the journal."""
    return msgspec.json.encode(said)


def _check(request: IntakeRequest) -> IntakeRefusal | None:
    """Forms are checked on their page: nothing is sent to this source from outside."""
    return IntakeRefusal(404, "Forms are sent on their page.")


def _parse(record: IntakeRecord) -> Parsed:
    """What was sent, as events."""
    try:
        if record.request.call == "leave":
            yield _leave_event(
                msgspec.json.decode(record.request.body, type=Leave), record.received_at
            )
        elif record.request.call == "click":
            yield _click_event(
                msgspec.json.decode(record.request.body, type=Click), record.received_at
            )
        else:
            sent = msgspec.json.decode(record.request.body, type=Submission)
            yield from _events(sent, record.received_at)
    except msgspec.MsgspecError:
        yield QuarantineRow("no-form", "It is no form that was sent.", "")


def _events(sent: Submission, at: datetime) -> Parsed:
    values: dict[str, Value] = attributes_of(sent.values)
    email = str(values.get("email") or "") or None
    if email is None and not sent.lead:
        yield QuarantineRow("nobody", "The form does not say who sent it.", "")
        return
    if sent.offer:
        values["offer_taken"] = sent.offer
    if sent.language and not sent.lead:
        values.setdefault("language", sent.language)
    if sent.ip:
        values["ip_address"] = sent.ip
    if sent.words:
        values["consent"] = True
        if sent.confirmed:
            values["do_not_email"] = False  # it had unsubscribed once, and wants mails again
    who: dict[str, Any] = {
        "user_id": sent.lead or None,
        "email": None if sent.lead else email,
        "anonymous_id": sent.device or None,
        "introduces": not sent.lead,
    }
    columns: dict[str, Value] = {"channel": "form", "url": f"/f/{sent.form}"}
    product = {"product": values["product"]} if values.get("product") else {}
    yield Event(
        f"form-{sent.id}",
        sent.kind,
        at,
        attributes=values,
        columns={**columns, "subject": sent.form, **product},
        touch=sent.touch,
        **who,
    )
    if sent.words:
        consent = {**columns, "subject": sent.words, "result": sent.purpose}
        later = at + timedelta(microseconds=1)
        yield Event(f"consent-{sent.id}", "consent_given", later, columns=consent, **who)


def _leave_event(said: Leave, at: datetime) -> Event:
    """An objection, or that no more mails or calls are wanted."""
    stated: dict[str, Value] = {name: True for name in said.stop if name in STOPS}
    return Event(
        f"leave-{said.id}",
        "unsubscribed",
        at,
        user_id=said.lead,
        attributes=stated,
        columns={"channel": "email", "campaign": said.track, "result": ", ".join(stated)},
        introduces=False,
    )


def _click_event(said: Click, at: datetime) -> Event:
    """A click; what a program did is set apart, as it is in what vendors tell."""
    columns: dict[str, Value] = {
        "channel": "email",
        "campaign": said.track,
        "mail_id": said.mail,
        "url": said.url,
    }
    event = Event(
        f"click-{said.id}",
        "email_clicked",
        at,
        user_id=said.lead,
        columns=columns,
        introduces=False,
    )
    reason = method_reason(said.method, event.kind) or agent_reason(said.agent or None, event.kind)
    return set_apart(event, reason)


#: What can be stopped: the attribute that says so.
STOPS = ("do_not_email", "do_not_call", "profiling_objected")

FORM = Source("form", _check, _parse)
