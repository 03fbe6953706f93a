"""The shipped playbooks: one for each trade, and one for each founding text with its own definitions."""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib import resources

from leadlight.problems import CannotDo, did_you_mean

DEFAULT = "b2b-saas"

#: Every shipped preset, the default first, then the trades, then the five founding texts.
NAMES = (
    DEFAULT,
    "b2c-shop",
    "education",
    "services",
    "leads-classification",
    "lead-concept",
    "assessment-and-scoring",
    "base-segmentation",
    "sales-leads",
)

#: Kinds of activities that tell a trade, with how much each tells.
_KINDS: dict[str, dict[str, int]] = {
    "b2c-shop": {"cart_added": 3, "cart_abandoned": 3, "checkout_started": 3, "product_favourited": 2, "returned": 1},
    "education": {"application_filled": 2},
    "services": {"quote_requested": 2},
    DEFAULT: {"demo_requested": 3, "trial_started": 2, "feature_used": 2, "logged_in": 1, "meeting_booked": 1},
}

#: Words in the names of columns that tell a trade; a company's own columns tell most.
_WORDS: dict[str, dict[str, int]] = {
    "b2c-shop": {"cart": 3, "basket": 3, "coupon": 3, "wishlist": 3, "basket_value": 1, "orders": 2, "loyalty": 2,
                 "shipping": 2, "gender": 1, "age": 1},
    "education": {"course": 3, "courses": 3, "student": 2, "students": 2, "education": 2, "specialization": 3,
                  "specialisation": 3, "university": 3, "school": 2, "degree": 3, "intake": 3, "semester": 3,
                  "programme": 2, "faculty": 3, "enrolment": 3, "enrollment": 3, "exam": 2},
    "services": {"appointment": 3, "service": 2, "services": 2, "treatment": 3, "repair": 3, "insurance": 2,
                 "property": 2, "case": 1, "visit_date": 2, "consultation": 3, "booking": 2},
    DEFAULT: {"employees": 2, "industry": 2, "revenue": 2, "company": 1, "job_title": 1, "plan": 1, "seats": 3},
}  # fmt: skip

#: Below this, the columns tell too little and the default is taken.
_TELLING = 3


def preset_names() -> list[str]:
    """The names of the shipped playbooks, the default first."""
    return list(NAMES)


def preset_text(name: str) -> str:
    """The text of a shipped playbook, with its comments. Raises `CannotDo` with the nearest name for an unknown one."""
    if name not in NAMES:
        hint = did_you_mean(name, NAMES) or f"There are: {', '.join(NAMES)}."
        raise CannotDo(f"There is no preset called {name!r}. {hint}")
    return resources.files(__name__).joinpath(f"{name}.yml").read_text(encoding="utf-8")


def fitting(present: Collection[str], kinds: Collection[str] = ()) -> str:
    """The preset of the trade that a file's columns and kinds of activities speak of; the default when they say little."""
    told = {name: _told(name, present, kinds) for name in (DEFAULT, "b2c-shop", "education", "services")}
    best = max(told, key=lambda name: told[name])
    return best if told[best] >= _TELLING else DEFAULT


def _told(name: str, present: Collection[str], kinds: Collection[str]) -> int:
    by_kind = sum(points for kind, points in _KINDS[name].items() if kind in kinds)
    words = {word for column in present for word in (column, *re.split(r"_+", column))}
    return by_kind + sum(points for word, points in _WORDS[name].items() if word in words)
