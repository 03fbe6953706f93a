"""The scoring rules of another system as a playbook."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.playbook.translation.remarks import CarriedRule, LeftRule
from leadlight.problems import Problem
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class TranslatedRules:
    """What became of the rules of another system (`source`): the playbook's text and fingerprint,
    the rules that are in it and those that are not, the doubts about it, and its file (null: none
    was asked for).
    """

    source: str
    text: str
    fingerprint: str
    carried: tuple[CarriedRule, ...]
    left: tuple[LeftRule, ...]
    doubts: tuple[Problem, ...]
    written: WrittenFile | None = None
