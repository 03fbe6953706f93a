"""The models of a workspace as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import NextStep
from leadlight.results.model_card import ModelList, ModelStanding, RetiredModel
from leadlight.results.text.lines import Hint

_LONGEST = 400


def render_models(found: ModelList) -> Iterator[str | Hint]:
    """Each model with its figures and whether the rules in force use it."""
    if not found.models and not found.refused:
        yield Hint("There is no model yet. To learn one:", NextStep("learn"))
    for n, standing in enumerate(found.models):
        if n:
            yield ""
        yield from _model(standing)
    for name, refusal in found.refused:
        yield f"{presentable(name, 60)}: {presentable(refusal.message, _LONGEST)}"


def render_retired_model(done: RetiredModel) -> Iterator[str]:
    """Where its text is kept."""
    name = presentable(done.model, 60)
    yield f"{name} is retired: {presentable(done.because, _LONGEST)}"
    yield f"Its text is kept in {done.file}."


def _model(standing: ModelStanding) -> Iterator[str]:
    card = standing.card
    use = f"score {', '.join(standing.scores)}" if standing.is_in_force else "not in force"
    yield f"{presentable(card.name, 60)}  ({use})"
    for text in (card.about, standing.age, *card.doubts, card.brings):
        if text:
            yield f"  {presentable(text, _LONGEST)}"
    for f in card.figures:
        yield f"  {f.name}: {f.value:.3f} ({f.low:.3f} to {f.high:.3f})"
    if card.uses:
        yield f"  looks at {presentable(', '.join(card.uses), _LONGEST)}"
    for column, why in card.refused:
        yield f"  set aside: {presentable(f'{column}: {why}', _LONGEST)}"
