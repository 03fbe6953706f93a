"""A model of buildings as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import NextStep, plural
from leadlight.results.geo_model import BuildingModelResult
from leadlight.results.text.estimates import estimate_text
from leadlight.results.text.lines import Hint, presentable_line

_LISTED, _LONGEST = 5, 600


def render_building_model(result: BuildingModelResult) -> Iterator[str | Hint]:
    """How good it is where it saw no neighbour, and what to do in a new place."""
    for line in _evaluation(result):
        yield presentable_line(line, _LONGEST)
    files = result.learned.files
    if files is None or files.playbook is None:
        return
    yield ""
    yield f"The model: {files.model}. A playbook that uses it: {files.playbook}"
    yield (
        f"In a new place its order holds and its threshold does not: look at {result.labels_wanted}"
        " buildings there first."
    )
    step = {"buildings": "NEW.parquet", "playbook": files.playbook, "picture": "NEW.tif"}
    yield Hint("Which ones? ", NextStep("label-buildings", step))


def _evaluation(result: BuildingModelResult) -> Iterator[str]:
    learned, verdict = result.learned, result.learned.verdict
    yield (
        f"Learned from {plural(learned.rows, 'building', 'buildings')} of {learned.source};"
        f" {learned.with_outcome:,} of them ({learned.base_rate:.1%}) are: {learned.outcome}."
    )
    if result.unknown:
        yield f"{plural(result.unknown, 'label is', 'labels are')} of buildings that are not in it."
    yield from learned.notes
    yield ""
    yield f"Judged where it had seen no neighbour. {verdict.split}."
    yield f"  chance that a right building stands above a wrong one (AUC): {_auc(result)}"
    yield (
        f"  with the best threshold ({result.cut:.2f}): of those it names {result.precision:.0%}"
        f" are right, and it names {result.recall:.0%} of the right ones (F1 {result.f1:.2f})"
    )
    for found in result.lists:
        yield (
            f"  of the best {found.length:>3}: {found.right} right, {found.share:.0%} (95 %:"
            f" {found.low:.0%} to {found.high:.0%})"
        )
    yield from verdict.doubts
    if verdict.refused:
        yield ""
        yield f"Refused. {verdict.refused}"
    elif learned.weights:
        yield "What it goes by: " + ", ".join(n for n, _ in learned.weights[:_LISTED]) + "."


def _auc(result: BuildingModelResult) -> str:
    return estimate_text(result.learned.verdict.model.auc, 3)
