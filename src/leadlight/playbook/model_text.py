"""A playbook's text with a learned model as one more score: every other character stays as its
author wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leadlight.facts.catalog import slug
from leadlight.playbook.amendments import apply_edits, entries, under
from leadlight.playbook.nodes import compose

SCORE = "probability"
_NO_NAMES = ("yes", "y", "true")  # words of success that would name no model
Edit = tuple[int, int, str]


def model_name(outcome: str) -> str:
    """A name for the model: won_soon for "Status = Won", converted_soon for "Converted = yes"."""
    header, _, word = outcome.rpartition(" = ")
    for text in (word, header):
        found = slug(text)
        if found and found[0].isalpha() and found not in _NO_NAMES:
            return f"{found[:50]}_soon"
    return "outcome_soon"


def with_score(text: str, model: str, said: str) -> str:
    """The text with a score `probability` by that model, unless a score uses it already. `said` is
    the model's own text: it takes the place of an older one where models stand in the playbook;
    else they are read from beside it.
    """
    root = compose(text)
    edits = [*_score_edits(text, root, model), *_model_edits(text, root, model, said)]
    return apply_edits(text, edits)


def _score_edits(text: str, root: Any, model: str) -> Iterator[Edit]:
    """A score by the model, where there is none."""
    named = (under(v, "model") for _, v in entries(root, "scores"))
    if model in {str(node.value) for node in named if node is not None}:
        return
    sections = ("signals", "scores", "scales", "segments")
    names = {k for section in sections for k, _ in entries(root, section)}
    score = SCORE if SCORE not in names else f"{SCORE}_{model}"
    yield entry_edit(text, under(root, "scores"), "scores", score, f"{{model: {model}}}")


def _model_edits(text: str, root: Any, model: str, said: str) -> Iterator[Edit]:
    """The model's text, where models stand in the playbook."""
    models = under(root, "models")
    if models is None:
        return
    lines = said.splitlines()
    older = next((v for k, v in entries(root, "models") if k == model), None)
    if older is None:
        indent = "\n" + " " * (models.value[0][0].start_mark.column + 2 if models.value else 4)
        yield entry_edit(text, models, "models", model, indent + indent.join(lines))
        return
    begin, end = older.start_mark.index, older.end_mark.index
    indent = "\n" + " " * older.start_mark.column
    after = text[len(text[:end].rstrip()) : end]
    yield begin, end, indent.join(lines) + after


def entry_edit(text: str, section: Any, name: str, key: str, value: str) -> Edit:
    """One more entry before the first of a section; a section of its own at the end where there is
    none.
    """
    if section is None:
        return len(text.rstrip()), len(text), f"\n\n{name}:\n  {key}: {value}\n"
    if section.id != "mapping" or not section.value:
        return section.start_mark.index, section.end_mark.index, f"\n  {key}: {value}\n"
    first = section.value[0][0].start_mark
    if section.flow_style:
        return first.index, first.index, f"{key}: {value}, "
    return first.index, first.index, f"{key}: {value}\n{' ' * first.column}"
