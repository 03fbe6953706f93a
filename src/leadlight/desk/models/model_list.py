"""`models`: the learned models of a workspace; `retire`: one is put aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.model_files import FOLDER, model_file, model_text_of
from leadlight.desk.playbooks import book_of
from leadlight.desk.session import Session
from leadlight.desk.wiring import charts, output_files
from leadlight.desk.workspace.workspace import Workspace
from leadlight.playbook.model import Model, model_age
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.playbook.reader import NAME
from leadlight.playbook.spec import ModelScore
from leadlight.problems import CannotDo, Refusal, did_you_mean
from leadlight.results.model_card import (
    ModelList,
    ModelPicture,
    ModelStanding,
    RetiredModel,
    model_card,
)

#: Where models lie that were retired, in the folder of models.
RETIRED = "retired"
_LONGEST = 2_000


@dataclass(frozen=True)
class ModelsRequest:
    """The models of a workspace: those that the rules in force use, and those that lie in its
    folder.
    """

    now: datetime


@dataclass(frozen=True)
class RetireModelRequest:
    """Put a model of the workspace's folder aside, by somebody, with the reason."""

    model: str
    because: str
    by: str
    now: datetime


def models(session: Session, request: ModelsRequest) -> ModelList:
    """Every model with its verdict. A file that cannot be read is named with its faults."""
    found, refused = list[ModelStanding](), list[tuple[str, Refusal]]()
    with session.read("models", request.now) as workspace:
        used = list(_models_in_force(workspace))
    in_force = {model.name: (model, scores) for model, scores in used}
    for file in _files(session.place.folder):
        try:
            model = _read_file(file)
        except CannotDo as fault:
            refused.append((file.stem, Refusal.of(fault)))
            continue
        same, scores = in_force.get(model.name, (None, ()))
        if same == model:
            del in_force[model.name]
        found.append(_standing(model, scores if same == model else (), request.now, is_file=True))
    found += [_standing(m, scores, request.now, is_file=False) for m, scores in in_force.values()]
    order = sorted(found, key=lambda m: (not m.is_in_force, m.card.name, not m.is_file))
    return ModelList(tuple(order), tuple(refused))


def model_pictures(standing: ModelStanding) -> list[ModelPicture]:
    """The pictures of a model, to stand in a page."""
    model, _ = read_model(standing.text, standing.card.name)
    return charts.draw_model(model) if model is not None else []


def retire_model(session: Session, request: RetireModelRequest) -> RetiredModel:
    """Put a model aside: its text is kept, with who did it and why. Raises `CannotDo` for a model
    that the rules in force use, or that does not lie in the folder.
    """
    name, because = request.model.strip(), " ".join(request.because.split())
    if not because:
        raise CannotDo("Say why the model is retired.", field="because")
    if len(because) > _LONGEST:
        raise CannotDo(f"A reason has at most {_LONGEST:,} characters.", field="because")
    with session.write("retire", request.now) as workspace:
        folder = session.place.folder
        file = model_file(folder, name) if NAME.fullmatch(name) else None
        if file is None or not file.is_file():
            there = [f.stem for f in _files(folder)]
            hint = did_you_mean(name, there) or f"There are {', '.join(there) or 'none'}."
            raise CannotDo(f"There is no model {name[:100]!r} in the folder. {hint}", field="model")
        for model, scores in _models_in_force(workspace):
            if model.name == name:
                raise CannotDo(
                    f"The rules in force use the model {name} (score {', '.join(scores)})."
                    " Publish rules without it first.",
                    field="model",
                )
        place = file.parent / RETIRED / f"{name}-{request.now:%Y%m%d-%H%M%S}.yml"
        by = " ".join(request.by.split())
        head = f"# Retired on {request.now:%Y-%m-%d %H:%M} UTC by {by}: {because}\n"
        output_files.write_text(
            place, head + file.read_text(encoding="utf-8"), "model", folder=True
        )
        file.unlink()
    return RetiredModel(name, place, because)


def _models_in_force(workspace: Workspace) -> Iterator[tuple[Model, tuple[str, ...]]]:
    """The models that the rules use by which the workspace goes, each with its scores; none where
    the rules cannot be read today.
    """
    try:
        agreed = workspace.agreed_playbook()
    except CannotDo:
        return
    book, _ = book_of(agreed.text, agreed.name, workspace.ledger.catalog())
    scores = [s for s in book.scores if isinstance(s, ModelScore)] if book else []
    for name in dict.fromkeys(s.model.name for s in scores):
        of_that = [s for s in scores if s.model.name == name]
        yield of_that[0].model, tuple(s.name for s in of_that)


def _files(folder: Path) -> list[Path]:
    place = folder / FOLDER
    return sorted(place.glob("*.yml")) if place.is_dir() else []


def _read_file(file: Path) -> Model:
    model, _ = read_model(model_text_of(file), str(file))
    assert model is not None  # a fault was told while its text was read
    return replace(model, name=file.stem)


def _standing(
    model: Model, scores: tuple[str, ...], now: datetime, *, is_file: bool
) -> ModelStanding:
    return ModelStanding(
        model_card(model), model_text(model), model_age(model, now), scores, is_file
    )
