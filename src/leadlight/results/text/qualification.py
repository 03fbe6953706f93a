"""A qualified base as lines for a person: its numbers, what changed, and what was written."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.facts.ledger import Move, Run, RunReceipt
from leadlight.facts.mapping import ColumnMap, Mapping
from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.qualification import LakeResult, QualifyResult, TouchedCounts
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Hint, Part, files_line
from leadlight.results.text.outcome_refresh import render_outcome_refresh

MOVES = 12
OWN_COLUMNS = 8
STALE_DAYS = 60  # a base whose newest activity is older has mostly cooled


def render_qualification(found: QualifyResult) -> Iterator[Part]:
    """The base in numbers and whom to call; of a stored run also what changed."""
    if found.touched is not None:
        yield _touched_line(found.touched, found.receipt)
    if found.outcomes is not None:
        yield from render_outcome_refresh(found.outcomes)
        yield ""
    if found.complete_because:
        yield f"The whole base was evaluated. {found.complete_because}\n"
    if found.summary is not None:
        yield from _summary_parts(found)
    if found.receipt is not None:
        yield from _change_lines(found.receipt)
    for line in files_line(found.files):
        yield f"\n{line}"


def render_lake(found: LakeResult) -> Iterator[Part]:
    """The labels of a run in the lake, and where it stands."""
    if found.preset:
        yield f"By the preset {found.preset}, which fits your columns best."
    yield f"{found.playbook}, as of {found.as_of:%Y-%m-%d %H:%M} UTC."
    for scale, labels in found.labels.items():
        ordered = sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))
        counts = ", ".join(f"{label_text(label)} {n:,}" for label, n in ordered)
        yield f"  {presentable(scale, 30)}: {counts}"
    for sentence in found.notes:
        yield f"  {sentence}"
    yield (
        f"\nWritten: {found.out} ({plural(found.rows, 'row', 'rows')}) in {found.seconds:.1f} s;"
        f" Spark took {found.starting_seconds:.1f} s to begin."
    )


def mapping_line(mapping: Mapping) -> str:
    """How the columns of a file were read, in a line."""
    system = f" (looks like {mapping.system})" if mapping.system else ""
    known = [_column(c) for c in mapping.columns if c.name and c.how != "own"]
    line = f"Read as {mapping.what}{system}: {', '.join(known)}"
    own = [c.name for c in mapping.columns if c.name and c.how == "own"]
    if own:
        more = " ..." if len(own) > OWN_COLUMNS else ""
        line += f"; {len(own)} of your own: {', '.join(own[:OWN_COLUMNS])}{more}"
    return presentable(line, 1_500)


def _column(column: ColumnMap) -> str:
    """A column, and the attribute it is where it has another name."""
    same = column.header == column.name
    return column.header if same else f"{column.header} = {column.name}"


def _summary_parts(found: QualifyResult) -> Iterator[Part]:
    from leadlight.results.text.summary import SummaryView

    assert found.summary is not None
    if found.preset:
        yield Hint(
            f"By the preset {found.preset}, which fits your columns best. To make it yours:",
            NextStep("init", {"preset": found.preset}),
        )
        yield ""
    yield SummaryView(found.summary)
    yield from _notes(found)


def _notes(found: QualifyResult) -> Iterator[str]:
    if found.passes > 1:
        yield (
            f"\nQualified in {found.passes} passes, each over a part of the leads, to keep within"
            " the memory allowed."
        )
    if found.left_out:
        yield (
            f"\n{plural(found.left_out, 'lead', 'leads')} came into being after"
            f" {found.as_of:%Y-%m-%d} and {'is' if found.left_out == 1 else 'are'} left out."
        )
    silent = (found.as_of - found.newest).days if found.newest else 0
    if silent > STALE_DAYS:
        yield (
            f"\nThe newest activity is of {found.newest:%Y-%m-%d}, {silent} days before the moment"
            " asked for: most leads have cooled since. Qualify as of that day to see the base as it"
            " was then."
        )


def _touched_line(touched: TouchedCounts, receipt: RunReceipt | None) -> str:
    before = receipt.previous.leads if receipt and receipt.previous else 0
    share = f", {100 * touched.leads / before:.1f} % of the base" if before else ""
    return (
        f"Evaluated {plural(touched.leads, 'lead', 'leads')}{share}: {touched.by_facts:,} with"
        f" news, {touched.by_clock:,} that may change by the clock. The others are unchanged."
    )


def _change_lines(receipt: RunReceipt) -> Iterator[str]:
    if receipt.previous is None:
        yield "\nThis is the first run; the next one says what changed."
        return
    yield _since_line(receipt, receipt.previous)
    moves = [m for m in receipt.moves if m.before is not None and m.after is not None]
    for move in moves[:MOVES]:
        yield _move_line(move)
    if not moves:
        yield "  No label changed."


def _since_line(receipt: RunReceipt, before: Run) -> str:
    other = "" if before.fingerprint == receipt.run.fingerprint else ", by another playbook"
    return (
        f"\nSince the run of {before.recorded_at:%Y-%m-%d %H:%M} (as of"
        f" {before.as_of:%Y-%m-%d %H:%M}): {plural(receipt.new_leads, 'new lead', 'new leads')},"
        f" {receipt.gone_leads:,} gone{other}."
    )


def _move_line(move: Move) -> str:
    return (
        f"  {move.leads:>8,}  {presentable(move.scale, 30)}: {label_text(move.before or '')} ->"
        f" {label_text(move.after or '')}"
    )
