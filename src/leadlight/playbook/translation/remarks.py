"""What became of each rule of another system."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CarriedRule:
    """A rule that is in the playbook: where it stood, the name it has now, and what is different
    about it (empty: nothing).
    """

    rule: str
    became: str
    note: str = ""


@dataclass(frozen=True)
class LeftRule:
    """A rule that is not in the playbook: where it stood, why, and what a person can do."""

    rule: str
    why: str
    instead: str


@dataclass(frozen=True)
class RulesOfAnother:
    """A playbook that says what the rules of another system say.

    `source` is the system, `text` the playbook, `carried` and `left` are its rules by what became
    of them.
    """

    source: str
    name: str
    text: str
    carried: tuple[CarriedRule, ...]
    left: tuple[LeftRule, ...]


class Untranslatable(Exception):  # noqa: N818 - the name is the sentence's beginning
    """A rule that a playbook cannot say: why, and what a person can do."""

    def __init__(self, why: str, instead: str) -> None:
        super().__init__(why)
        self.why = why
        self.instead = instead
