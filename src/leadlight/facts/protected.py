"""Which names speak of something the law protects (age, gender, origin, belief, health ...)."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS = (
    "age gender sex birthday birthdate dob race ethnicity ethnic religion nationality marital disability pregnant orientation "
    "citizenship alter geschlecht edad sexo naissance"
)
_PROTECTED = frozenset(_WORDS.split())


def protected(names: Collection[str]) -> list[str]:
    """Those that name something the law protects, by the words in them."""
    return [n for n in names if set(re.split(r"[^a-z]+", n.lower())) & _PROTECTED]
