"""`leadlight history`: who agreed to which rules, and since when they are in force."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace
from leadlight.cli.screen import say_exactly, say_json
from leadlight.problems import CannotDo


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("history", rich_help_panel="Agreement")(history)


def history(
    at: Annotated[
        str | None,
        typer.Option("--at", help="Show the history as of this moment, in UTC. Default: now."),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(
            "--show",
            help=("Print the exact text of a version. --show 2 > playbook.yml restores version 2."),
        ),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List playbook versions: when each was in force, who signed."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.moments import when
    from leadlight.desk.rules import agreement
    from leadlight.desk.wiring import clock
    from leadlight.results.data import to_data
    from leadlight.results.text.agreement import render_history

    if show is not None and at is not None:
        raise CannotDo("--show prints a version's text, whenever it was in force: leave --at out.")
    now = clock.now()
    with open_session(workspace) as session:
        if show is not None:
            text = agreement.version_text(session, agreement.VersionTextRequest(show, now))
            if as_json:
                say_json(to_data(text))
            else:
                say_exactly(text.text)
            return
        moment = when(at, now, "at") if at is not None else None
        found = agreement.history(session, agreement.HistoryRequest(now, moment))
    answer(found, render_history, as_json)
