"""`leadlight test`: a playbook's own cases."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, several


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("test", rich_help_panel="Rules")(cases_of)


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
    as_json: AsJson = False,
    junit: Annotated[
        Path | None,
        typer.Option("--junit", help="Also write the result as JUnit XML, for CI."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Run the test cases of a playbook. A case says, for example, "a director who asked for a demo
    yesterday is hot". Exit code 2 if a case fails.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import tell_problems
    from leadlight.cli.progress import Bar
    from leadlight.desk.moments import when
    from leadlight.desk.rules import case_starter
    from leadlight.desk.rules import test as verb
    from leadlight.desk.wiring import clock
    from leadlight.results.text.cases import render_cases, render_starter_cases

    now = clock.now()
    file = Path(playbook) if playbook is not None else None
    with open_session(workspace, around=file) as session, Bar() as bar:
        alone = file is not None and not session.is_named
        if begin:
            bar.step("Looking for cases", lambda: None)
            begun = case_starter.begin_cases(
                session, case_starter.BeginCasesRequest(now, playbook, alone)
            )
            answer(begun, render_starter_cases, as_json)
            return
        request = verb.CasesRequest(
            now,
            playbook,
            several(cases),
            alone,
            coverage,
            leads,
            several(activities),
            when(as_of, now, "as_of"),
            junit,
        )
        found = verb.run_cases(session, request, bar)
    if not as_json:
        tell_problems(found.doubts)
    answer(found, partial(render_cases, every=every), as_json)
    if found.failed:
        raise typer.Exit(2)
