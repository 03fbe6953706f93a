"""`leadlight sync [CONNECTION]`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("sync", rich_help_panel="CRM")(sync)


def sync(
    connection: Annotated[
        str | None,
        typer.Argument(metavar="[CONNECTION]", help="Connection. Default: the only one."),
    ] = None,
    differences: Annotated[
        bool,
        typer.Option(
            "--differences", help="Instead, explain where the CRM and the workspace differ."
        ),
    ] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="Read everything, as after an undo or a new declaration."),
    ] = False,
    no_verify: Annotated[
        bool, typer.Option("--no-verify", help="Do not verify the contacts that are new.")
    ] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Read what changed in a CRM since the last time. It goes on where one was interrupted."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.crm.differences import DifferencesRequest
    from leadlight.desk.crm.differences import differences as compare
    from leadlight.desk.crm.sync import SyncRequest
    from leadlight.desk.crm.sync import sync as run
    from leadlight.desk.wiring import clock
    from leadlight.results.text.crm import render_differences, render_sync

    with open_session(workspace) as session:
        if differences:
            with Bar() as bar:
                found = compare(session, DifferencesRequest(clock.now(), connection), bar)
            answer(found, render_differences, as_json)
            return
        with Bar() as bar:
            read = run(session, SyncRequest(clock.now(), connection, not no_verify, again), bar)
    answer(read, render_sync, as_json)
