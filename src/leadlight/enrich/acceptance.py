"""What is taken from a plug-in and what is not: its word is checked like that of any stranger."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from math import isfinite

from leadlight.enrich.enricher import Enricher, Finding, Value
from leadlight.facts.catalog import FIRST_TOUCH, LEAD_ATTRIBUTES, STRUCTURE, Attribute, Type
from leadlight.facts.ledger import NOT_STATED
from leadlight.presentable import presentable

#: The longest text of a value, and of what it rests on.
LONGEST, LONGEST_SOURCE = 500, 80
_MOST_WHOLE = 2**53
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_ENRICHER = re.compile(r"[a-z][a-z0-9-]{0,40}")
#: What only the lead and the company say of a lead: who it is, what it allows, what became of it.
#: What it came by is left out as well: of that the first statement counts.
ONLY_STATED = frozenset(
    {
        "lead_id",
        "email",
        "phone",
        "mobile",
        "other_emails",
        "other_phones",
        "first_name",
        "last_name",
        "full_name",
        "birthday",
        "consent",
        "ads_consent",
        "do_not_email",
        "do_not_call",
        "profiling_objected",
        "email_bounced",
        "declined_repairs",
        "converted",
        "converted_at",
        "owner",
        "crm_stage",
        "crm_status",
        "crm_rating",
        "dropped_reason",
        "last_activity_at",
        "changed_at",
        "created_at",
        "notes",
        "tags",
        "ip_address",
        "honeypot",
        *FIRST_TOUCH,
        *NOT_STATED,
        *STRUCTURE,
    }
)


#: How the attributes end that say what a plug-in's values rest on.
PROVENANCE = "_provenance"


def provenance_name(enricher: str) -> str:
    """The attribute that says what an enricher's values of a lead rest on."""
    return f"{enricher.replace('-', '_')}{PROVENANCE}"


def fault_of(enricher: Enricher, known: Mapping[str, Attribute]) -> str | None:
    """Why a plug-in cannot be used, in a sentence; `known` are the attributes that the base has."""
    name, reads, adds = enricher.name, enricher.reads, enricher.adds
    if not isinstance(name, str) or not _ENRICHER.fullmatch(name):
        return f"Its name is {presentable(repr(name), 60)}; it must be small letters, digits and -."
    if isinstance(reads, str) or not all(isinstance(n, str) for n in reads) or not reads:
        return "It does not say which attributes it reads."
    if not isinstance(adds, Mapping) or not adds:
        return "It does not say which attributes it adds."
    for attribute, type_ in adds.items():
        fault = _fault_of_attribute(attribute, type_, known)
        if fault is not None:
            return fault
    return None


def _fault_of_attribute(
    attribute: object, type_: object, known: Mapping[str, Attribute]
) -> str | None:
    said = presentable(str(attribute), 60)
    if not isinstance(attribute, str) or not _NAME.fullmatch(attribute):
        return f"It adds {said!r}, which can be the name of no attribute."
    if attribute in ONLY_STATED:
        return f"It adds {said}, which only the lead and the company say of a lead."
    if type_ not in tuple(Type):
        return f"The type of {said} must be one of {', '.join(Type)}."
    held = LEAD_ATTRIBUTES.get(attribute) or known.get(attribute)
    if held is not None and held.type != type_:
        return f"It adds {said} as {type_}, and here that is {held.type}."
    return None


def accept(
    found: object, adds: Mapping[str, str], refused: Counter[str]
) -> dict[str, tuple[Value, str]]:
    """What is taken of a row's findings: attribute -> value, and what it rests on. What is not
    taken is counted by its reason.
    """
    taken: dict[str, tuple[Value, str]] = {}
    if not isinstance(found, list | tuple):
        refused["no list of findings"] += 1
        return taken
    for each in found:
        if not isinstance(each, Finding):
            refused["no finding"] += 1
        elif each.attribute not in adds:
            refused["an attribute that it did not announce"] += 1
        else:
            value = value_of(each.value, adds[each.attribute])
            if value is None:
                refused[f"no {adds[each.attribute]}"] += 1
            elif not _is_share(each.confidence):
                refused["a confidence that is not from 0 to 1"] += 1
            else:
                taken[each.attribute] = value, _provenance(each)
    return taken


def value_of(value: object, type_: str) -> Value | None:
    """A value as the attribute holds it; None where it is of another type, empty or too long."""
    match type_:
        case "text":
            return _text(value, LONGEST)
        case "yes_no":
            return value if isinstance(value, bool) else None
        case "whole":
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return value if is_whole and abs(value) <= _MOST_WHOLE else None  # type: ignore[return-value, arg-type]
        case "number":
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return float(value) if is_number and isfinite(value) else None  # type: ignore[arg-type]
        case "moment":
            return value if isinstance(value, datetime) and value.tzinfo is None else None
    return None


def _text(value: object, longest: int) -> str | None:
    if not isinstance(value, str) or len(value) > longest:
        return None
    plain = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return plain or None


def _is_share(confidence: object) -> bool:
    if confidence is None:
        return True
    is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
    return is_number and 0 <= confidence <= 1  # type: ignore[operator]


def _provenance(found: Finding) -> str:
    parts = [_text(found.source, LONGEST_SOURCE) or ""]
    parts += [] if found.confidence is None else [f"{found.confidence:.0%}"]
    parts += [] if found.of is None else [f"of {found.of:%Y-%m-%d}"]
    return f"{found.attribute}: {', '.join(p for p in parts if p) or 'not said'}".replace(";", ",")
