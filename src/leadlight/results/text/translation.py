"""Translated rules as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import NextStep, plural
from leadlight.results.text.lines import Hint, Line, Part
from leadlight.results.translation import TranslatedRules


def render_translation(found: TranslatedRules) -> Iterator[Part]:
    """What is in the playbook, what is different there, and what is left to a person."""
    if found.written is None:
        yield from found.text.splitlines()
        return
    rules = plural(len(found.carried), "rule", "rules")
    yield f"{rules} of {found.source} {_is(found.carried)} in {found.written.path}:"
    for carried in found.carried:
        yield f"  {carried.rule} -> {carried.became}"
    yield from _notes(found)
    if found.left:
        yield ""
        yield Line(f"Not carried over: {plural(len(found.left), 'rule', 'rules')}.", "doubt")
    for left in found.left:
        yield f"  {left.rule}: {left.why}."
        yield Line(f"    {left.instead}.", "dim")
    yield ""
    yield Hint("Read it, then try it:", NextStep("check", {"playbook": found.written.path}))


def _is(rules: tuple[object, ...]) -> str:
    return "is" if len(rules) == 1 else "are"


def _notes(found: TranslatedRules) -> Iterator[str]:
    for note in dict.fromkeys(c.note for c in found.carried if c.note):
        yield f"  Note: {note}"
