"""Enrichment as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.enrichment import EnricherList, EnricherReport, EnrichmentResult
from leadlight.results.text.lines import Line, Part, files_line

_ATTRIBUTE, _VALUE = 40, 60


def render_enrichment(found: EnrichmentResult) -> Iterator[Part]:
    """What each plug-in found and what was taken of it."""
    for report in found.enrichers:
        yield from _report(report, dry_run=found.dry_run)
    if found.dry_run:
        yield Line("This is a dry run: nothing was added.", "dim")
    if found.file is not None:
        yield from files_line([found.file])


def _report(report: EnricherReport, *, dry_run: bool) -> Iterator[Part]:
    name = presentable(report.name, _ATTRIBUTE)
    values = ", ".join(f"{n} {count:,}" for n, count in report.values.items() if count)
    yield Line(
        f"{name}: {report.enriched:,} of {plural(report.leads, 'lead', 'leads')} get a value"
        f"{f' ({values})' if values else ''}.",
        "bold",
    )
    if report.left_out:
        yield f"  {plural(report.left_out, 'value is', 'values are')} stated already, and stay."
    for refusal in report.refusals:
        answers = plural(refusal.answers, "answer is", "answers are")
        yield Line(f"  {answers} not taken: {refusal.because}.", "doubt")
    if report.fault is not None:
        yield Line(f"  {report.fault}", "doubt")
    if dry_run:
        for each in report.examples:
            said = ", ".join(
                f"{presentable(n, _ATTRIBUTE)} = {presentable(v, _VALUE)}"
                for n, v in each.values.items()
            )
            yield f"    {presentable(each.lead_id, _ATTRIBUTE)}: {said}"
    if report.taken_back:
        yield f"  Taken back, as it finds them no more: {', '.join(report.taken_back)}."
    if report.import_id is not None:
        rows = plural(report.added, "lead", "leads")
        yield f"  Added as {report.import_id} ({rows}); undo takes it back."


def render_enrichers(found: EnricherList) -> Iterator[Part]:
    """The plug-ins that are installed."""
    for line in found.enrichers:
        yield Line(presentable(line.name, _ATTRIBUTE), "bold")
        yield f"  {presentable(line.about, 200)}"
        if line.fault is not None:
            yield Line(f"  {line.fault}", "doubt")
            continue
        yield f"  reads {', '.join(line.reads)}; adds {', '.join(line.adds)}"
