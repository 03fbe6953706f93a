"""`learn`: the probability of an outcome, learned from leads whose outcome is known, judged before
it is written, and said of every lead at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.leads.qualifications import Qualifications
from leadlight.desk.models.history_training import name_of_history, train_on_history
from leadlight.desk.models.labelled_table import LeadTable
from leadlight.desk.models.lead_history import HistoryOptions, open_history
from leadlight.desk.models.model_target import ModelTarget
from leadlight.desk.models.predictions import table_predictions, workspace_predictions
from leadlight.desk.models.training import Training, train_on_table
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.playbook.model import Model
from leadlight.predict.learn.options import LearnOptions
from leadlight.problems import CannotDo, CannotWrite
from leadlight.results.trained_model import LearnResult

if TYPE_CHECKING:
    from leadlight.desk.wiring.output_files import Outputs


@dataclass(frozen=True)
class LearnTableRequest:
    """Learn from a table of leads whose outcome is known.

    `name` is that of the model in a playbook (None: after the outcome). With `out` only the model
    is written, there; else it goes to the `models` folder of the current directory, and a playbook,
    every lead with its probability and a page go beside that. What is there is written over only
    with `overwrite`.
    """

    now: datetime
    table: LeadTable
    options: LearnOptions = field(default_factory=LearnOptions)
    name: str | None = None
    out: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class LearnRequest:
    """Learn from the history of a workspace, as `history` says; the rest is that of a
    `LearnTableRequest`, with the workspace's folder for the current directory.
    """

    now: datetime
    history: HistoryOptions = field(default_factory=HistoryOptions)
    options: LearnOptions = field(default_factory=LearnOptions)
    name: str | None = None
    out: Path | None = None
    overwrite: bool = False


#: Every lead by a model that was just trained, and its playbook, which is named by its file.
Predictions = Callable[[Model, Path], AbstractContextManager[Qualifications]]


def learn_table(
    session: Session, request: LearnTableRequest, progress: Progress = NullProgress()
) -> LearnResult:
    """Learn from a table. Raises `CannotDo` where there is too little to learn from, and
    `CannotWrite` where there is no place for the files.
    """
    target = ModelTarget(Path(), request.out, request.overwrite)
    if request.name is not None and request.out is None:
        target.demand_free(request.name)  # before a minute of learning, not after it
    table = request.table
    with output_files.together((table.file,), ((request.out, "model"),)) as outputs:
        progress.step("Learning", unknown)
        training = train_on_table(table, request.options, request.name, request.now.date())

        def predictions(model: Model, playbook: Path) -> AbstractContextManager[Qualifications]:
            return table_predictions(table, training, model, playbook, request.now)

        return _with_files(training, target, predictions, outputs, progress)


def learn(
    session: Session, request: LearnRequest, progress: Progress = NullProgress()
) -> LearnResult:
    """Learn from a workspace's own history: leads at past moments with what was known of them then,
    and whether they had the outcome after. Raises like `learn_table`.
    """
    target = ModelTarget(session.place.folder, request.out, request.overwrite)
    if request.out is None:
        target.demand_free(request.name or name_of_history(request.history))
    with output_files.together((request.history.playbook,), ((request.out, "model"),)) as outputs:
        progress.step("Learning", unknown)
        with open_history(session, "learn", request.history, request.now) as history:
            training = train_on_history(history, request.options, request.name, request.now.date())

        def predictions(model: Model, playbook: Path) -> AbstractContextManager[Qualifications]:
            return workspace_predictions(
                session, request.history, training, model, playbook, request.now
            )

        return _with_files(training, target, predictions, outputs, progress)


def _with_files(
    training: Training,
    target: ModelTarget,
    predictions: Predictions,
    outputs: Outputs,
    progress: Progress,
) -> LearnResult:
    """The result with the files that are left of a model that was not refused."""
    model = training.model
    if model is None:
        return training.result
    result = replace(training.result, model=target.model_of_result(model))
    try:
        target.demand_free(model.name)
        files = target.write_model(model)
        if target.out is None:
            progress.step("What it says of every lead", unknown)
            playbook = target.write_playbook(training, model)
            with predictions(model, playbook) as found:
                files = target.write_predictions(files, playbook, found)
        outputs.appear()
    except CannotDo as fault:
        raise CannotWrite(fault, result) from fault
    return replace(result, files=files)
