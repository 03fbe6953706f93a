"""`leadlight test`: a playbook's own cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from leadlight.desk.test import Tested
    from leadlight.plan.missed import Failed

SHOWN = 20  # failing cases


def register(app: typer.Typer) -> None:
    app.command("test", rich_help_panel="Agreement")(cases_of)


def cases_of(
    playbook: Annotated[
        str | None,
        typer.Argument(help="A playbook's file, or a preset; none: that of the workspace you are in, or playbook.yml."),
    ] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option("--cases", help="A file of cases. Default: playbook.tests.yml beside the playbook."),
    ] = None,
    begin: Annotated[
        bool, typer.Option("--begin", help="Write a file of cases to start from, found in the playbook.")
    ] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Also which rules no case touches; and no lead, where there are leads.")
    ] = False,
    leads: Annotated[Path | None, typer.Option("--leads", help="With --coverage: a file of leads to look at.")] = None,
    activities: Annotated[
        list[Path] | None, typer.Option("--activities", "-a", help="With --leads: a log of what they did.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="With --coverage: the moment of the leads, in UTC. Default: now.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="With --coverage: every line of every list.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The outcome as JSON.")] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Also write the outcome as JUnit XML, for your CI.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", "-w", help="The workspace, when you are not in it.")
    ] = None,
) -> None:
    """Run a playbook's own cases: "a director who asked for a demo yesterday is hot". Exit code 2 when one fails."""
    from leadlight.cli.told import busy, tell_problems
    from leadlight.desk.test import agreed, tried

    meant = agreed(playbook, cases or [], workspace)
    with busy("Trying the cases"):
        found = tried(meant, coverage=coverage)
    tell_problems(found.doubts)
    for line in told(found):
        typer.echo(line)
    if found.failed:
        raise typer.Exit(2)


def told(found: Tested) -> list[str]:
    """The outcome in lines of plain text."""
    from leadlight.plan.presentable import presentable

    out: list[str] = []
    for failed in found.failed[:SHOWN]:
        out += [*_failed(failed), ""]
    if len(found.failed) > SHOWN:
        out += [f"... and {len(found.failed) - SHOWN} more", ""]
    broken = len({id(f.case) for f in found.failed})
    n, file = len(found.cases), presentable(found.agreed.file, 80)
    cases = f"{n} {'case' if n == 1 else 'cases'}"
    if broken:
        out.append(
            f"{file}: {broken} of {cases} {'does' if broken == 1 else 'do'} not hold (fingerprint {found.agreed.book.fingerprint})."
        )
    else:
        out.append(f"{file}: {cases} {'holds' if n == 1 else 'hold'} (fingerprint {found.agreed.book.fingerprint}).")
    return out


def _failed(failed: Failed) -> list[str]:
    from leadlight.plan.presentable import presentable

    later = f", step {failed.step} as of {failed.at:%Y-%m-%d %H:%M}" if failed.step > 1 else ""
    out = [f"FAILED  {presentable(failed.case.name, 120)}{later}"]
    for miss in failed.misses:
        place = f"{failed.case.file}:{miss.line}"
        out.append(f"  {presentable(place, 80)}: {presentable(miss.about, 40)} should be {presentable(miss.expected, 80)}, "
                   f"and is {presentable(miss.came, 200)}")  # fmt: skip
        out += [f"      {_indented(line)}" for line in miss.why]
    return out


def _indented(line: str) -> str:
    """A line of ours with a user's text in it: what leads it stays."""
    from leadlight.plan.presentable import presentable

    return " " * (len(line) - len(line.lstrip())) + presentable(line, 300)
