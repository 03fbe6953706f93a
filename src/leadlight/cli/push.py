"""`leadlight push [CONNECTION]`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, several


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("push", rich_help_panel="CRM")(push)


def push(
    connection: Annotated[
        str | None,
        typer.Argument(metavar="[CONNECTION]", help="Connection. Default: the only one."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show ten examples and the counts, and write nothing."),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Put back what stood there before the last push.")
    ] = False,
    overwrite: Annotated[
        list[str] | None,
        typer.Option(
            "--overwrite",
            help="Write over what somebody changed in this record or lead; all: in every one."
            " Repeatable.",
        ),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Write each lead's score, label and reason into a CRM.

    Only what changed is written. What somebody changed there stays, unless --overwrite names it.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.crm.push import PushRequest
    from leadlight.desk.crm.push import push as run
    from leadlight.desk.crm.undo_push import UndoPushRequest, undo_push
    from leadlight.desk.wiring import clock
    from leadlight.results.text.crm import render_push, render_undo_push

    with open_session(workspace) as session:
        if undo:
            with Bar() as bar:
                back = undo_push(session, UndoPushRequest(clock.now(), connection), bar)
            answer(back, render_undo_push, as_json)
            return
        request = PushRequest(clock.now(), connection, dry_run, several(overwrite))
        with Bar() as bar:
            done = run(session, request, bar)
    answer(done, render_push, as_json)
