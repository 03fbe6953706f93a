"""What a model that was just trained says of every lead.

The probability stands in a playbook of its own beside the model, so that `explain` works and the
cuts can be edited: of a table one of that probability alone, of a workspace its own with one score
more. What the workspace goes by is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.leads.run import qualify_base
from leadlight.desk.model_files import complete, with_models
from leadlight.desk.models.labelled_table import LeadTable
from leadlight.desk.models.lead_history import HistoryOptions
from leadlight.desk.models.model_target import playbook_text
from leadlight.desk.models.training import Training
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import AgreedPlaybook
from leadlight.facts.cohort import Everyone
from leadlight.playbook.model import Model
from leadlight.playbook.model_yaml import model_text


@contextmanager
def table_predictions(
    table: LeadTable, training: Training, model: Model, playbook: Path, now: datetime
) -> Iterator[Qualifications]:
    """Every lead of the table, those whose outcome is not known yet too, by the model alone."""
    text = with_models(playbook_text(training.result, model), {model.name: model_text(model)})
    found = open_files(
        table.file,
        playbook=str(playbook),
        as_of=now,
        maps={**table.maps, training.label: "-"},
        text=text,
    )
    with closing(found.base.con):
        found.base.qualify(found.playbook, Everyone(found.as_of))
        summary = replace(found.summary, decided=training.result.rows)
        yield replace(found, _summary=summary)


@contextmanager
def workspace_predictions(
    session: Session,
    history: HistoryOptions,
    training: Training,
    model: Model,
    playbook: Path,
    now: datetime,
) -> Iterator[Qualifications]:
    """Every lead of the workspace as of now, or of the day until which was learned, by its own
    rules and the probability; nothing is stored.
    """
    text = complete(
        playbook_text(training.result, model, training.playbook),
        session.place.folder,
        {model.name: model_text(model)},
    )
    with session.read("learn", now) as workspace:
        agreed = AgreedPlaybook(str(playbook), text)
        yield qualify_base(workspace, agreed, history.until or now, history.known)
