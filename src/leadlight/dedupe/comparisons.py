"""Which columns of a base are compared, and how: by their standard names, and a company's own by
what they hold.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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

#: What a plug-in rests on stands in a column of its own, and says again what it was made of.
PROVENANCE = "_provenance"
#: What is made of another attribute is no evidence beside it: a job title speaks once.
OF_TITLES = ("seniority", "department")

MOST_OWN = 6
MOST_CATEGORIES = 1000
LONG = 100  # letters; longer cells are free text


def own_column(column: ColumnProfile, leads: int) -> How:
    """How a company's own column is compared, by what stands in it."""
    if _tells_nobody_apart(column, leads):
        return How.OFF
    if column.type is Type.MOMENT:
        return How.DATE
    if column.type in (Type.NUMBER, Type.YES_NO) or column.longest > LONG or column.words > 6:
        return How.OFF
    if _is_code(column):
        return How.CODE
    if _is_category(column):
        return How.CATEGORY
    return How.WORDS if column.words > 2.5 else How.TEXT


def _tells_nobody_apart(column: ColumnProfile, leads: int) -> bool:
    """Whether hardly anybody has a value, all have one, or it repeats the name; and an id of the
    row, on which no two leads can agree.
    """
    if column.filled < max(2, 0.02 * leads) or column.distinct < 2 or column.repeats_name >= 0.8:
        return True
    return column.filled >= 50 and column.distinct == column.filled


def _is_code(column: ColumnProfile) -> bool:
    """Whether nearly everybody has another value, of a code's form."""
    if column.variety < 0.1 or column.distinct <= 20:
        return False
    if column.type is Type.WHOLE:
        return column.length >= 5
    return column.digits >= 0.5 and column.length <= 20 and column.words <= 2.5


def _is_category(column: ColumnProfile) -> bool:
    """Whether many share each value; a whole number that is no code is taken for one."""
    few = column.variety <= 0.05 and column.distinct <= MOST_CATEGORIES
    return column.type is Type.WHOLE or few


def choose(
    columns: Sequence[ColumnProfile], leads: int, said: Mapping[str, str] | None = None
) -> tuple[Comparison, ...]:
    """What is compared in a base with these columns; `said` is what the company set for some of
    them.
    """
    stated = said or {}
    how = {column.name: _how(column, leads, stated) for column in columns}
    _refuse_unknown(stated, how)
    how |= dict.fromkeys(_plug_in_columns(how) - stated.keys(), How.OFF)
    dropped = _beyond_the_most(columns, how) | _coarse(how)
    kept = {name: h for name, h in how.items() if h is not How.OFF and name not in dropped}
    joint = _joint(kept, stated)
    together = {name for c in joint for name in c.attributes}
    alone = [Comparison(h, (name,)) for name, h in kept.items() if name not in together]
    return (*joint, *alone)


def _plug_in_columns(names: Collection[str]) -> set[str]:
    """The columns that plug-ins made of others."""
    made = {name for name in names if name.endswith(PROVENANCE)}
    return made | (set(OF_TITLES) & set(names) if f"titles{PROVENANCE}" in made else set())


def _refuse_unknown(said: Mapping[str, str], how: Mapping[str, How]) -> None:
    unknown = next((name for name in said if name not in how), None)
    if unknown is not None:
        raise CannotDo(
            f"There is no column {unknown} to compare. {did_you_mean(unknown, how) or ''}".strip()
        )


def _beyond_the_most(columns: Sequence[ColumnProfile], how: Mapping[str, How]) -> set[str]:
    """The company's own columns that are too many: those that vary least."""
    own = [c for c in columns if c.own and how[c.name] is not How.OFF]
    own.sort(key=lambda c: (-c.variety, c.name))
    return {c.name for c in own[MOST_OWN:]}


def _joint(kept: Mapping[str, How], said: Mapping[str, str]) -> list[Comparison]:
    """Attributes that are compared together: names, numbers, postal code with city."""
    names = _columns_by(How.NAME, kept, "first_name", "last_name", "full_name")
    phones = _columns_by(How.PHONE, kept, "phone", "mobile")
    found = []
    if names:
        found.append(Comparison(How.WORDS if names == ("full_name",) else How.NAME, names))
    if phones:
        found.append(Comparison(How.PHONE, phones))
    if {"postal_code", "city"} <= kept.keys() - said.keys():
        found.append(Comparison(How.PLACE, ("postal_code", "city")))
    return found


def _columns_by(how: How, kept: Mapping[str, How], *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if kept.get(name) is how)


def _how(column: ColumnProfile, leads: int, said: Mapping[str, str]) -> How:
    if column.name in said:
        return _parse_how(column.name, said[column.name])
    if column.filled < 2:
        return How.OFF
    if column.own or column.name not in LEAD_ATTRIBUTES:
        return own_column(column, leads)
    return STANDARD.get(column.name, How.OFF)


def _parse_how(name: str, said: str) -> How:
    if said not in set(How):
        hint = did_you_mean(said, [h.value for h in How]) or f"One of {', '.join(How)}."
        raise CannotDo(f"The column {name} cannot be compared as {said!r}. {hint}")
    return How(said)


def _coarse(how: Mapping[str, How]) -> set[str]:
    """Region and country say nothing new beside a city or a postal code: evidence would be counted
    twice.
    """
    fine = any(how.get(name, How.OFF) is not How.OFF for name in ("city", "postal_code"))
    return {"region", "country"} if fine else set()
