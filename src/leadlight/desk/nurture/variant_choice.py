"""Variants of steps that turned out better: from then on everybody gets them.

A choice is a fact of the track. It holds as long as the step has the same variants with the same
contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from leadlight.desk.wiring import nurture
from leadlight.facts.steps import StepFact
from leadlight.nurture.comparison import Group, best_variant
from leadlight.playbook.spec import Playbook, Step

if TYPE_CHECKING:
    from leadlight.desk.wiring.nurture import FactStore, StepNumbers, TrackRound


@dataclass(frozen=True)
class VariantChoice:
    """Which variant of a step is sent since when, and why."""

    key: str
    since: datetime
    because: str


#: The choices of a playbook, by track and step.
Choices: TypeAlias = Mapping[tuple[str, int], VariantChoice]


def standing_choices(store: FactStore, book: Playbook) -> dict[tuple[str, int], VariantChoice]:
    """The choices that were made and hold still."""
    found = {}
    signatures = {(track, n): _signature(step) for track, n, step in _trials(book)}
    for fact in nurture.variant_choices(store):
        if signatures.get((fact.track, fact.step)) == fact.mail_id:
            choice = VariantChoice(fact.variant or "", fact.at, fact.because or "")
            found[fact.track, fact.step] = choice
    return found


def is_undecided(book: Playbook, choices: Choices) -> bool:
    """Whether variants of some step are still compared."""
    return any((track, n) not in choices for track, n, _ in _trials(book))


def choose_variants(
    part: TrackRound, store: FactStore, book: Playbook, choices: Choices, now: datetime
) -> Choices:
    """The choices, with those that can be made now; these are recorded."""
    if not is_undecided(book, choices):
        return choices
    numbers, found, facts = part.step_numbers(), dict(choices), []
    for track, n, step in _trials(book):
        if (track, n) in choices:
            continue
        groups = groups_of(step, [s for s in numbers if (s.track, s.step) == (track, n)])
        best = best_variant(groups)
        if best is None:
            continue
        key = step.variants[best].key
        others = max(g.rate for i, g in enumerate(groups) if i != best)
        because = (
            f"{groups[best].rate:.1%} clicked or answered, and {others:.1%} at most of those who"
            " got another variant."
        )
        found[track, n] = VariantChoice(key, now, because)
        # Numbered by the moment: a step may be compared anew when its contents change.
        turn = int((now - datetime(2020, 1, 1)).total_seconds() // 60)
        facts.append(StepFact("", track, turn, n, "chosen", now, key, because, _signature(step)))
    nurture.add_step_facts(store, facts, now)
    return found


def groups_of(step: Step, numbers: Sequence[StepNumbers]) -> list[Group]:
    """Of each variant how many leads got it, and how many of them clicked or answered."""
    by_key = {s.variant: s for s in numbers}
    found = []
    for variant in step.variants:
        one = by_key.get(variant.key)
        came = min(one.clicked + one.answered, one.sent) if one else 0
        found.append(Group(one.sent if one else 0, came))
    return found


def _trials(book: Playbook) -> Iterator[tuple[str, int, Step]]:
    """The steps with several variants, by track and number."""
    for track in book.tracks:
        for n, step in enumerate(track.steps, 1):
            if len(step.variants) > 1 and step.by == "mail":
                yield track.name, n, step


def _signature(step: Step) -> str:
    said = "|".join(f"{v.key}={v.content}" for v in step.variants)
    return sha256(said.encode()).hexdigest()[:16]
