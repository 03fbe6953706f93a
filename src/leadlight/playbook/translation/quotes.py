"""Texts of another system as they stand in a playbook: in a condition, a comment, or as a name."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from leadlight.facts.catalog import slug
from leadlight.playbook.conditions import NotACondition, parse
from leadlight.playbook.reader import NAME
from leadlight.playbook.translation.remarks import Untranslatable
from leadlight.presentable import presentable

_LONGEST_NAME = 50  # a number comes behind it where it is taken
_LONGEST_WORDS = 30
#: What YAML takes for something else than a text.
_NO_KEYS = frozenset({"null", "true", "false", "yes", "no", "on", "off"})


def check_size(condition: str) -> str:
    """A condition that is made of others, which a playbook can still read. Raises
    `Untranslatable` for one that is too long or too deep.
    """
    try:
        parse(condition)
    except NotACondition as fault:
        said = one_line(str(fault), 120)
        raise Untranslatable(f"its condition cannot be read: {said}", "Split the rule") from None
    return condition


def literal(text: str) -> str:
    """A text as a condition has it."""
    return "'" + text.replace("'", "''") + "'"


def one_line(text: str, longest: int = 80) -> str:
    """A text on one line, safe in a comment and on a screen."""
    return presentable(text, longest)


def number(value: Decimal) -> str:
    """A number without a power of ten and without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def free_name(text: str, begin: str, taken: Collection[str]) -> str:
    """A name of a playbook that is like a text and is not taken. It begins with `begin` and an
    underscore where that ends with one, and is `begin` where the text has no letters of a name.
    """
    words = slug(text)[:_LONGEST_WORDS].strip("_")
    if begin.endswith("_"):
        first = f"{begin}{words}" if words else begin.rstrip("_")
    else:
        first = words if words[:1].isalpha() else f"{begin}_{words}".rstrip("_")
    first = first[:_LONGEST_NAME].strip("_")
    name, n = first, 1
    while name.lower() in taken or name.lower() in _NO_KEYS:
        n += 1
        name = f"{first}_{n}"
    return name


def label(text: str, taken: Collection[str]) -> str:
    """A label of a scale: the text itself where it is a name, else one that is like it."""
    if NAME.fullmatch(text) and text.lower() not in taken and text.lower() not in _NO_KEYS:
        return text
    return free_name(text, "label", taken)
