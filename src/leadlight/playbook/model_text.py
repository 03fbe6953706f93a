"""A playbook's text with a learned model as one more score: every other character stays as its
author wrote it.
"""

from __future__ import annotations

from typing import Any

from leadlight.playbook.amendments import composed, edited, entries, under

SCORE = "probability"
Edit = tuple[int, int, str]


def with_score(text: str, model: str, said: str) -> str:
    """The text with a score `probability` by that model, unless a score uses it already. `said` is
    the model's own text: it takes the place of an older one where models stand in the playbook;
    else they are read from beside it.
    """
    root = composed(text)
    edits: list[Edit] = []
    scores, models = under(root, "scores"), under(root, "models")
    used = {
        str(named.value)
        for _, v in entries(root, "scores")
        if (named := under(v, "model")) is not None
    }
    if model not in used:
        names = {
            k
            for section in ("signals", "scores", "scales", "segments")
            for k, _ in entries(root, section)
        }
        score = SCORE if SCORE not in names else f"{SCORE}_{model}"
        edits.append(_entry(text, scores, "scores", score, f"{{model: {model}}}"))
    if models is not None:
        older = next((v for k, v in entries(root, "models") if k == model), None)
        if older is None:
            indent = "\n" + " " * (models.value[0][0].start_mark.column + 2 if models.value else 4)
            edits.append(
                _entry(text, models, "models", model, indent + indent.join(said.splitlines()))
            )
        else:
            begin, end = older.start_mark.index, older.end_mark.index
            indent = "\n" + " " * older.start_mark.column
            after = text[len(text[:end].rstrip()) : end]
            edits.append((begin, end, indent.join(said.splitlines()) + after))
    return edited(text, edits)


def _entry(text: str, section: Any, name: str, key: str, value: str) -> Edit:
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
