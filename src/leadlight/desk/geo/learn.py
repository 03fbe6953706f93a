"""`geo learn`: a model of buildings from those that somebody looked at, judged by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.geo.building_table import BuildingTable, read_buildings, read_labels
from leadlight.desk.models.model_target import ModelTarget
from leadlight.desk.models.training import evaluation, figures
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.facts.catalog import slug
from leadlight.playbook.model import Model
from leadlight.predict.columns import TableColumn
from leadlight.predict.libraries import needs
from leadlight.predict.places.blocks import FEWEST, blocks, deal
from leadlight.predict.places.label_count import wanted_labels
from leadlight.predict.places.list_length import list_precision
from leadlight.predict.places.local_cut import cut_of, log_odds
from leadlight.problems import CannotDo, did_you_mean, plural
from leadlight.results.geo_model import BuildingModelResult
from leadlight.results.trained_model import LearnResult, ModelFiles

if TYPE_CHECKING:
    from leadlight.predict.learn.training import TrainingResult

_BLOCK = "block"


@dataclass(frozen=True)
class GeoLearnRequest:
    """Learn from `buildings`, a table as `geo measure` writes it, and `label`, a table that says of
    some of them what they are in `column` (`positive` is its word for yes).

    `town` is a column of the buildings whose places are held out whole; without one, blocks of
    ground are. `name`, `out` and `overwrite` are those of every model. `detector` is an ONNX file
    whose answer, on crops of `picture`, is one more feature.
    """

    now: datetime
    buildings: Path
    label: Path
    column: str | None = None
    positive: str | None = None
    town: str | None = None
    name: str = "suits"
    out: Path | None = None
    overwrite: bool = False
    detector: Path | None = None
    picture: Path | None = None
    seed: int = 0


@dataclass(frozen=True)
class _Lesson:
    """The buildings with an answer, the place of each, and how places are held out, in words."""

    table: BuildingTable
    rows: Sequence[int]
    answers: Sequence[bool]
    places: Sequence[str]
    said: str
    unknown: int
    town: str = ""

    @property
    def columns(self) -> list[TableColumn]:
        """What is learned from, and the place."""
        measures = [c for c in self.table.measures if not c.is_one_of((self.town,))]
        measured = [c.take(self.rows) for c in measures]
        return [*measured, TableColumn(_BLOCK, _BLOCK, list(self.places))]


def learn_buildings(
    session: Session, request: GeoLearnRequest, progress: Progress = NullProgress()
) -> BuildingModelResult:
    """Learn, judge by place, and write the model with a playbook that uses it.

    Raises `CannotDo` where there is too little to learn from, and where all labels lie too near to
    each other to be held out.
    """
    needs()
    target = ModelTarget(Path(), request.out, request.overwrite)
    target.demand_free(request.name)
    reads = (request.buildings, request.label, request.detector, request.picture)
    with output_files.together(reads, ((request.out, "model"),)) as outputs:
        progress.step("Learning", unknown)
        lesson = _lesson(request)
        learned = _train(lesson, request.seed)
        result = _result(learned, lesson, request)
        model = _model_of(learned, request, lesson, result)
        if model is None:
            return result
        files = target.write_model(model)
        if request.out is None:
            files = _write_playbook(files, target, model, result.cut)
        outputs.appear()
    told = replace(result.learned, model=target.model_of_result(model), files=files)
    return replace(result, learned=told)


def _lesson(request: GeoLearnRequest) -> _Lesson:
    table = read_buildings(request.buildings)
    if request.detector is not None:
        from leadlight.desk.geo.detector import with_detector

        table = with_detector(table, request.detector, request.picture)
    labels = read_labels(request.label, request.column, request.positive)
    rows = [i for i, name in enumerate(table.ids) if name in labels]
    if not rows:
        raise CannotDo(
            f"No building of {request.label} is in {request.buildings}. There, buildings are called"
            f" {', '.join(list(labels)[:2])}; here, {', '.join(table.ids[:2])}.",
            field="label",
        )
    answers = [labels[table.ids[i]] for i in rows]
    places, said = _places(table, rows, request.town)
    return _Lesson(table, rows, answers, places, said, len(labels) - len(rows), request.town or "")


def _places(table: BuildingTable, rows: Sequence[int], town: str | None) -> tuple[list[str], str]:
    if town is not None:
        return _towns(table, rows, town)
    x, y = table.numbers("longitude"), table.numbers("latitude")
    spots = [(x[i], y[i]) for i in rows]
    if any(a is None or b is None for a, b in spots):
        raise CannotDo(
            f"{table.file} does not say where its buildings are (longitude, latitude). Name a"
            " column of towns instead.",
            field="town",
        )
    names, side = blocks([a or 0.0 for a, _ in spots], [b or 0.0 for _, b in spots])
    count = len(set(names))
    if count < FEWEST:
        raise CannotDo(
            f"The labels lie in {plural(count, 'block', 'blocks')} of ground of {side:,.0f} m:"
            f" {FEWEST} are needed to hold out whole blocks. Label buildings that lie further"
            " apart.",
            field="label",
        )
    return names, f"By place: {count} blocks of ground of {side:,.0f} m, a fifth of them in turn"


def _towns(table: BuildingTable, rows: Sequence[int], town: str) -> tuple[list[str], str]:
    column = next((c for c in table.columns.values() if c.is_one_of((town, slug(town)))), None)
    if column is None:
        hint = did_you_mean(town, [c.header for c in table.columns.values()]) or ""
        raise CannotDo(f"{table.file} has no column {town!r}. {hint}".strip(), field="town")
    names = [str(column.cells[i] if column.cells[i] is not None else "") for i in rows]
    count = len(set(names))
    if count < 2:
        raise CannotDo(
            f"All labels are of one place ({names[0][:60] or 'blank'}): a second is needed to be"
            " held out. Leave the column of towns out: then blocks of ground are held out.",
            field="town",
        )
    return names, f"By place: {count} of {column.header}, held out in turn"


def _train(lesson: _Lesson, seed: int) -> TrainingResult:
    from leadlight.predict.judge.verdict import split_in_turn
    from leadlight.predict.learn.options import LearnOptions
    from leadlight.predict.learn.training import learn

    columns = lesson.columns
    # What a picture shows is known before anybody calls, however well it predicts.
    vouched = tuple(c.name for c in columns if c.name != _BLOCK)
    return learn(
        columns,
        list(lesson.answers),
        LearnOptions(use=vouched, group=_BLOCK, seed=seed),
        split=split_in_turn(deal(lesson.places, lesson.answers, seed=seed), lesson.said),
    )


def _model_of(
    learned: TrainingResult,
    request: GeoLearnRequest,
    lesson: _Lesson,
    result: BuildingModelResult,
) -> Model | None:
    from leadlight.predict.learn.playbook_model import model_of

    if learned.verdict.refused:
        return None
    day: date = request.now.date()
    verdict = figures(learned) | {
        "cut": round(result.cut, 4),
        "labels_wanted": result.labels_wanted,
        "lists": [
            {"length": p.length, "right": p.right, "low": round(p.low, 4), "high": round(p.high, 4)}
            for p in result.lists
        ],
    }
    about = (
        f"{request.name}: learned on {day.isoformat()} from {learned.rows:,} buildings of"
        f" {request.buildings.name}, {learned.won:,} of them with a yes. {lesson.said}."
    )
    return model_of(learned, request.name, slug(request.name), about, day, verdict)


def _result(
    learned: TrainingResult, lesson: _Lesson, request: GeoLearnRequest
) -> BuildingModelResult:
    assert learned.unseen is not None
    chances = list(learned.unseen.chances)
    answers = [lesson.answers[i] for i in learned.unseen.rows]
    cut = cut_of(chances).probability
    hit = sum(y for p, y in zip(chances, answers, strict=True) if p >= cut)
    taken, there = sum(p >= cut for p in chances), sum(answers)
    return BuildingModelResult(
        learned=LearnResult(
            source=str(request.buildings),
            notes=learned.notes,
            **evaluation(learned, request.name),
        ),
        places=len(set(lesson.places)),
        lists=list_precision(chances, answers),
        cut=cut,
        f1=2 * hit / max(1, taken + there),
        precision=hit / max(1, taken),
        recall=hit / max(1, there),
        labels_wanted=wanted_labels([log_odds(p) for p in chances], answers),
        unknown=lesson.unknown,
    )


def _write_playbook(files: ModelFiles, target: ModelTarget, model: Model, cut: float) -> ModelFiles:
    place = target.playbook(model.name)
    output_files.write_text(place, playbook_text(model.name, cut), "learned")
    return replace(files, playbook=place)


def playbook_text(name: str, cut: float) -> str:
    """A playbook that asks for the model's probability, with its cut."""
    return f"""leadlight: 1
name: {name}
about: How probable it is that a building is one, by the model {name} alone.

scores:
  probability: {{model: {name}}}

scales:
  {name}_building:  # the threshold of the places that taught: set it again with labels of yours
    - likely: probability >= {cut:.4f}
    - unlikely: otherwise
"""
