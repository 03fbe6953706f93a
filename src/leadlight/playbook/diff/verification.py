"""How the rules of verification were set otherwise: read off the expressions that `verify` made of
them.
"""

from __future__ import annotations

import re

from leadlight.facts.contact import RULES
from leadlight.playbook.verify_section import OFF

_ARM = re.compile(
    r"(?:case )?when has_word\((?:\w+_because|doubts), ([^()]*)\) then '?(\w+)'?(?: else 0 end(?:"
    r" \+ )?| )?"
)
_NAME = re.compile(r"'(\w+)'")


def resettled(old: str, new: str) -> list[str] | None:
    """What each rule means now and meant before, when two expressions of `verify` differ in that
    alone; else None.
    """
    before, after = _settings(old), _settings(new)
    if (
        not (before or after)
        or _rest(old) != _rest(new)
        or not set(before) | set(after) <= set(RULES)
    ):
        return None
    changed = [n for n in RULES if before.get(n, OFF) != after.get(n, OFF)]
    return [
        f"{RULES[n].say} ({n}) now {_means(after.get(n, OFF))}; before, it"
        f" {_meant(before.get(n, OFF))}."
        for n in changed
    ]


def _settings(text: str) -> dict[str, str]:
    return {name: means for names, means in _ARM.findall(text) for name in _NAME.findall(names)}


def _rest(text: str) -> str:
    return _ARM.sub("", text).strip(" +0")


def _means(setting: str) -> str:
    return (
        "is left out"
        if setting == OFF
        else f"weighs {setting}"
        if setting.isdigit()
        else f"means {setting}"
    )


def _meant(setting: str) -> str:
    return (
        "was left out"
        if setting == OFF
        else f"weighed {setting}"
        if setting.isdigit()
        else f"meant {setting}"
    )
