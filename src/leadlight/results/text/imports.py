"""Files that were imported, a workspace's imports, and one that was taken back, as lines for a
person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from leadlight.facts.ledger import (
    ImportContent,
    ImportLine,
    ImportReceipt,
    SavedMapping,
    UndoReceipt,
)
from leadlight.facts.mapping import ColumnMap, Mapping
from leadlight.presentable import presentable
from leadlight.problems import NextStep, Refusal, plural
from leadlight.results.imports import ImportedFile, ImportList, ImportResult
from leadlight.results.text.lines import Hint, Line, Part, Style
from leadlight.results.verification import VerifyResult

SHOWN = 50
#: How it was found which attribute a column is.
HOW = {
    "you": "you said so",
    "crm": "as {system} names it",
    "synonym": "by its name",
    "content": "by its content",
    "own": "your own",
    "apart": "your own",
    "ignored": "left out",
    "derived": "its words say so",
}
_UNITS = {
    "leads": "statements",
    "activities": "activities",
    "spend": "rows of spend",
    "checks": "contact checks",
    "links": "links",
}


def render_undone(undone: UndoReceipt) -> Iterator[str]:
    """What left the picture with an import."""
    unit = _UNITS[undone.what]
    yield (
        f"{undone.import_id} ({undone.file}) is taken back: {undone.facts:,} {unit} no longer"
        " count."
    )
    if undone.leads_gone:
        gone = plural(undone.leads_gone, "lead is", "leads are")
        yield f"{gone} gone with it: nothing else speaks of them."
    yield Line("What the base looked like before this moment can still be asked for", field="as_of")


def render_imports(found: ImportList) -> Iterator[str]:
    """The newest imports, two lines each."""
    if not found.imports:
        yield "Nothing has been imported here yet."
        return
    for line in found.imports[:SHOWN]:
        yield from _lines_of(line)
    if len(found.imports) > SHOWN:
        yield f"... and {len(found.imports) - SHOWN:,} earlier ones."


def render_import_content(found: ImportContent) -> Iterator[Part]:
    """What each column was taken for, and what was rejected."""
    yield from _lines_of(found.line)
    for header in found.headers:
        name = found.mapping.get(header, "-")
        how = "you said so" if header in found.said else "your own" if name in found.own else ""
        shown = "left out" if name == "-" else name
        yield f"  {presentable(header, 60)}  {shown}  {how}".rstrip()
    for reason in found.reasons:
        yield f"{reason.rows:>10,}  {reason.reason}"
    for row in found.rejects[:SHOWN]:
        why, text = presentable(row.reason, 200), presentable(row.text or "", 200)
        yield f"  row {row.line}: {why}: {text}"


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


def render_import(found: ImportResult) -> Iterator[Part]:
    """What became of each file: how it was read, what came in, what is wrong with it."""
    for file in found.files:
        yield from _file_lines(file, found.preview)
    if found.preview:
        yield "A preview: nothing was written."


def _file_lines(file: ImportedFile, preview: bool) -> Iterator[Part]:
    yield Line(f"\n{file.file}", "bold")
    if file.mapping:
        table = _preview_table if preview else _mapping_table
        yield table(file.mapping, file.saved)
    for problem in file.problems:
        yield Line(f"  {problem}", "doubt", problem.field)
    if file.refusal:
        yield from _refusal_lines(file.refusal, file)
    if file.receipt:
        yield from _count_lines(file.receipt, preview)
    for problem in file.not_done:
        yield Line(f"  {problem}", "fault", problem.field)
    if file.verified and file.verified.leads:
        yield from _contact_lines(file.verified)
    if file.rejects:
        line = f"  The rejected rows are in {file.rejects}, each with its line and its reason."
        yield Line(line, "doubt")


def _refusal_lines(refusal: Refusal, file: ImportedFile) -> Iterator[Part]:
    yield Line(f"  Not imported. {refusal.message}", "fault")
    for problem in refusal.problems:
        if problem not in file.problems:
            yield Line(f"  {problem}", "doubt", problem.field)
    if refusal.step:
        yield Hint("  Try:", refusal.step)


def _contact_lines(found: VerifyResult) -> Iterator[Part]:
    """What verification says of the leads that came in."""
    bad = sum(v.get("unreachable", 0) for v in found.verdicts.values())
    unreachable = plural(bad, "contact point is", "contact points are")
    without = plural(found.without_contact, "lead has", "leads have")
    yield (
        f"  {plural(found.leads, 'lead', 'leads')} verified: {unreachable} unreachable, {without}"
        " none at all."
    )
    if found.repairs:
        repairs = plural(found.repairs, "repair is", "repairs are")
        yield Hint(f"  {repairs} proposed:", NextStep("verify", {"repairs": True}))


def _mapping_table(mapping: Mapping, saved: SavedMapping | None) -> Part:
    """What each column was taken for."""
    rows = (
        (*_column_row(column, mapping, saved), "".join(column.examples[:1]))
        for column in mapping.columns
    )
    return _table(("  column", "is", "type", "because", "such as"), rows)


def _preview_table(mapping: Mapping, saved: SavedMapping | None) -> Part:
    """The same to be looked through: what is unsure comes first, with what else it may be and three
    of its values.
    """
    columns = sorted(mapping.columns, key=lambda column: column.is_sure)
    rows = (
        (
            *_column_row(column, mapping, saved),
            "" if column.is_sure else "look here",
            column.instead or "",
            " | ".join(column.examples),
        )
        for column in columns
    )
    heads = ("  column", "is", "type", "because", "", "or", "such as")
    return _table(heads, rows)


def _column_row(column: ColumnMap, mapping: Mapping, saved: SavedMapping | None) -> tuple[str, ...]:
    adds = f"one more {column.adds_to}" if column.adds_to else _how(column, mapping, saved)
    kind = str(column.type).replace("_", "/")
    return (column.header, column.name or "-", kind, adds)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Part:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in heads:
        table.add_column(header, overflow="ellipsis", max_width=34)
    for row in rows:
        first, *rest = (" ".join(c.split()) for c in row)
        table.add_row(f"  {first}", *rest, style="dim" if row[1] == "-" else None)
    return table


def _how(column: ColumnMap, mapping: Mapping, saved: SavedMapping | None) -> str:
    if saved and column.header in saved.said:
        return f"as in {saved.import_id}"
    return HOW.get(column.how, column.how).format(system=mapping.system or "a CRM")


def _count_lines(receipt: ImportReceipt, preview: bool) -> Iterator[str]:
    verb = "would be imported" if preview else "imported"
    name = f" as {receipt.import_id}" if receipt.imported and not preview else ""
    yield (
        f"  {plural(receipt.read, 'row', 'rows')} of {receipt.what} read = {receipt.imported:,}"
        f" {verb}{name} + {receipt.unchanged:,} unchanged + {receipt.rejected:,} rejected."
    )
    if receipt.what == "leads" and receipt.imported:
        yield f"  {plural(receipt.new_leads, 'lead is', 'leads are')} new."
    if receipt.strangers:
        yield (
            f"  {plural(receipt.strangers, 'activity belongs', 'activities belong')} to people who"
            " are not in the base yet; import the file again when they are."
        )
