"""Where a model goes that was trained, and what goes beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from leadlight.desk.leads.qualifications import Qualifications
from leadlight.desk.model_files import model_file
from leadlight.desk.models.training import Training
from leadlight.desk.wiring import output_files
from leadlight.playbook.model import Model
from leadlight.playbook.model_text import with_score
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.reader import NAME
from leadlight.problems import CannotDo
from leadlight.results.files import WrittenFile
from leadlight.results.trained_model import LearnResult, ModelFiles, TrainedModel

_TWICE = 2.0  # the odds from which on a lead is called likely, against those of all that taught


@dataclass(frozen=True)
class ModelTarget:
    """The folder whose playbook looks for models, or the file `out` for the model alone; and
    whether what is there may be written over.
    """

    folder: Path
    out: Path | None = None
    overwrite: bool = False

    def demand_free(self, name: str) -> None:
        """Raises `CannotDo` where a model of that name, or a playbook with somebody's own cuts,
        would be written over unasked.
        """
        if not NAME.fullmatch(name):
            raise CannotDo(
                "A model's name is letters, digits and _, a letter first, such as won_soon; not"
                f" {name!r}.",
                field="name",
            )
        places = (self.out,) if self.out is not None else (self._model(name), self.playbook(name))
        for place in places:
            if place.exists() and not self.overwrite:
                raise CannotDo(
                    f"{place} is there already. Choose another name, or overwrite it.",
                    field="overwrite",
                )

    def write_model(self, model: Model) -> ModelFiles:
        """Write the model's text, where it is asked for, else where the playbook of the folder
        looks for it.
        """
        place = self.out or self._model(model.name)
        output_files.write_text(place, model_text(model), "model", folder=self.out is None)
        return ModelFiles(place)

    def write_playbook(self, training: Training, model: Model) -> Path:
        """Write a playbook with the probability."""
        place = self.playbook(model.name)
        output_files.write_text(
            place, playbook_text(training.result, model, training.playbook), "learned"
        )
        return place

    def write_predictions(
        self, files: ModelFiles, playbook: Path, found: Qualifications
    ) -> ModelFiles:
        """Write every lead with its probability and why, and the evaluation as a page."""
        leads, page = (
            playbook.with_name(playbook.name.removesuffix("playbook.yml") + what)
            for what in ("leads.csv", "report.html")
        )
        rows = found.export(leads, "all")
        found.report(page)
        example = found.summary.example
        return replace(
            files,
            playbook=playbook,
            leads=WrittenFile(leads, rows),
            page=page,
            example=example.lead_id if example is not None else None,
        )

    def model_of_result(self, model: Model) -> TrainedModel:
        """The model as a result says it."""
        horizon = timedelta(seconds=model.horizon) if model.horizon else None
        return TrainedModel(model.name, model_text(model), horizon)

    def _model(self, name: str) -> Path:
        return model_file(self.folder, name)

    def playbook(self, name: str) -> Path:
        """Where the playbook of a model is written."""
        return self.folder / f"{name}-playbook.yml"


def playbook_text(result: LearnResult, model: Model, playbook: str = "") -> str:
    """The playbook that asks for the probability: a workspace's own with one score more, or of a
    table one of it alone.
    """
    if playbook:
        return with_score(playbook, model.name, model_text(model))
    odds = result.base_rate / (1 - result.base_rate)
    likely, unlikely = (round(o / (1 + o), 3) for o in (odds * _TWICE, odds / _TWICE))
    return f"""leadlight: 1
name: {model.name}
about: How probable it is, by the model {model.name} alone. \
Of the leads that taught {result.base_rate:.1%} had the outcome.

scores:
  probability: {{model: {model.name}}}

scales:
  chance:  # twice the odds of all leads that taught, or half of them: put your own cuts here
    - likely: probability >= {likely}
    - usual: probability >= {unlikely}
    - unlikely: otherwise
"""
