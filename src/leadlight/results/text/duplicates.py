"""A search for duplicates, and pairs that wait for a decision, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.duplicates import (
    DecideResult,
    DedupeResult,
    DuplicatePair,
    MergePreview,
    PairList,
)
from leadlight.results.text.lines import Hint, Line, Part

SHOWN = 20
_NOT_COMPARED = ("lead_id", "changed_at", "last_activity_at")


def render_duplicates(found: DedupeResult) -> Iterator[Part]:
    """The links that were made, what spoke for them, and what waits for a decision."""
    yield (
        f"{plural(found.leads, 'lead', 'leads')} compared:"
        f" {plural(found.made, 'new link', 'new links')} made,"
        f" {plural(found.waiting, 'new one waits', 'new ones wait')} for you."
    )
    for reason, links in found.evidence.items():
        yield f"{links:>10,}  {reason}"
    yield (
        f"{plural(found.merged, 'lead is', 'leads are')}"
        f" {plural(found.persons, 'person', 'people')};"
        f" {plural(found.companies, 'company has', 'companies have')} several leads."
    )
    if found.receipt:
        yield f"Recorded as {found.receipt.import_id}."
        yield Hint("To undo:", NextStep("undo", {"import_id": found.receipt.import_id}))
    if found.waiting_in_all:
        pairs = plural(found.waiting_in_all, "pair waits", "pairs wait")
        yield Hint(f"{pairs} for a decision:", NextStep("dedupe", {"review": True}))


def render_pairs(found: PairList) -> Iterator[Part]:
    """The pairs, each with what is known of both leads."""
    if not found.pairs:
        yield "No pair waits for a decision."
        return
    for pair in found.pairs[:SHOWN]:
        yield from render_pair(pair)
    if len(found.pairs) > SHOWN:
        yield f"\n{len(found.pairs) - SHOWN:,} more wait."
    link = found.pairs[0].link
    ids = f"{link.lead_a}={link.lead_b}"
    yield Hint("\nIf two leads are one:", NextStep("dedupe", {"same": ids}))
    yield Hint("If they are not:", NextStep("dedupe", {"different": ids}))


def render_merge(found: MergePreview) -> Iterator[Part]:
    """What each lead says, and what would count of all."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("", *found.leads, "as one"):
        table.add_column(presentable(head, 40), overflow="fold")
    for line in found.lines:
        cells = [presentable(v or "", 200) for v in (*line.values, line.merged)]
        table.add_row(line.name, *cells)
    yield table
    ids = f"{found.leads[0]}={found.leads[1]}"
    yield Hint("\nIf they are one:", NextStep("dedupe", {"same": ids}))


def render_pair(pair: DuplicatePair) -> Iterator[Part]:
    """A pair: how sure it is and why, and both leads side by side."""
    from rich.table import Table

    link = pair.link
    yield Line(f"\n{link.kind}, {link.weight:.0%}: {link.evidence}", "bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for lead in (link.lead_a, link.lead_b):
        table.add_column(presentable(lead, 40), overflow="ellipsis", max_width=44)
    for name in dict.fromkeys((*pair.one, *pair.other)):
        one, other = pair.one.get(name, ""), pair.other.get(name, "")
        if name not in _NOT_COMPARED:
            style = "dim" if one == other else None
            table.add_row(name, presentable(one, 120), presentable(other, 120), style=style)
    yield table


def render_decisions(found: DecideResult) -> Iterator[Part]:
    """How many decisions were recorded, and how to take them back."""
    yield f"{found.receipt.imported:,} decided as {found.receipt.import_id}."
    yield Hint("To undo:", NextStep("undo", {"import_id": found.receipt.import_id}))
