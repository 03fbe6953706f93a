"""What was just learned, at once: every lead with its probability and why, and the verdict as a
page to show.

The probability stands in a playbook of its own beside the model, so that `explain` works and the
cuts can be edited: of a table one of that probability alone, of a workspace its own with one score
more. What the workspace goes by is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk import wiring
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.leads.run import looked_at
from leadlight.desk.model_files import complete, with_models
from leadlight.desk.workspace.workspace import Agreed, named
from leadlight.facts.cohort import Everyone
from leadlight.playbook.model_text import with_score
from leadlight.playbook.model_yaml import model_text

if TYPE_CHECKING:
    from leadlight.desk.leads.qualifications import Qualifications
    from leadlight.desk.models.learn import Report
    from leadlight.desk.models.tuning_rows import Asked as Looked

_TWICE = (
    2.0  # the odds from which on a lead is called likely, against those of all leads that taught
)


@dataclass(frozen=True)
class Files:
    """Where the playbook, the leads and the page of a model are written, beside its `models`
    folder.
    """

    playbook: Path
    leads: Path
    page: Path

    @staticmethod
    def of(name: str, folder: Path) -> Files:
        """By the model's name."""
        stem = folder / name
        return Files(
            *(
                stem.with_name(f"{name}-{what}")
                for what in ("playbook.yml", "leads.csv", "report.html")
            )
        )

    def as_data(self) -> dict[str, str]:
        """For JSON."""
        return {"playbook": str(self.playbook), "leads": str(self.leads), "page": str(self.page)}


def playbook_text(report: Report) -> str:
    """The playbook that asks for the probability: a workspace's own with one score more, or of a
    table one of it alone.
    """
    model = report.model
    assert model is not None
    if report.playbook:
        return with_score(report.playbook, model.name, model_text(model))
    base_rate = report.learned.won / report.learned.rows
    odds = base_rate / (1 - base_rate)
    likely, unlikely = (round(o / (1 + o), 3) for o in (odds * _TWICE, odds / _TWICE))
    return f"""leadlight: 1
name: {model.name}
about: How probable it is, by the model {model.name} alone. \
Of the leads that taught {base_rate:.1%} had the outcome.

scores:
  probability: {{model: {model.name}}}

scales:
  chance:  # twice the odds of all leads that taught, or half of them: put your own cuts here
    - likely: probability >= {likely}
    - usual: probability >= {unlikely}
    - unlikely: otherwise
"""


def table_qualified(
    table: Path, report: Report, files: Files, maps: Mapping[str, str]
) -> Qualifications:
    """Every lead of the table, those whose outcome is not known yet too, by the model alone."""
    assert report.model is not None
    whole = with_models(playbook_text(report), {report.model.name: model_text(report.model)})
    found = open_files(
        table,
        as_of=wiring.now(),
        playbook=str(files.playbook),
        maps={**maps, report.label: "-"},
        text=whole,
    )
    found.base.qualify(found.playbook, Everyone(found.as_of))
    return replace(found, _summary=replace(found.summary, decided=report.learned.rows))


@contextmanager
def workspace_qualified(looked: Looked, report: Report, files: Files) -> Iterator[Qualifications]:
    """Every lead of the workspace as of now (or the day asked for) by its own rules and the
    probability; nothing is stored.
    """
    assert report.model is not None
    place = named(looked.workspace)
    whole = complete(
        playbook_text(report), place.folder, {report.model.name: model_text(report.model)}
    )
    agreed = Agreed(str(files.playbook), whole)
    with looked_at(
        place, "learn", playbook=agreed, as_of=looked.until, known=looked.known
    ) as found:
        yield found
