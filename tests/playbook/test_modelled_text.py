"""A playbook's text with one score more: the rest stays letter by letter, and it reads back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from leadlight.playbook.model import Model, NumberSide, Term
from leadlight.playbook.model_text import with_score
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import read_playbook
from leadlight.playbook.spec import ModelScore


def said(adds: int = 1_000_000) -> str:
    """A model of one table."""
    term = Term(("employees",), (NumberSide((Decimal(50),)),), (0, adds, 0), "Employees")
    return model_text(
        Model(
            name="soon",
            start=-1,
            terms=(term,),
            outcome="won",
            about="A: test #1",
            learned=date(2026, 1, 1),
        )
    )


def scores_of(text: str) -> dict[str, str]:
    """The scores by a model, with its name."""
    book, problems = read_playbook(text, "p.yml")
    assert book is not None, problems
    return {s.name: s.model.name for s in book.scores if isinstance(s, ModelScore)}


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_takes_a_model(preset: str) -> None:
    """One line more, nothing else; with the model's text beside it, it reads."""
    text = preset_text(preset)
    found = with_score(text, "soon", said())
    more = [line for line in found.splitlines() if line not in text.splitlines()]
    assert more == ["  probability: {model: soon}"] or (
        more == ["scores:", "  probability: {model: soon}"]
    )
    inline = "".join(f"    {line}\n" for line in said().splitlines())
    assert scores_of(f"{found}\nmodels:\n  soon:\n{inline}") == {"probability": "soon"}


HEAD = "leadlight: 1\nname: p\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}signals:\n    a: {{value: employees}}\n",
        f"{HEAD}scores: {{fit: [{{when: employees > 3, add: 1}}]}}\n",
        f"{HEAD}scores: {{}}\n",
        (
            f"{HEAD}scores:\n    # mine\n    fit: [{{when: employees > 3, add: 1}}]  # more\n\n#"
            " the end\n"
        ),
        f"{HEAD}signals:\n  probability: {{value: employees}}\n",
    ],
)
def test_however_the_scores_are_written(text: str) -> None:
    """No scores, an empty mapping, one on a line, deep ones with remarks, and a name that is taken."""
    found = with_score(text, "soon", said())
    for remark in ("# mine", "# more", "# the end"):
        assert (remark in found) == (remark in text)
    inline = "".join(f"    {line}\n" for line in said().splitlines())
    taken = "  probability:" in text
    assert scores_of(f"{found}\nmodels:\n  soon:\n{inline}") == {
        "probability_soon" if taken else "probability": "soon"
    }


def test_a_model_in_the_text_is_replaced_or_stands_beside_the_others() -> None:
    """A published playbook holds its models: the same name gets the new text, another one comes before it; asked twice, the same."""
    inline = "".join(f"    {line}\n" for line in said(1).splitlines())
    text = f"{HEAD}models:\n  soon:\n{inline}scores:\n  probability: {{model: soon}}\n"
    new = with_score(text, "soon", said(2))
    book, problems = read_playbook(new, "p.yml")
    assert book is not None, problems
    (score,) = book.scores
    assert isinstance(score, ModelScore)
    assert score.model.terms[0].add[1] == 2
    assert with_score(new, "soon", said(2)) == new
    two = with_score(new, "other", said(3).replace("name: soon", "name: other"))
    assert scores_of(two) == {"probability": "soon", "probability_other": "other"}
