"""What became of a playbook's test cases, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.case_failures import CaseFailure
from leadlight.results.cases import CaseResults, Coverage, StarterCases
from leadlight.results.coverage import Finding
from leadlight.results.text.lines import Hint, Line

SHOWN = 20  # failing cases
LINES = 10  # of each list of a coverage


def render_cases(found: CaseResults, every: bool = False) -> Iterator[str | Hint]:
    """The cases that do not hold, how many there are, and the coverage; with `every` its lists in
    full.
    """
    file = presentable(found.playbook, 80)
    if not found.case_files:
        yield Hint(
            f"{file} has no cases yet (fingerprint {found.fingerprint}). To have some written to"
            " start from:",
            NextStep("test", {"begin": True}),
        )
    else:
        for failed in found.failed[:SHOWN]:
            yield from _failure_lines(failed)
            yield ""
        if len(found.failed) > SHOWN:
            yield f"... and {len(found.failed) - SHOWN} more"
            yield ""
        yield f"{file}: {_outcome(found)} (fingerprint {found.fingerprint})."
    if found.coverage is not None:
        yield from _coverage(found, found.coverage, every)


def render_starter_cases(begun: StarterCases) -> Iterator[str | Hint]:
    """The file that was written, and what to do with it."""
    cases = plural(begun.cases, "case", "cases")
    yield f"{presentable(str(begun.file), 200)} has {cases} to start from; all hold."
    if begun.missing:
        yield f"No simple example was found for {', '.join(begun.missing)}."
    yield Hint("Change them into your own words, add what you agreed, and run:", NextStep("test"))


def _outcome(found: CaseResults) -> str:
    cases, broken = plural(found.cases, "case", "cases"), found.failed_cases
    if broken:
        return f"{broken} of {cases} {'does' if broken == 1 else 'do'} not hold"
    return f"{cases} {'holds' if found.cases == 1 else 'hold'}"


def _failure_lines(failed: CaseFailure) -> Iterator[str]:
    later = f", step {failed.step} as of {failed.at:%Y-%m-%d %H:%M}" if failed.step > 1 else ""
    yield f"FAILED  {presentable(failed.name, 120)}{later}"
    for miss in failed.misses:
        place = f"{failed.file}:{miss.line}"
        yield (
            f"  {presentable(place, 80)}: {presentable(miss.about, 40)} should be"
            f" {presentable(miss.expected, 80)}, and is {presentable(miss.came, 200)}"
        )
        for line in miss.why:
            yield f"      {_indent(line)}"


def _indent(line: str) -> str:
    """A line of ours with a user's text in it: what leads it stays."""
    return " " * (len(line) - len(line.lstrip())) + presentable(line, 300)


def _coverage(found: CaseResults, coverage: Coverage, every: bool) -> Iterator[str]:
    if found.case_files:
        touched = coverage.pieces - len(coverage.untouched)
        yield ""
        yield (
            f"The cases touch {touched} of the {coverage.pieces} rules, labels, segments, routes"
            " and questions."
        )
        yield from _findings(coverage.cases, every)
    yield ""
    if coverage.leads is None or coverage.as_of is None:
        yield "What leads touch: go to your workspace, or name a file of leads and a log."
        return
    yield f"{plural(coverage.leads, 'lead', 'leads')} as of {coverage.as_of:%Y-%m-%d %H:%M} UTC."
    if coverage.sample is not None and coverage.sample < coverage.leads:
        yield (
            "What rules change and which overlap was looked at for a sample of"
            f" {coverage.sample:,} of them."
        )
    if not coverage.leads:
        yield "There is no lead to look at."
    elif coverage.findings:
        yield from _findings(coverage.findings, every)
    else:
        yield "Every piece of the playbook is used, and each rule changes something."


def _findings(findings: Iterable[Finding], every: bool) -> Iterator[str]:
    for f in findings:
        shown = f.lines if every else f.lines[:LINES]
        yield ""
        yield f"{f.title}: {len(f.lines)}" if len(f.lines) > 1 and f.counts else f.title
        for line in shown:
            yield f"  {presentable(line, 2_000 if every else 200)}"
        if len(f.lines) > len(shown):
            yield Line(f"  ... and {len(f.lines) - len(shown)} more", field="everything")
        yield f"  -> {f.todo}"
