"""Which columns of a base are compared, and how: by their standard names, and a company's own by
what they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadlight.facts.catalog import LEAD_ATTRIBUTES, Type
from leadlight.problems import CannotDo, did_you_mean


class How(StrEnum):
    """In which way two values can be alike."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"  # a person's first and last name together
    WORDS = "words"  # several words of which some may be missing: a company, a whole name
    STREET = "street"  # words with a house number that weighs more
    TEXT = "text"  # one short text: a city
    DATE = "date"
    CODE = "code"  # nearly everybody has another one: postal code, customer number
    PLACE = "place"  # postal code and city together: who shares the one shares the other
    CATEGORY = "category"  # many share it: gender, occupation
    OFF = "off"


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared, of one attribute or of several that say the same (first, last and
    full name).
    """

    how: How
    attributes: tuple[str, ...]

    @property
    def about(self) -> str:
        """What it is called in evidence: `birthday`, `postal code`."""
        if self.how is How.NAME:
            return "name"
        return (
            "e-mail"
            if self.attributes[0] == "email"
            else self.attributes[0].replace("_", " ").strip().lower()
        )


@dataclass(frozen=True)
class ColumnProfile:
    """What the cells of a column look like: `distinct` values among the `filled`, mean length and
    number of words, the longest value, the share of values with a digit in them, and the share of
    leads whose name it merely repeats.
    """

    name: str
    type: Type
    own: bool
    filled: int
    distinct: int
    length: float = 0
    longest: int = 0
    words: float = 1
    digits: float = 0
    repeats_name: float = 0

    @property
    def variety(self) -> float:
        """How many different values there are for each one given."""
        return self.distinct / self.filled if self.filled else 0


STANDARD: Mapping[str, How] = {
    "email": How.EMAIL,
    "phone": How.PHONE,
    "mobile": How.PHONE,
    "first_name": How.NAME,
    "last_name": How.NAME,
    "full_name": How.NAME,
    "birthday": How.DATE,
    "company": How.WORDS,
    "website": How.TEXT,
    "street": How.STREET,
    "city": How.TEXT,
    "postal_code": How.CODE,
    "region": How.CATEGORY,
    "country": How.CATEGORY,
    "job_title": How.TEXT,
    "gender": How.CATEGORY,
}
"""Standard attributes that say who somebody is. What a lead did or how it is treated (source,
owner) says nothing.
"""

MOST_OWN = 6
MOST_CATEGORIES = 1000
LONG = 100  # letters; longer cells are free text


def own_column(look: ColumnProfile, leads: int) -> How:
    """How a company's own column is compared, by what stands in it."""
    if look.filled < max(2, 0.02 * leads) or look.distinct < 2 or look.repeats_name >= 0.8:
        return How.OFF
    if look.filled >= 50 and look.distinct == look.filled:
        return How.OFF  # an id of the row: no two leads can agree on it
    if look.type is Type.MOMENT:
        return How.DATE
    if look.type in (Type.NUMBER, Type.YES_NO) or look.longest > LONG or look.words > 6:
        return How.OFF
    many = look.variety >= 0.1 and look.distinct > 20
    if look.type is Type.WHOLE:
        return How.CODE if many and look.length >= 5 else How.CATEGORY
    if many and look.digits >= 0.5 and look.length <= 20 and look.words <= 2.5:
        return How.CODE
    if look.variety <= 0.05 and look.distinct <= MOST_CATEGORIES:
        return How.CATEGORY
    return How.WORDS if look.words > 2.5 else How.TEXT


def choose(
    looks: Sequence[ColumnProfile], leads: int, said: Mapping[str, str] | None = None
) -> tuple[Comparison, ...]:
    """What is compared in a base with these columns; `said` is what the company set for some of
    them.
    """
    how = {look.name: _how(look, leads, said or {}) for look in looks}
    unknown = next((name for name in said or {} if name not in how), None)
    if unknown is not None:
        raise CannotDo(
            f"There is no column {unknown} to compare. {did_you_mean(unknown, how) or ''}".strip()
        )
    own = sorted(
        (x for x in looks if x.own and how[x.name] is not How.OFF),
        key=lambda x: (-x.variety, x.name),
    )
    dropped = {x.name for x in own[MOST_OWN:]} | _coarse(how)
    kept = {name: h for name, h in how.items() if h is not How.OFF and name not in dropped}
    names = tuple(n for n in ("first_name", "last_name", "full_name") if kept.get(n) is How.NAME)
    phones = tuple(n for n in ("phone", "mobile") if kept.get(n) is How.PHONE)
    found = [Comparison(How.WORDS if names == ("full_name",) else How.NAME, names)] if names else []
    found += [Comparison(How.PHONE, phones)] if phones else []
    place = (
        ("postal_code", "city") if {"postal_code", "city"} <= kept.keys() - set(said or {}) else ()
    )
    found += [Comparison(How.PLACE, place)] if place else []
    found += [
        Comparison(h, (name,)) for name, h in kept.items() if name not in (*names, *phones, *place)
    ]
    return tuple(found)


def _how(look: ColumnProfile, leads: int, said: Mapping[str, str]) -> How:
    if look.name in said:
        if said[look.name] not in set(How):
            hint = (
                did_you_mean(said[look.name], [h.value for h in How]) or f"One of {', '.join(How)}."
            )
            raise CannotDo(
                f"The column {look.name} cannot be compared as {said[look.name]!r}. {hint}"
            )
        return How(said[look.name])
    if look.filled < 2:
        return How.OFF
    if look.own or look.name not in LEAD_ATTRIBUTES:
        return own_column(look, leads)
    return STANDARD.get(look.name, How.OFF)


def _coarse(how: Mapping[str, How]) -> set[str]:
    """Region and country say nothing new beside a city or a postal code: evidence would be counted
    twice.
    """
    fine = any(how.get(name, How.OFF) is not How.OFF for name in ("city", "postal_code"))
    return {"region", "country"} if fine else set()
