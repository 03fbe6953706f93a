"""Learned models beside a playbook: `models/NAME.yml` becomes part of the playbook's text before
anybody reads it.

So a fingerprint, a published version and a stored run hold everything that a probability was made
of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from leadlight.desk.texts import text_of
from leadlight.playbook.model_yaml import read_model
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.reader import NAME
from leadlight.problems import CannotDo, plural

FOLDER = "models"


def model_file(folder: Path, name: str) -> Path:
    """Where the model of that name stands, for a playbook in a folder."""
    return folder / FOLDER / f"{name}.yml"


def complete(text: str, folder: Path, given: Mapping[str, str] | None = None) -> str:
    """The playbook's text with the models that its scores name: those given, and as far as they
    stand beside it.
    """
    if "model:" not in text:
        return text
    root, _ = read_nodes(text, "playbook.yml")
    if root is None or root.get("models") is not None:
        return text
    found: dict[str, str] = {}
    for name in _models_of_scores(root):
        if given and name in given:
            found[name] = given[name]
        elif NAME.fullmatch(name) and model_file(folder, name).is_file():
            found[name] = model_text_of(model_file(folder, name))
    return with_models(text, found) if found else text


def _models_of_scores(root: Node) -> Iterator[str]:
    """The names of the models that scores ask for."""
    scores = root.get("scores")
    for _, _, score in scores.entries() if scores is not None else ():
        model = score.get("model")
        if model is not None and model.text:
            yield model.text


def with_models(text: str, models: Mapping[str, str]) -> str:
    """A playbook's text with the texts of these models in it."""
    parts = [
        f"  {name}:\n" + "".join(f"    {line}\n" for line in model.splitlines())
        for name, model in models.items()
    ]
    return f"{text.rstrip()}\n\nmodels:\n{''.join(parts)}"


def model_text_of(file: Path) -> str:
    """A model's text. Raises `CannotDo` with its faults when it cannot be used."""
    try:
        text = text_of(file)
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"The model {file} cannot be read as a text in UTF-8: {fault}.") from None
    # Read here, so that a fault is told where it stands and not in the playbook.
    model, problems = read_model(text, str(file))
    if model is None:
        faults = [p for p in problems if p.level == "fault"]
        raise CannotDo(f"{file} cannot be used: {plural(len(faults), 'fault', 'faults')}.", faults)
    return text
