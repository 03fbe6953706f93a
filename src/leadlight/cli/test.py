"""`leadlight test`: a playbook's own cases."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import Workspace
from leadlight.cli.screen import say_json
from leadlight.problems import plural

if TYPE_CHECKING:
    from leadlight.desk.rules.test import Agreed, Tried
    from leadlight.results.case_failures import CaseFailure
    from leadlight.results.coverage import Finding, PieceCounts

SHOWN = 20  # failing cases
LINES = 10  # of each list of a coverage


def register(app: typer.Typer) -> None:
    app.command("test", rich_help_panel="Agreement")(cases_of)


def cases_of(
    playbook: Annotated[
        str | None,
        typer.Argument(
            help=(
                "Playbook file or preset name. Default: the playbook of the workspace, or"
                " playbook.yml."
            )
        ),
    ] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            "--cases",
            help=(
                "File with test cases. Default: playbook.tests.yml next to the playbook. "
                "Repeatable."
            ),
        ),
    ] = None,
    begin: Annotated[
        bool,
        typer.Option(
            "--begin", help="Write a first file of test cases, derived from the playbook."
        ),
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage",
            help="Also list rules that no case (or, given leads, no lead) triggers.",
        ),
    ] = False,
    leads: Annotated[
        Path | None, typer.Option("--leads", help="With --coverage: leads file to evaluate.")
    ] = None,
    activities: Annotated[
        list[Path] | None,
        typer.Option("--activities", "-a", help="With --leads: activity log. Repeatable."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="With --coverage: evaluate the leads as of this moment, in UTC. Default: now.",
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="With --coverage: print the lists in full.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    junit: Annotated[
        Path | None,
        typer.Option("--junit", help="Also write the result as JUnit XML, for CI."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Run the test cases of a playbook. A case says, for example, "a director who asked for a demo
    yesterday is hot". Exit code 2 if a case fails.
    """
    from leadlight.cli.console import busy, tell_problems
    from leadlight.desk import wiring
    from leadlight.desk.rules.test import agreed, tried

    meant = agreed(playbook, cases or [], workspace)
    if begin:
        with busy("Looking for cases"):
            _begin(meant)
        return
    reads = (playbook, meant.beside, *(cases or ()), leads, *(activities or ()))
    with wiring.together(reads=reads, claims=((junit, "junit"),)), busy("Trying the cases"):
        found = tried(meant, coverage=coverage)
        if junit is not None:
            wiring.write_junit(found.cases, found.failed, meant.book.name, junit)
    counted = None
    if coverage:
        from leadlight.desk.rules.coverage import covered

        with busy("Looking at the leads"):
            counted = covered(meant, leads, activities or [], as_of)
    tell_problems(found.doubts)
    if as_json:
        say_json(plain(found, counted))
    else:
        for line in [*told(found), *(_coverage(found, counted, every) if coverage else [])]:
            typer.echo(line)
    if found.failed:
        raise typer.Exit(2)


def _begin(meant: Agreed) -> None:
    from leadlight.desk.rules.case_starter import begin
    from leadlight.presentable import presentable

    begun = begin(meant)
    typer.echo(
        f"{presentable(str(begun.file), 200)} has {begun.cases}"
        f" {'case' if begun.cases == 1 else 'cases'} to start from; all hold."
    )
    if begun.missing:
        typer.echo(f"No simple example was found for {', '.join(begun.missing)}.")
    typer.echo("Change them into your own words, add what you agreed, and run: leadlight test")


def told(found: Tried) -> list[str]:
    """The outcome in lines of plain text."""
    from leadlight.presentable import presentable

    file, fingerprint = (
        presentable(found.agreed.file, 80),
        f"(fingerprint {found.agreed.book.fingerprint})",
    )
    if not found.agreed.cases:
        return [
            f"{file} has no cases yet {fingerprint}: leadlight test --begin writes some to start"
            " from."
        ]
    out: list[str] = []
    for failed in found.failed[:SHOWN]:
        out += [*_failed(failed), ""]
    if len(found.failed) > SHOWN:
        out += [f"... and {len(found.failed) - SHOWN} more", ""]
    broken = len({(f.file, f.name) for f in found.failed})
    n = len(found.cases)
    cases = f"{n} {'case' if n == 1 else 'cases'}"
    if broken:
        return [
            *out,
            (
                f"{file}: {broken} of {cases} {'does' if broken == 1 else 'do'} not hold"
                f" {fingerprint}."
            ),
        ]
    return [*out, f"{file}: {cases} {'holds' if n == 1 else 'hold'} {fingerprint}."]


