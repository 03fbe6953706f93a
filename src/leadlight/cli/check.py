"""`leadlight check`: every fault of a playbook at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("check", rich_help_panel="Rules")(check)


def check(
    playbook: Annotated[
        Path | None,
        typer.Argument(help="Playbook file. Default: playbook.yml of the workspace."),
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace",
            "-w",
            help="Check against the columns of this workspace. Default: the current one.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a playbook for errors. Each is shown with its line and the nearest known word."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import tell_problems
    from leadlight.desk.rules import check as verb
    from leadlight.desk.wiring import clock
    from leadlight.results.text.playbooks import render_check

    with open_session(workspace, around=playbook) as session:
        checked = verb.check(session, verb.CheckRequest(clock.now(), playbook))
    if not as_json:
        tell_problems(checked.problems)
    answer(checked, render_check, as_json, err=checked.faults > 0)
    if checked.faults:
        raise typer.Exit(2)
