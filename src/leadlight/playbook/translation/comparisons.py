"""Comparisons of a property with values, as conditions of a playbook.

What both systems ask of a property is brought to a few words (`is`, `contains`, `above` ...), and
said as the kind of the attribute needs it. Texts are compared in small letters: both systems do so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from leadlight.facts.catalog import Attribute, Catalog, Type, slug
from leadlight.facts.headers import attribute_for
from leadlight.playbook.condition_check import check_condition
from leadlight.playbook.conditions import NotACondition, parse
from leadlight.playbook.translation.quotes import literal, number, one_line
from leadlight.playbook.translation.remarks import Untranslatable
from leadlight.playbook.types import KIND_OF, YES_NO, is_moment
from leadlight.problems import Place

#: How a condition reads in a reason: `Industry is software`.
WORDS: Mapping[str, str] = {
    "is": "is",
    "is_not": "is not",
    "contains": "contains",
    "contains_not": "does not contain",
    "starts": "begins with",
    "starts_not": "does not begin with",
    "ends": "ends with",
    "ends_not": "does not end with",
    "above": "is above",
    "at_least": "is at least",
    "below": "is below",
    "at_most": "is at most",
    "between": "is between",
    "not_between": "is not between",
    "known": "is known",
    "unknown": "is not known",
    "younger": "is younger, in days, than",
    "older": "is older, in days, than",
}
_SIGNS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<="}
_PARTS = {"contains": "contains", "starts": "starts_with", "ends": "ends_with"}
#: HubSpot's own words for its life-cycle stages, which its exports write with blanks.
_STAGES = {
    "marketingqualifiedlead": "marketing qualified lead",
    "salesqualifiedlead": "sales qualified lead",
}
_BY_HAND = "Write the rule by hand"


@dataclass(frozen=True)
class Comparison:
    """A property, what is asked of it, and the values. With `or_unknown` it holds of what has no
    value too.
    """

    of: str
    ask: str
    values: tuple[str, ...] = ()
    or_unknown: bool = False

    def words(self) -> str:
        """As a reason says it."""
        values = " or ".join(one_line(v, 30) for v in self.values[:3])
        more = " ..." if len(self.values) > 3 else ""
        return f"{one_line(self.of, 40)} {WORDS[self.ask]} {values}{more}".strip()


@dataclass(frozen=True)
class Names:
    """What properties of another system are called here: attributes of a lead, or with `columns`
    columns of an activity. `country` is the code of a country's name.
    """

    catalog: Catalog
    country: Callable[[str], str]
    columns: Mapping[str, str] | None = None

    def attribute(self, of: str) -> Attribute:
        """The attribute that a property is. Raises `Untranslatable` where there is none."""
        if self.columns is not None:
            return self._column(of)
        known = self.catalog.lead
        hit = attribute_for(of)
        name = hit.attribute if hit is not None else slug(of)
        if slug(of) in known and (hit is None or known[slug(of)].own):
            name = slug(of)
        if name in known and name != "lead_id":
            return known[name]
        raise Untranslatable(
            f"no lead has a column {one_line(of, 40)!r} here",
            "Import a file that has it into a workspace and translate again in that folder",
        )

    def _column(self, of: str) -> Attribute:
        assert self.columns is not None
        name = self.columns.get(of.lower(), slug(of))
        found = self.catalog.activity.get(name)
        if found is not None and (of.lower() in self.columns or found.own):
            return found
        raise Untranslatable(
            f"a log of activities has no column {one_line(of, 40)!r} here",
            "Give what it marks a kind of its own in the log, and points for that kind",
        )

    def condition(self, comparison: Comparison) -> str:
        """The condition. Raises `Untranslatable` for what cannot be asked of that attribute."""
        attribute = self.attribute(comparison.of)
        text = self._say(attribute, comparison)
        if comparison.or_unknown and comparison.ask not in ("known", "unknown"):
            text = f"({attribute.name} is null or {text})"
        self.check(text)
        return text

    def check(self, text: str, own: Mapping[str, str] | None = None) -> None:
        """Raise `Untranslatable` where a text is no condition over these names."""
        known = self.catalog.lead if self.columns is None else self.catalog.activity
        types = {**{a.name: KIND_OF[a.type] for a in known.values()}, **(own or {})}
        try:
            problems = list(check_condition(parse(text), types, types, Place(""), YES_NO))
        except NotACondition as fault:
            raise Untranslatable(f"the condition {fault}", _BY_HAND) from None
        if problems:
            raise Untranslatable(problems[0].message.rstrip("."), _BY_HAND)

    def _say(self, attribute: Attribute, comparison: Comparison) -> str:
        if comparison.ask == "known":
            return f"{attribute.name} is not null"
        if comparison.ask == "unknown":
            return f"{attribute.name} is null"
        if not comparison.values:
            raise Untranslatable(
                f"{one_line(comparison.of, 40)!r} is compared with nothing", _BY_HAND
            )
        return _OF_TYPE[attribute.type](self, attribute, comparison)

    def _text(self, attribute: Attribute, comparison: Comparison) -> str:
        ask, name = comparison.ask, f"lower({attribute.name})"
        bare = ask.removesuffix("_not")
        if bare in _PARTS:
            if attribute.name == "country":
                raise Untranslatable(
                    "countries are kept as codes of two letters here, which have no parts of names",
                    "Name the countries one by one",
                )
            parts = [f"{_PARTS[bare]}({name}, {literal(v.lower())})" for v in comparison.values]
            return _none_of(parts) if ask.endswith("_not") else _any_of(parts)
        if ask in ("is", "is_not"):
            values = [
                literal(v) for value in comparison.values for v in self._spellings(attribute, value)
            ]
            return _in(name, values, ask == "is")
        raise Untranslatable(
            f"{attribute.name} is a text here, and {WORDS[ask]!r} needs a number or a date",
            _BY_HAND,
        )

    def _spellings(self, attribute: Attribute, value: str) -> Sequence[str]:
        """A value as exports write it, and as the system itself does."""
        small = value.lower()
        if attribute.name == "country":
            return [self.country(value).lower()]
        if attribute.name == "crm_stage" and small in _STAGES:
            return [small, _STAGES[small]]
        return (
            [small, small.replace("_", " ")] if "_" in small and self.columns is None else [small]
        )

    def _number(self, attribute: Attribute, comparison: Comparison) -> str:
        values, name, ask = [_decimal(v) for v in comparison.values], attribute.name, comparison.ask
        if ask in _SIGNS:
            return f"{name} {_SIGNS[ask]} {values[0]}"
        if ask in ("between", "not_between") and len(values) == 2:
            sign = "between" if ask == "between" else "not between"
            return f"{name} {sign} {values[0]} and {values[1]}"
        if ask in ("is", "is_not"):
            return _in(name, values, ask == "is")
        raise _cannot(attribute, ask)

    def _yes_no(self, attribute: Attribute, comparison: Comparison) -> str:
        said = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        value = said.get(comparison.values[0].lower())
        if value is None or comparison.ask not in ("is", "is_not") or len(comparison.values) > 1:
            raise _cannot(attribute, comparison.ask)
        wanted = value is (comparison.ask == "is")
        return f"{attribute.name} = {'true' if wanted else 'false'}"

    def _moment(self, attribute: Attribute, comparison: Comparison) -> str:
        ask, value = comparison.ask, comparison.values[0]
        if ask in ("younger", "older"):
            return (
                f"days_since({attribute.name}) {'<' if ask == 'younger' else '>'} {_decimal(value)}"
            )
        if ask in _SIGNS and is_moment(value):
            return f"{attribute.name} {_SIGNS[ask]} {literal(value)}"
        if (
            ask == "between"
            and len(comparison.values) == 2
            and all(map(is_moment, comparison.values))
        ):
            low, high = map(literal, comparison.values)
            return f"{attribute.name} between {low} and {high}"
        raise _cannot(attribute, ask)


def _cannot(attribute: Attribute, ask: str) -> Untranslatable:
    return Untranslatable(
        f"{attribute.name} is {KIND_OF[attribute.type]} here, of which {WORDS[ask]!r} with these"
        " values cannot be asked",
        _BY_HAND,
    )


def _decimal(text: str) -> str:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise Untranslatable(f"{one_line(text, 30)!r} is no number", _BY_HAND) from None
    if not value.is_finite() or abs(value) > 10**15 or value.as_tuple().exponent < -9:  # type: ignore[operator]
        raise Untranslatable(f"{one_line(text, 30)!r} is no number of a usual size", _BY_HAND)
    return number(value)


def _in(name: str, values: Sequence[str], holds: bool) -> str:
    once = list(dict.fromkeys(values))
    if len(once) == 1:
        return f"{name} {'=' if holds else '<>'} {once[0]}"
    return f"{name} {'in' if holds else 'not in'} ({', '.join(once)})"


def _any_of(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def _none_of(parts: Sequence[str]) -> str:
    return f"not {_any_of(parts)}"


_OF_TYPE: Mapping[Type, Callable[[Names, Attribute, Comparison], str]] = {
    Type.TEXT: Names._text,
    Type.WHOLE: Names._number,
    Type.NUMBER: Names._number,
    Type.YES_NO: Names._yes_no,
    Type.MOMENT: Names._moment,
}
