"""Meta's lead forms (Facebook, Instagram): what is sent as a form in an advertisement is filled in.

Meta itself tells only that there is a lead (`leadgen_id`); tools in between, and exports, send its
answers too (`field_data`). The write key is the verify token, and stands in the address (`?key=`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from functools import partial
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

LONGEST = 1024 * 1024
#: The environment's name of the app secret, by which Meta signs what it sends.
SECRET = "LEADLIGHT_META_SECRET"
_TEXT_IN_QUARANTINE = 500


def check(secret: str | None, request: IntakeRequest) -> IntakeRefusal | None:
    """None for an object of Meta's, which is signed where the secret of the app is known."""
    if len(request.body) > LONGEST:
        return IntakeRefusal(400, f"The body is longer than {LONGEST // 1024} KB.")
    if secret is not None and not _is_signed(secret, request):
        return IntakeRefusal(401, "The body is not signed with the secret of the app.")
    try:
        said = msgspec.json.decode(request.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        return IntakeRefusal(400, f"The body is not such JSON: {str(fault)[:120]}.")
    if isinstance(said, dict) and (isinstance(said.get("entry"), list) or "field_data" in said):
        return None
    return IntakeRefusal(400, "The body is no lead of Meta's: it has neither entry nor field_data.")


def _is_signed(secret: str, request: IntakeRequest) -> bool:
    own = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    stated = request.headers.get("x-hub-signature-256", "")
    return hmac.compare_digest(f"sha256={own}".encode(), stated.encode("utf-8", "replace"))


def key_of(request: IntakeRequest) -> str | None:
    """The write key: in the address, or what Meta sends back when it asks who is there."""
    return key_in_query(request) or request.query.get("hub.verify_token")


def answer(request: IntakeRequest) -> str | None:
    """What Meta wants to read when it asks whether somebody is there."""
    challenge = request.query.get("hub.challenge", "")
    if request.query.get("hub.mode") != "subscribe" or not challenge.isalnum():
        return None
    return challenge if challenge.isascii() and len(challenge) <= 200 else None


def parse(record: IntakeRecord) -> Parsed:
    """The leads of a request."""
    for said in _leads(mapping_of(msgspec.json.decode(record.request.body))):
        yield _event(said, record)


def _leads(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "field_data" in said:
        yield said
    entries = said.get("entry")
    for entry in map(mapping_of, entries if isinstance(entries, list) else []):
        changes = entry.get("changes")
        for change in map(mapping_of, changes if isinstance(changes, list) else []):
            if change.get("field") == "leadgen":
                yield mapping_of(change.get("value"))


def _event(said: Mapping[str, Any], record: IntakeRecord) -> Event | QuarantineRow:
    own = id_of(said.get("leadgen_id")) or id_of(said.get("id"))
    if "field_data" not in said:
        why = (
            "Meta tells that there is a lead, and not what it answered. Fetch it by its id, or let"
            " a tool send the answers (field_data) along."
        )
        return _quarantine("meta-needs-fetch", why, said)
    answers = _answers(said)
    if any(answer.startswith("<test lead:") for _, answer in answers):
        return _quarantine("test-lead", "Meta sent this lead as a test: it is nobody.", said)
    attributes = attributes_of_answers(answers)
    email = text_of(attributes.get("email"), LONGEST_ID)
    if email is not None and "@" not in email:
        email = None
    if email is None and own is None:
        return _quarantine("nobody", "The lead has neither an id nor an e-mail address.", said)
    happened = moment_of(said.get("created_time"))
    if happened is None or not OLDEST < happened < record.received_at:
        happened = record.received_at
    return Event(
        f"meta-{own}" if own else hash_of(msgspec.json.encode(said, order="sorted")),
        "form_submitted",
        happened,
        None if email else f"meta/{own}",
        email,
        attributes={"source": "meta_lead_form", **attributes},
        columns={"channel": "meta_lead_form", **_first_word(said, "campaign", _CAMPAIGN)},
        touch=_touch(said),
    )


_CAMPAIGN = ("campaign_name", "campaign_id")


def _answers(said: Mapping[str, Any]) -> list[Answer]:
    found: list[Answer] = []
    data = said.get("field_data")
    for one in map(mapping_of, data if isinstance(data, list) else []):
        values = one.get("values")
        texts = [t for v in (values if isinstance(values, list) else [values]) if (t := text_of(v))]
        name = text_of(one.get("name"), 200)
        if name and texts:
            found.append((name, "; ".join(texts)))
    return found


def _first_word(said: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, str]:
    """The first of these that is said, under a name of ours."""
    text = next((t for k in keys if (t := text_of(said.get(k), LONGEST_ID))), None)
    return {name: text} if text else {}


def _touch(said: Mapping[str, Any]) -> dict[str, str]:
    organic = said.get("is_organic") in (True, "true")
    platform = {"ig": "instagram", "fb": "facebook"}.get(text_of(said.get("platform")) or "")
    return {
        "utm_source": platform or "facebook",
        "utm_medium": "social" if organic else "paid_social",
        **_first_word(said, "utm_campaign", _CAMPAIGN),
        **_first_word(said, "utm_content", ("ad_name", "ad_id")),
    }


def _quarantine(code: str, why: str, said: Mapping[str, Any]) -> QuarantineRow:
    text = msgspec.json.encode(said)[:_TEXT_IN_QUARANTINE].decode("utf-8", "replace")
    return QuarantineRow(code, why, text)


def make_meta(secret: str | None) -> Source:
    """Meta's lead forms. With the secret of the app only what is signed with it is taken."""
    return Source("meta", partial(check, secret or None), parse, key_of, answer)
