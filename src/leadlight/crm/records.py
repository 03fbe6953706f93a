"""Records of a CRM as what they say: people, companies, activities."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from leadlight.crm.declaration import Declaration, Reading, Removal
from leadlight.crm.values import (
    Names,
    field_value,
    ids_at,
    moment_of,
    text_of,
    value_at,
    value_of_type,
)
from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES, Attribute, slug

#: Texts longer than that are notes that somebody pasted; a fact is none.
_LONGEST = 10_000


@dataclass(frozen=True)
class CrmPerson:
    """A person of a CRM: what it states of the lead, the records that were merged into it, and our
    own properties as they stand there, by the CRM's key. `unreadable` names the fields that say
    nothing of their type.
    """

    external_id: str
    changed_at: datetime | None
    facts: Mapping[str, object]
    company: str | None
    merged: tuple[str, ...]
    own: Mapping[str, str]
    digest: str
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class CrmCompany:
    """A company of a CRM, and what it states of its people."""

    external_id: str
    changed_at: datetime | None
    facts: Mapping[str, object]


@dataclass(frozen=True)
class CrmActivity:
    """Something that happened between a CRM's user and people, named by their ids there."""

    external_id: str
    kind: str
    occurred_at: datetime
    people: tuple[str, ...]
    columns: Mapping[str, object]


@dataclass(frozen=True)
class GoneRecord:
    """A record that is no more; `into` is the one that stayed when it was merged."""

    external_id: str
    is_erased: bool
    into: str | None
    changed_at: datetime | None


def read_person(
    record: object, declaration: Declaration, names: Names, keys: Mapping[str, str]
) -> CrmPerson | None:
    """A person; None where the record has no id."""
    reading = declaration.people
    external_id = id_of(record, reading.id)
    if not external_id:
        return None
    facts, unreadable = _facts(record, reading, names, LEAD_ATTRIBUTES)
    company = ids_at(record, reading.company)[:1] if reading.company else []
    own = {key: own_value(record, declaration, key) for key in keys.values()}
    return CrmPerson(
        external_id,
        moment_of(value_at(record, reading.changed)),
        facts,
        company[0] if company else None,
        tuple(ids_at(record, reading.merged)) if reading.merged else (),
        own,
        digest_of(facts, company),
        unreadable,
    )


def own_value(record: object, declaration: Declaration, key: str) -> str:
    """What stands in one of our properties; empty: nothing."""
    return _text_at(record, declaration.write.own.replace("{key}", key))


def read_company(record: object, reading: Reading, names: Names) -> CrmCompany | None:
    """A company; None where the record has no id."""
    external_id = id_of(record, reading.id)
    if not external_id:
        return None
    facts, _ = _facts(record, reading, names, LEAD_ATTRIBUTES)
    return CrmCompany(external_id, moment_of(value_at(record, reading.changed)), facts)


def read_activity(record: object, reading: Reading, names: Names) -> CrmActivity | None:
    """An activity; None where it is of no kind, or happened at no moment that can be read."""
    external_id = id_of(record, reading.id)
    kind = next((k for rule in reading.kind if (k := field_value(record, rule, names))), None)
    if not external_id or not kind:
        return None
    path = reading.at.get(kind) or reading.at.get("") or reading.changed
    at = moment_of(value_at(record, path)) or moment_of(value_at(record, reading.changed))
    if at is None:
        return None
    columns, _ = _facts(record, reading, names, ACTIVITY_COLUMNS)
    people = dict.fromkeys(i for path in reading.people for i in ids_at(record, path))
    return CrmActivity(external_id, _slug(kind), at, tuple(people), columns)


def read_removal(record: object, removal: Removal) -> GoneRecord | None:
    """A record that is no more; None where this one is still there."""
    external_id = id_of(record, removal.id)
    if not external_id or any(
        _text_at(record, path).lower() != word.lower() for path, word in removal.only.items()
    ):
        return None
    into = ids_at(record, removal.into)[:1] if removal.into else []
    changed = moment_of(value_at(record, removal.changed)) if removal.changed else None
    return GoneRecord(external_id, removal.means == "erase", into[0] if into else None, changed)


def read_name(record: object, reading: Reading) -> tuple[str, str] | None:
    """An id and its name."""
    rule = reading.facts.get("name")
    name = field_value(record, rule, {}) if rule else None
    external_id = id_of(record, reading.id)
    return (external_id, name) if external_id and name else None


def _text_at(record: object, path: str) -> str:
    value = value_at(record, path)
    return "" if value is None else text_of(value)


def id_of(record: object, path: str) -> str:
    """A record's id; empty: none."""
    return _text_at(record, path)[:200]


def digest_of(facts: Mapping[str, object], company: list[str]) -> str:
    """By what a record that says the same again is known."""
    said = json.dumps([dict(facts), company], sort_keys=True, default=str)
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:32]


_slug = lru_cache(maxsize=256)(slug)


def _facts(
    record: object, reading: Reading, names: Names, catalog: Mapping[str, Attribute]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """What a record says, typed, and the fields that say nothing of their type."""
    facts: dict[str, object] = {}
    unreadable = []
    for name, rule in reading.facts.items():
        text = field_value(record, rule, names)
        if text is None:
            continue
        value = value_of_type(text[:_LONGEST], catalog[name].type)
        if value is None:
            unreadable.append(name)
        else:
            facts[name] = value
    return facts, tuple(unreadable)
