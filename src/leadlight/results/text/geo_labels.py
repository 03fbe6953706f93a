"""A sheet of buildings to look at, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import NextStep, plural
from leadlight.results.geo_labels import LabelSheet
from leadlight.results.text.lines import Hint, presentable_line


def render_sheet(
    found: LabelSheet, buildings: str = "BUILDINGS", playbook: str | None = None
) -> Iterator[str | Hint]:
    """What to look at, and where to write the answers. `buildings` and `playbook` are what the
    sheet was made of: the list that follows asks for them again.
    """
    left = len(found.rows) - found.answer_count
    yield (
        f"{plural(len(found.rows), 'building', 'buildings')} of {found.chosen_from:,} to look at,"
        f" the least sure ones; {found.answer_count:,} have an answer, {left:,} have none."
    )
    yield presentable_line(f"Question: {found.question}", 300)
    yield f"The crops: {found.folder / 'sheet.html'}"
    yield f"Write yes or no into {found.table}, or tap on the desk's page Label buildings."
    step = {"leads": buildings, "playbook": playbook, "labels": found.table}
    yield Hint("Then: ", NextStep("list-buildings", step))
