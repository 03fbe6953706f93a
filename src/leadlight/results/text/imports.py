"""Imports, and one that was taken back, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.facts.ledger import ImportLine, Undone
from leadlight.problems import plural
from leadlight.results.imports import ImportList
from leadlight.results.text.lines import Line, Style

SHOWN = 50
_UNITS = {
    "leads": "statements",
    "activities": "activities",
    "spend": "rows of spend",
    "checks": "contact checks",
    "links": "links",
}


def render_undone(undone: Undone) -> Iterator[str]:
    """What left the picture with an import."""
    unit = _UNITS[undone.what]
    yield (
        f"{undone.import_id} ({undone.file}) is taken back: {undone.facts:,} {unit} no longer"
        " count."
    )
    if undone.leads_gone:
        gone = plural(undone.leads_gone, "lead is", "leads are")
        yield f"{gone} gone with it: nothing else speaks of them."
    yield "What the base looked like before this moment can still be asked with --as-of."


def render_imports(found: ImportList) -> Iterator[str]:
    """The newest imports, two lines each."""
    if not found.imports:
        yield "Nothing has been imported here yet."
        return
    for line in found.imports[:SHOWN]:
        yield from _lines_of(line)
    if len(found.imports) > SHOWN:
        yield f"... and {len(found.imports) - SHOWN:,} earlier ones."


def _lines_of(line: ImportLine) -> Iterator[str]:
    style: Style = "dim" if line.undone_at else "plain"
    moment = f"{line.recorded_at:%Y-%m-%d %H:%M} UTC"
    yield Line(f"{line.import_id}  {moment}  {line.file}{_state_of(line)}", style)
    yield Line(
        f"    {plural(line.read, 'row', 'rows')} of {line.what} = {line.imported:,} imported +"
        f" {line.unchanged:,} unchanged + {line.rejected:,} rejected",
        style,
    )


def _state_of(line: ImportLine) -> str:
    if line.undone_at:
        return f", taken back {line.undone_at:%Y-%m-%d}"
    return ", history" if line.backfill else ""
