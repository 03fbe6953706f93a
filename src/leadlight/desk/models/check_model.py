"""`check_model`: whether the leads, the base rate and what a model says of them moved since it was
learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.model_files import model_file, model_text_of
from leadlight.desk.models.drift import DriftSample, check_of, recalibrate
from leadlight.desk.models.labelled_table import OutcomeColumn
from leadlight.desk.models.model_on_history import CheckOptions, sample_of_history
from leadlight.desk.models.model_on_table import sample_of_table
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.playbook.model import Model, model_age
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.problems import CannotDo, NextStep
from leadlight.results.model_check import ModelCheck


@dataclass(frozen=True)
class CheckModelRequest:
    """Check a model by what a workspace knows: `model` is its name, or its file.

    With `recalibrate` the model's start is moved in its file, so that it says on average what came
    lately.
    """

    now: datetime
    model: str
    options: CheckOptions = field(default_factory=CheckOptions)
    recalibrate: bool = False


@dataclass(frozen=True)
class CheckModelByTableRequest:
    """Check a model by a table of newer leads; without a `label` only its inputs."""

    now: datetime
    model: str
    table: Path
    label: OutcomeColumn | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    recalibrate: bool = False


def check_model(
    session: Session, request: CheckModelRequest, progress: Progress = NullProgress()
) -> ModelCheck:
    """Check a model in a workspace: by the leads as they are now, and by past moments whose horizon
    is over by now. Raises `CannotDo` where there is no such model, or no lead.
    """
    progress.step("Looking", unknown)
    file, model = _find_model(request.model, session.place.folder)
    sample = sample_of_history(session, model, request.options, request.now)
    now = request.options.until or request.now
    return _check(file, model, sample, now, move_start=request.recalibrate)


def check_model_by_table(
    session: Session, request: CheckModelByTableRequest, progress: Progress = NullProgress()
) -> ModelCheck:
    """Check a model by a table. Raises `CannotDo` where there is no such model, or no lead."""
    progress.step("Looking", unknown)
    file, model = _find_model(request.model, Path())
    sample = sample_of_table(model, request.table, request.label, request.maps)
    return _check(file, model, sample, request.now, move_start=request.recalibrate)


def _check(
    file: Path, model: Model, sample: DriftSample, now: datetime, *, move_start: bool
) -> ModelCheck:
    check = check_of(model, file, sample, now)
    if not move_start:
        return check
    moved, start = recalibrate(model, check, sample, now.date())
    output_files.write_text(file, model_text(moved), "model")
    return replace(check, age=model_age(moved, now), start=start)


def _find_model(name: str, folder: Path) -> tuple[Path, Model]:
    """The file of a model and the model in it: a path, else `models/NAME.yml` in the folder. Raises
    `CannotDo` when there is none.
    """
    path = Path(name)
    file = path if path.suffix.lower() in (".yml", ".yaml") else model_file(folder, name)
    if not file.is_file():
        raise _no_model(file)
    model, _ = read_model(model_text_of(file), str(file))
    assert model is not None  # a fault was told while its text was read
    return file, replace(model, name=file.stem)


def _no_model(file: Path) -> CannotDo:
    there = sorted(p.stem for p in file.parent.glob("*.yml")) if file.parent.is_dir() else []
    if there:
        return CannotDo(f"There is no model {file}. There are {', '.join(there[:8])}.")
    return CannotDo(f"There is no model {file}. Learn one.", step=NextStep("learn"))
