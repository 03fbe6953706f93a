"""What a model asks for, beside what a base holds. A column that is of another type now, or not
there, costs the model what that column says, never the whole answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from leadlight.playbook.model import NumberSide, Side, Term
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import ModelScore, Playbook, Score
from leadlight.playbook.types import NUMBER, TEXT, UNKNOWN, YES_NO
from leadlight.problems import Problem


def unfit_inputs(book: Playbook, types: Mapping[str, str], r: Reader) -> Iterator[Problem]:
    """A doubt for each input that is not there, or of another type than the model asks for."""
    for score in book.scores:
        found: dict[str, tuple[str, ...]] = {}
        for term in score.model.terms if isinstance(score, ModelScore) else ():
            found |= {n: _allowed_types(s) for n, s in _inputs(term) if not _fits(n, s, types)}
        for name, needed in found.items():
            yield _doubt(score, name, needed, types.get(name), r)


def without_unfit_terms(book: Playbook, types: Mapping[str, str]) -> Playbook:
    """The playbook with models that ask only for what can be asked: the other terms say nothing."""
    return replace(book, scores=tuple(_drop_misfits(score, types) for score in book.scores))


def _drop_misfits(score: Score, types: Mapping[str, str]) -> Score:
    if not isinstance(score, ModelScore):
        return score
    terms = tuple(t for t in score.model.terms if all(_fits(n, s, types) for n, s in _inputs(t)))
    if len(terms) == len(score.model.terms):
        return score
    return replace(score, model=replace(score.model, terms=terms))


def _inputs(term: Term) -> Iterator[tuple[str, Side]]:
    return zip(term.of, term.sides, strict=True)


def _fits(name: str, side: Side, types: Mapping[str, str]) -> bool:
    return types.get(name) in (*_allowed_types(side), UNKNOWN)


def _allowed_types(side: Side) -> tuple[str, ...]:
    """A model's cuts need a number, its words a text or a yes/no."""
    return (NUMBER,) if isinstance(side, NumberSide) else (TEXT, YES_NO)


def _doubt(
    score: Score, name: str, needed: tuple[str, ...], found: str | None, r: Reader
) -> Problem:
    model = score.model.name if isinstance(score, ModelScore) else score.name
    if found is None:
        message = f"The model {model} asks for {name}, which is not here: it says nothing."
    else:
        message = (
            f"The model {model} takes {name} for {' or '.join(needed)}, and here it is {found}:"
            " it says nothing of any lead."
        )
    hint = "Learn the model again from leads as they are now."
    return Problem("model-input", message, r.at(score.name), hint, level="doubt")
