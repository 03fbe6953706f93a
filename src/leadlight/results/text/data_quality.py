"""The quality of a workspace's contacts, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import NextStep
from leadlight.results.data_quality import DataQualityResult
from leadlight.results.quality import (
    Quality,
    Waste,
    due_sentence,
    empty_sentence,
    percent,
    waste_sentence,
)
from leadlight.results.text.lines import Hint, Line, Part


def render_data_quality(found: DataQualityResult) -> Iterator[Part]:
    """Who is empty and why, where they come from, and what is due."""
    quality = found.quality
    if quality is None:
        yield "No contact was checked yet."
        yield Hint("Check them:", NextStep("verify"))
        return
    yield Line(empty_sentence(quality), "bold")
    for reason in quality.reasons:
        yield f"{reason.leads:>10,}  {reason.say}"
    waste = waste_sentence(quality)
    if waste:
        yield f"\n{waste}"
    if quality.sources:
        yield _sources(quality)
    yield f"\n{due_sentence(quality)}"
    moment = f"{found.as_of:%Y-%m-%d %H:%M} UTC"
    yield Line(f"As {found.run_id} of {moment} by {found.playbook} left the leads.", "dim")


def _sources(quality: Quality) -> Part:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("source")
    heads = ("leads", "empty", "share", "non-target", "spent in vain")
    for head in heads if quality.spent else heads[:-1]:
        table.add_column(head, justify="right")
    for waste in quality.sources:
        table.add_row(waste.source, *_cells(waste, quality))
    return table


def _cells(waste: Waste, quality: Quality) -> list[str]:
    cells = [f"{waste.leads:,}", f"{waste.empty:,}", percent(waste.empty, waste.leads)]
    cells.append(f"{waste.non_target:,}")
    if quality.spent:
        cost = waste.cost
        cells.append("" if cost is None else f"{cost:,.0f} {quality.currency}".strip())
    return cells
