"""`leadlight roster`: who is there, and who gets how many leads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("roster", rich_help_panel="Outreach")(roster)


def roster(
    roster: Annotated[
        Path | None,
        typer.Option("--roster", help="Roster file. Default: roster.yml of the workspace."),
    ] = None,
    begin: Annotated[bool, typer.Option("--begin", help="Write a roster to start from.")] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show who on the roster is at work, and what each takes.

    Lists every fault of the file.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.routing.roster import RosterRequest
    from leadlight.desk.routing.roster import roster as show
    from leadlight.desk.wiring import clock
    from leadlight.results.text.routing import render_roster

    with open_session(workspace) as session:
        view = show(session, RosterRequest(clock.now(), roster, begin))
    answer(view, render_roster, as_json)
