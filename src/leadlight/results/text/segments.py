"""The segments of a base, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.results.qualification import SegmentsResult
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Part

OVERLAPS = 10


def render_segments(found: SegmentsResult) -> Iterator[Part]:
    """Their sizes, and the largest overlaps."""
    if not found.segments:
        yield (
            "This playbook names no segments. Add some under segments:, such as enterprise:"
            " employees >= 500."
        )
        return
    yield _table(found)
    pairs = sorted((o for o in found.overlaps if o.leads), key=lambda o: -o.leads)[:OVERLAPS]
    if pairs:
        yield "\nLargest overlaps"
    for pair in pairs:
        yield f"  {pair.leads:>8,}  {label_text(pair.one)} and {label_text(pair.other)}"


def _table(found: SegmentsResult) -> Part:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("segment")
    for head in ("leads", "of all", "hot"):
        table.add_column(head, justify="right")
    table.add_column("about")
    for s in found.segments:
        table.add_row(
            presentable(label_text(s.name), 40),
            f"{s.leads:,}",
            f"{s.leads / found.leads:.1%}" if found.leads else "",
            f"{s.hot:,} ({s.hot_share:.0%})",
            presentable(s.about, 60),
        )
    return table