def _coverage(found: Tried, counted: PieceCounts | None, every: bool) -> list[str]:
    from leadlight.results.coverage import of_cases, of_leads

    touched = len(found.pieces) - len(found.untouched)
    out: list[str] = []
    if found.agreed.cases:
        out += [
            "",
            (
                f"The cases touch {touched} of the {len(found.pieces)} rules, labels, segments,"
                " routes and questions."
            ),
        ]
        out += _findings(of_cases(found.pieces, found.untouched), every)
    if counted is None:
        return [
            *out,
            "",
            (
                "What leads touch: go to your workspace, or add --leads leads.csv --activities"
                " log.csv."
            ),
        ]
    out += [
        "",
        f"{plural(counted.leads, 'lead', 'leads')} as of {counted.as_of:%Y-%m-%d %H:%M} UTC.",
    ]
    if counted.sample < counted.leads:
        out.append(
            f"What rules change and which overlap was looked at for a sample of {counted.sample:,}"
            " of them."
        )
    if not counted.leads:
        return [*out, "There is no lead to look at."]
    findings = of_leads(found.agreed.book, found.pieces, counted)
    return [
        *out,
        *(
            _findings(findings, every)
            or ["Every piece of the playbook is used, and each rule changes something."]
        ),
    ]


def _findings(findings: list[Finding], every: bool) -> list[str]:
    from leadlight.presentable import presentable

    out: list[str] = []
    for f in findings:
        shown = f.lines if every else f.lines[:LINES]
        out += ["", f"{f.title}: {len(f.lines)}" if len(f.lines) > 1 and f.counts else f.title]
        out += [f"  {presentable(line, 2_000 if every else 200)}" for line in shown]
        if len(f.lines) > len(shown):
            out.append(f"  ... and {len(f.lines) - len(shown)} more (--all shows them)")
        out.append(f"  -> {f.todo}")
    return out


def plain(found: Tried, counted: PieceCounts | None) -> dict[str, object]:
    """The outcome as plain data, for `--json`."""
    from leadlight.results.coverage import of_cases, of_leads

    out: dict[str, object] = {
        "playbook": found.agreed.file,
        "fingerprint": found.agreed.book.fingerprint,
        "cases": len(found.cases),
        "failed": [
            {
                "case": f.name,
                "file": f.file,
                "line": f.line,
                "step": f.step,
                "as_of": f.at.isoformat(),
                "misses": [asdict(m) for m in f.misses],
            }
            for f in found.failed
        ],
    }
    if found.pieces:
        findings = of_leads(found.agreed.book, found.pieces, counted) if counted else []
        out["coverage"] = {
            "pieces": len(found.pieces),
            "untouched": [p.id for p in found.untouched],
            "cases": (
                [asdict(f) for f in of_cases(found.pieces, found.untouched)] if found.cases else []
            ),
            "leads": None if counted is None else counted.leads,
            "sample": None if counted is None else counted.sample,
            "held": {p.id: counted.held.get(p.column, 0) for p in found.pieces} if counted else {},
            "findings": [asdict(f) for f in findings],
        }
    return out


def _failed(failed: CaseFailure) -> list[str]:
    from leadlight.presentable import presentable

    later = f", step {failed.step} as of {failed.at:%Y-%m-%d %H:%M}" if failed.step > 1 else ""
    out = [f"FAILED  {presentable(failed.name, 120)}{later}"]
    for miss in failed.misses:
        place = f"{failed.file}:{miss.line}"
        out.append(
            f"  {presentable(place, 80)}: {presentable(miss.about, 40)} should be"
            f" {presentable(miss.expected, 80)}, and is {presentable(miss.came, 200)}"
        )
        out += [f"      {_indented(line)}" for line in miss.why]
    return out


def _indented(line: str) -> str:
    """A line of ours with a user's text in it: what leads it stays."""
    from leadlight.presentable import presentable

    return " " * (len(line) - len(line.lstrip())) + presentable(line, 300)
