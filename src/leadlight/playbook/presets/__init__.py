"""The shipped playbooks: one for each trade, and one for each founding text with its own
definitions.
"""

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
    "solar-installer",
    "pool-service",
    "leads-classification",
    "lead-concept",
    "assessment-and-scoring",
    "base-segmentation",
    "sales-leads",
)

#: Kinds of activities that tell a trade, with how much each tells.
_KINDS: dict[str, dict[str, int]] = {
    DEFAULT: {"demo_requested": 3, "trial_started": 2, "feature_used": 2, "logged_in": 1},
    "b2c-shop": {
        "cart_added": 3,
        "cart_abandoned": 3,
        "checkout_started": 3,
        "product_favourited": 2,
    },
    "education": {"application_filled": 2},
    "services": {"quote_requested": 2},
    "solar-installer": {},
    "pool-service": {},
}

#: Words in the names of columns that tell a trade; a company's own columns tell most.
_WORDS: dict[str, tuple[tuple[int, str], ...]] = {
    DEFAULT: ((3, "seats saas"), (2, "employees industry revenue"), (1, "company job_title plan")),
    "b2c-shop": (
        (3, "cart basket coupon wishlist"),
        (2, "orders loyalty shipping"),
        (1, "gender age income"),
    ),
    "education": (
        (
            3,
            (
                "course courses specialization specialisation university degree intake semester"
                " enrolment"
            ),
        ),
        (2, "student students education school programme exam"),
    ),
    "services": (
        (3, "appointment treatment repair consultation"),
        (2, "service services insurance property booking"),
    ),
    # Of buildings nobody can tell the trade: both have to be named.
    "solar-installer": (),
    "pool-service": (),
}

#: Below this, the columns tell too little and the default is taken.
_TELLING = 3


def preset_names() -> list[str]:
    """The names of the shipped playbooks, the default first."""
    return list(NAMES)


def preset_text(name: str) -> str:
    """The text of a shipped playbook, with its comments; an unknown name is met with the
    nearest.
    """
    if name not in NAMES:
        hint = did_you_mean(name, NAMES) or f"There are: {', '.join(NAMES)}."
        raise CannotDo(f"There is no preset called {name!r}. {hint}")
    return resources.files(__name__).joinpath(f"{name}.yml").read_text(encoding="utf-8")


def preset_title(name: str) -> str:
    """What a shipped playbook calls itself."""
    found = re.search(r"^name: *(.+?) *$", preset_text(name), re.M)
    return found[1] if found else name


def preset_cases(name: str) -> str | None:
    """The text of a shipped playbook's own cases; None when it has none."""
    found = resources.files(__name__).joinpath(f"{name}.tests.yml")
    return found.read_text(encoding="utf-8") if found.is_file() else None


def best_preset(present: Collection[str], kinds: Collection[str] = ()) -> str:
    """The preset of the trade that a file's columns and kinds of activities speak of, else the
    default.
    """
    told = {name: _evidence(name, present, kinds) for name in _KINDS}
    best = max(told, key=lambda name: told[name])
    return best if told[best] >= _TELLING else DEFAULT


def _evidence(name: str, present: Collection[str], kinds: Collection[str]) -> int:
    by_kind = sum(points for kind, points in _KINDS[name].items() if kind in kinds)
    words = {word for column in present for word in (column, *re.split(r"_+", column))}
    return by_kind + sum(points * len(words & set(said.split())) for points, said in _WORDS[name])
