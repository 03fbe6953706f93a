"""`leadlight playbook`: the rules in sentences."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, moment_of


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("playbook", rich_help_panel="Rules")(playbook)


def playbook(
    playbook: Annotated[
        str | None,
        typer.Argument(
            help="Playbook: file, preset name or version number. Default: the one in force."
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="The rules that were in force at this moment, in UTC."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Read a playbook in sentences.

    They say its labels, scores, segments, routes and who signs.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import tell_problems
    from leadlight.desk.rules import sentences
    from leadlight.desk.wiring import clock
    from leadlight.results.text.playbooks import render_sentences

    request = sentences.PlaybookRequest(clock.now(), playbook, moment_of(at, "at"))
    with open_session(workspace) as session:
        found = sentences.playbook(session, request)
    faults = any(problem.level == "fault" for problem in found.problems)
    if not as_json:
        tell_problems(found.problems)
    answer(found, render_sentences, as_json, err=faults)
    if faults:
        raise typer.Exit(2)
