"""Google's lead forms: a form in an advertisement, sent as it is filled in.

The fields are those of Google's own page (developers.google.com/google-ads/webhook). The write key
is what the advertiser enters as the key of the webhook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from leadlight.facts.intake import Event
from leadlight.server.intake.lead_form import Answer, attributes_of_answers
from leadlight.server.intake.source import (
    IntakeRecord,
    IntakeRefusal,
    IntakeRequest,
    Parsed,
    QuarantineRow,
    Source,
    key_in_query,
)
from leadlight.server.intake.values import (
    LONGEST_ID,
    OLDEST,
    hash_of,
    id_of,
    mapping_of,
    moment_of,
    text_of,
)

LONGEST = 64 * 1024
_TEXT_IN_QUARANTINE = 500


def check(request: IntakeRequest) -> IntakeRefusal | None:
    """None for a lead of Google's."""
    if len(request.body) > LONGEST:
        return IntakeRefusal(400, f"The body is longer than {LONGEST // 1024} KB.")
    try:
        said = mapping_of(msgspec.json.decode(request.body))
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        return IntakeRefusal(400, f"The body is not such JSON: {str(fault)[:120]}.")
    if not isinstance(said.get("user_column_data"), list):
        return IntakeRefusal(400, "The body is no lead of Google's: it has no user_column_data.")
    return None


def key_of(request: IntakeRequest) -> str | None:
    """The write key: what Google sends as its key."""
    try:
        said = mapping_of(msgspec.json.decode(request.body))
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        said = {}
    return text_of(said.get("google_key"), LONGEST_ID) or key_in_query(request)


def parse(record: IntakeRecord) -> Parsed:
    """The lead of a request."""
    said = mapping_of(msgspec.json.decode(record.request.body))
    if said.get("is_test") is True:
        yield _quarantine("test-lead", "Google sent this lead as a test: it is nobody.", record)
        return
    attributes = attributes_of_answers(_answers(said))
    email, own = text_of(attributes.get("email"), LONGEST_ID), id_of(said.get("lead_id"))
    if email is not None and "@" not in email:
        email = None
    if email is None and own is None:
        yield _quarantine("nobody", "The lead has neither an id nor an e-mail address.", record)
        return
    happened = moment_of(said.get("lead_submit_time"))
    if happened is None or not OLDEST < happened < record.received_at:
        happened = record.received_at
    yield Event(
        f"google-{own}" if own else hash_of(record.request.body),
        "form_submitted",
        happened,
        None if email else f"google/{own}",
        email,
        attributes={"source": "google_lead_form", **attributes},
        columns={"channel": "google_lead_form", **_campaign(said, "campaign")},
        touch=_touch(said),
    )


def _answers(said: Mapping[str, Any]) -> list[Answer]:
    """The fields by their ids; those of the company's own questions by the words of the question,
    where Google says them.
    """
    found: list[Answer] = []
    data = said.get("user_column_data")
    for column in map(mapping_of, data if isinstance(data, list) else []):
        code, name = text_of(column.get("column_id"), 200), text_of(column.get("column_name"), 200)
        answer = text_of(column.get("string_value"))
        if answer and (code or name):
            known = code is not None and code.isupper()
            found.append(((code if known else name or code) or "", answer))
    return found


def _campaign(said: Mapping[str, Any], name: str) -> dict[str, str]:
    campaign = text_of(said.get("campaign_id"), LONGEST_ID)
    return {name: campaign} if campaign else {}


def _touch(said: Mapping[str, Any]) -> dict[str, str]:
    click = text_of(said.get("gcl_id"), LONGEST_ID)
    return {
        "utm_source": "google",
        "utm_medium": "cpc",
        **_campaign(said, "utm_campaign"),
        **({"click_id": f"gclid={click}"} if click else {}),
    }


def _quarantine(code: str, why: str, record: IntakeRecord) -> QuarantineRow:
    text = record.request.body[:_TEXT_IN_QUARANTINE].decode("utf-8", "replace")
    return QuarantineRow(code, why, text)


GOOGLE = Source("google", check, parse, key_of)
