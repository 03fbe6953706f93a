"""What is owed to a CRM: our properties as they should be, beside what stands there."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from leadlight.crm.declaration import OWN_PROPERTIES, Declaration
from leadlight.crm.values import moment_of, moment_text
from leadlight.facts.crm import PushFact, StandingLabels

#: What a sentence may have: a CRM's field of one line holds 255 characters, or 254.
_SENTENCE = 250
#: The points at the end of a reason: they are for whoever asks why, not for whoever calls.
_POINTS = re.compile(r" [+-]\d[\d.,]*?(?=[,;] |$)")


@dataclass(frozen=True)
class Decision:
    """What is to be written to a record: `write` by our names. `given` is what the CRM holds of
    ours, `before` what stands where we write, and `differs` what somebody wrote there, which stays.
    """

    write: Mapping[str, str]
    given: Mapping[str, str]
    before: Mapping[str, str] = field(default_factory=dict)
    differs: Mapping[str, str] = field(default_factory=dict)


def values_of(labels: StandingLabels | None, moment_form: str) -> dict[str, str]:
    """Our properties of a lead; all empty for one that is in no run, or objected."""
    if labels is None or labels.gone:
        return dict.fromkeys(OWN_PROPERTIES, "")
    score = round(sum(labels.scores.values()), 2) if labels.scores else None
    return {
        "score": "" if score is None else f"{score:.2f}".rstrip("0").rstrip("."),
        "temperature": labels.labels.get("temperature", ""),
        "stage": labels.labels.get("stage", ""),
        "reason": reason_sentence(labels.reasons),
        "next": _short(labels.next_step or ""),
        "as_of": moment_text(labels.as_of.replace(microsecond=0), moment_form),
    }


def reason_sentence(reasons: tuple[str, ...]) -> str:
    """The reasons as one sentence for whoever calls."""
    bare = _POINTS.sub("", "; ".join(reasons))
    texts = [r.strip().rstrip(".") for r in re.split(r"; |, (?=[A-Z])", bare) if r.strip()]
    if not texts:
        return ""
    first, *rest = texts
    small = [r if r[1:2].isupper() else r[:1].lower() + r[1:] for r in rest]
    return _short(", ".join([first[:1].upper() + first[1:], *small]), end=".")


def _short(text: str, end: str = "") -> str:
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(one_line) > _SENTENCE:
        one_line = one_line[: _SENTENCE - 1].rstrip(" ,") + "…"
    return one_line + end


def decide(
    target: Mapping[str, str],
    fact: PushFact | None,
    there: Mapping[str, str],
) -> Decision:
    """What is to be written, by what we know of the record and what stands there now.

    A value that is neither what we wrote last nor what was on its way is somebody's own, and stays
    until somebody releases it.
    """
    given = known_values(fact, there)
    is_free = fact is not None and fact.state == "released"
    write, before, differs = {}, {}, {}
    for name, wanted in target.items():
        now = there.get(name, "")
        if same_value(name, now, wanted):
            given = {**given, name: now}
        elif is_free or same_value(name, now, given.get(name, "")):
            write[name], before[name] = wanted, now
        else:
            differs[name] = now
    return Decision(write, given, before, differs)


def known_values(fact: PushFact | None, there: Mapping[str, str]) -> Mapping[str, str]:
    """What the CRM holds of ours: what it said so of, and what was on its way and stands there."""
    if fact is None:
        return {}
    arrived = {n: v for n, v in fact.sending.items() if n in there and same_value(n, there[n], v)}
    return {**fact.given, **arrived}


def hand_changes(fact: PushFact, there: Mapping[str, str]) -> Mapping[str, str]:
    """Our properties that somebody wrote to since."""
    given = known_values(fact, there)
    return {
        name: value
        for name, value in there.items()
        if not same_value(name, value, given.get(name, ""))
    }


def same_value(name: str, one: str, other: str) -> bool:
    """Whether two texts of a property say the same: 62.2 is 62.20, and a moment has many forms."""
    if one.strip() == other.strip():
        return True
    if not one.strip() or not other.strip():
        return False
    if OWN_PROPERTIES.get(name) == "number":
        try:
            return abs(Decimal(one) - Decimal(other)) < Decimal("0.005")
        except InvalidOperation:
            return False
    if OWN_PROPERTIES.get(name) == "moment":
        at, to = moment_of(one), moment_of(other)
        if at is None or to is None:
            return False
        day_only = len(one.strip()) == len(other.strip()) == len("2026-11-01")
        return at.date() == to.date() if day_only else at == to
    return False


def fingerprint_of(name: str, url: str, declaration: Declaration) -> str:
    """What a dry run is of: a connection and how our properties are written to it."""
    said = json.dumps([name, url, declaration.text, dict(OWN_PROPERTIES)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]
