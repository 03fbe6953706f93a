"""The ways to be in touch with a lead: those that work and are allowed, and what bars others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from leadlight.facts.contact import OTHER_EMAIL, OTHER_PHONE, RULES
from leadlight.results.today import Way

#: What is read of a lead to say how it can be reached.
READ = (
    "email",
    "phone",
    "mobile",
    "do_not_call",
    "do_not_email",
    "consent",
    *(f"{p}_{n}" for p in ("email", "phone", "mobile") for n in ("verdict", "because", "repair")),
)
_FEWEST_DIGITS = 3
Attributes = Mapping[str, object]


def ways_of(lead: Attributes) -> tuple[tuple[Way, ...], tuple[str, ...]]:
    """The ways that may be used, the best first, and sentences on those that may not."""
    ways, barred = [], []
    calls = [w for w in (_way(lead, p, "call") for p in ("phone", "mobile")) if w is not None]
    mails = [w for w in [_way(lead, "email", "mail")] if w is not None]
    for flag, found, what in (
        ("do_not_call", calls, "called"),
        ("do_not_email", mails, "mailed"),
    ):
        if lead.get(flag) is True:
            barred.append(f"Asked not to be {what}.")
        elif lead.get("consent") is False:
            barred.append(f"Has not consented to be {what}.")
        else:
            ways += found
    for point, what in (("phone", "phone number"), ("mobile", "mobile number"), ("email", "mail")):
        if lead.get(f"{point}_verdict") == "unreachable":
            barred.append(f"The {what} does not work.")
    distinct = {way.value: way for way in ways}
    return tuple(sorted(distinct.values(), key=_place)), tuple(barred)


def _place(way: Way) -> tuple[bool, bool]:
    return way.channel != "call", way.doubt is not None


def _way(lead: Attributes, point: str, channel: Literal["call", "mail"]) -> Way | None:
    """A contact point of the lead, where it is not known to be unreachable."""
    because = str(lead.get(f"{point}_because") or "")
    other = OTHER_EMAIL if point == "email" else OTHER_PHONE
    name = f"{point}_repair" if other in because else point
    value = str(lead.get(name) or "").strip()
    if lead.get(f"{point}_verdict") == "unreachable" or not _is_usable(value, channel):
        return None
    return Way(channel, value, _doubt(lead, point, because))


def _is_usable(value: str, channel: str) -> bool:
    if channel == "mail":
        return "@" in value
    return sum(c.isdigit() for c in value) >= _FEWEST_DIGITS


def _doubt(lead: Attributes, point: str, because: str) -> str | None:
    if lead.get(f"{point}_verdict") != "risky":
        return None
    rules = [RULES[r.strip()] for r in because.replace(",", ";").split(";") if r.strip() in RULES]
    said = next((r.say for r in rules if r.means == "risky"), None)
    return f"{said}." if said else "It may not work."
