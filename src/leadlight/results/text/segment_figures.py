"""Segments in numbers, one that is tried, and the leads outside the audience, for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.judge.metrics import Estimate
from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.segments import (
    MarketResearch,
    ResearchGroup,
    SegmentDelivery,
    SegmentExport,
    SegmentFigure,
    SegmentFigures,
    SegmentTrial,
)
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Hint, Line, Part

_OVERLAPS = 10
_HEADS = ("leads", "came", "left", "hot", "opened", "clicked", "replied", "bought", "value")


def render_segment_figures(found: SegmentFigures) -> Iterator[Part]:
    """A line for each segment, and the largest overlaps."""
    if not found.segments:
        yield "This playbook names no segments."
        yield Hint("Try one:", NextStep("try-segment", {"when": "employees >= 500"}))
        return
    yield (
        f"{plural(found.whole.leads, 'lead', 'leads')}, {found.since:%Y-%m-%d %H:%M} to"
        f" {found.until:%Y-%m-%d %H:%M} UTC"
    )
    yield _table(found)
    if found.overlaps:
        yield "\nLargest overlaps"
    for pair in found.overlaps[:_OVERLAPS]:
        yield f"  {pair.leads:>8,}  {label_text(pair.one)} and {label_text(pair.other)}"
    yield Line(
        f"As {found.run_id} of {found.as_of:%Y-%m-%d %H:%M} UTC by {found.playbook} left the"
        " leads.",
        "dim",
    )


def _table(found: SegmentFigures) -> Part:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("segment")
    for head in _HEADS:
        table.add_column(head, justify="right")
    table.add_column("next product")
    for figure in (*found.segments, found.whole):
        table.add_row(presentable(label_text(figure.name) or "all leads", 40), *_cells(figure))
    return table


def _cells(figure: SegmentFigure) -> list[str]:
    shares = (figure.opened, figure.clicked, figure.replied, figure.conversion)
    value = "" if figure.value is None else f"{figure.value:,.0f}"
    product = f"{presentable(figure.product, 40)} ({figure.asked:,})" if figure.product else ""
    return [
        f"{figure.leads:,}",
        f"+{figure.joined:,}",
        f"-{figure.left:,}",
        f"{figure.hot:,}",
        *("" if s.value is None else f"{s.value:.1%}" for s in shares),
        value,
        product,
    ]


def render_trial(found: SegmentTrial) -> Iterator[Part]:
    """How many it would have, some of them, and the lines for the playbook."""
    share = f" ({found.inside / found.leads:.1%})" if found.leads else ""
    yield Line(f"{found.inside:,} of {plural(found.leads, 'lead', 'leads')}{share}", "bold")
    if found.hot:
        yield f"{found.hot:,} of them are hot"
    for member in found.members:
        company = f", {presentable(member.company, 40)}" if member.company else ""
        yield f"  {presentable(member.lead_id, 40)}  {presentable(member.name, 40)}{company}"
    yield "\nIn the playbook it would be:"
    for line in found.lines.splitlines():
        indent = "  " + " " * (len(line) - len(line.lstrip()))
        yield f"{indent}{presentable(line, 4_000)}"


def render_segment_export(done: SegmentExport) -> Iterator[Part]:
    """What was written."""
    yield f"Written: {done.file.path} ({plural(done.leads, 'lead', 'leads')})"


def render_segment_delivery(done: SegmentDelivery) -> Iterator[Part]:
    """What is owed to the endpoint since."""
    leads = plural(done.leads, "lead", "leads")
    yield f"{leads} of {done.name} are owed to {presentable(done.endpoint.name, 80)}."
    if done.endpoint.state != "active":
        yield Line(f"It is {done.endpoint.state}: what is owed to it waits.", "dim")


def render_research(found: MarketResearch) -> Iterator[Part]:
    """Who they are, what they asked for, and which of them buy."""
    yield Line(
        f"{plural(found.leads, 'lead is', 'leads are')} outside the target audience,"
        f" {found.inside:,} are inside",
        "bold",
    )
    yield f"Of those outside {_with_interval(found.conversion)} bought"
    yield f"Of those inside {_with_interval(found.inside_conversion)} bought"
    for group in found.groups:
        yield from _group(group)
    if found.wishes:
        yield "\nWhat they asked for"
    for wish in found.wishes:
        yield f"  {wish.leads:>8,}  {label_text(wish.what)}: {presentable(wish.value, 80)}"


def _with_interval(share: Estimate) -> str:
    """A share with its 95 % interval."""
    if share.value is None or share.low is None or share.high is None:
        return "none"
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _group(group: ResearchGroup) -> Iterator[Part]:
    yield f"\n{label_text(group.attribute).capitalize()}"
    for line in group.lines:
        bought = f", {line.won:,} bought" if line.won else ""
        yield (
            f"  {line.leads:>8,}  {presentable(line.value, 60)}: {line.share:.0%} of those outside,"
            f" {line.share_inside:.0%} inside{bought}"
        )
