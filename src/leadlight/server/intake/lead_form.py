"""What the lead forms of advertisers have in common: answers, by names of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadlight.facts.catalog import LEAD_ATTRIBUTES, slug
from leadlight.facts.intake import Value
from leadlight.server.intake.values import LONGEST_TEXT, OURS, typed_value

#: A question, in the vendor's or the company's words, and what was answered.
Answer = tuple[str, str]

#: What forms call an attribute, where it is not its name in the catalog.
_NAMES: Mapping[str, str] = {
    "full_name": "full_name",
    "name": "full_name",
    "work_email": "email",
    "user_email": "email",
    "phone_number": "phone",
    "user_phone": "phone",
    "work_phone": "phone",
    "work_phone_number": "phone",
    "company_name": "company",
    "work_company": "company",
    "street_address": "street",
    "state": "region",
    "province": "region",
    "zip": "postal_code",
    "zip_code": "postal_code",
    "post_code": "postal_code",
    "postcode": "postal_code",
    "date_of_birth": "birthday",
}
#: Where a second address or number goes.
_OTHERS = {"email": "other_emails", "phone": "other_phones"}


def attributes_of_answers(answers: Sequence[Answer]) -> dict[str, Value]:
    """What was answered, as attributes; what the catalog has no name for goes into the notes."""
    found: dict[str, Value] = {}
    notes: list[str] = []
    for question, answer in answers:
        name = _name_of(question)
        value = typed_value(name, answer) if name else None
        if name in found and name in _OTHERS:
            name = _OTHERS[name]
        if name is None or value is None or name in found:
            notes.append(f"{question}: {answer}")
        else:
            found[name] = value
    if notes:
        found["notes"] = "\n".join(notes)[:LONGEST_TEXT]
    return found


def _name_of(question: str) -> str | None:
    word = slug(question)
    name = _NAMES.get(word, word)
    return name if name in LEAD_ATTRIBUTES.keys() - OURS - {"notes"} else None
