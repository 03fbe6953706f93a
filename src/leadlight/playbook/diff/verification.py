"""How the rules of verification were set otherwise."""

from __future__ import annotations

from leadlight.facts.contact import RULES
from leadlight.playbook.spec import VerifyRules
from leadlight.playbook.verify_section import OFF


def compare_verification(old: VerifyRules | None, new: VerifyRules | None) -> list[str] | None:
    """What each rule means now and meant before, a sentence each; None when the two signals are not
    of one contact point, or no `verify` made them.
    """
    if old is None or new is None or old.subject != new.subject:
        return None
    before, after = dict(old.meanings), dict(new.meanings)
    changed = [n for n in RULES if before.get(n, OFF) != after.get(n, OFF)]
    return [
        f"{RULES[n].say} ({n}) now {_means(after.get(n, OFF))}; before, it"
        f" {_old_setting(before.get(n, OFF))}."
        for n in changed
    ]


def _means(setting: str) -> str:
    if setting == OFF:
        return "is left out"
    return f"weighs {setting}" if setting.isdigit() else f"means {setting}"


def _old_setting(setting: str) -> str:
    if setting == OFF:
        return "was left out"
    return f"weighed {setting}" if setting.isdigit() else f"meant {setting}"
