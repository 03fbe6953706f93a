"""`leadlight undo [IMPORT]`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("undo", rich_help_panel="Facts")(undo)


def undo(
    import_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[IMPORT]", help="Import to undo. Without it, all imports are listed."
        ),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option("--show", metavar="IMPORT", help="Show how an import was read instead."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Undo an import, show how one was read, or list all imports."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.leads.undo import ImportContentRequest, ImportsRequest, UndoRequest
    from leadlight.desk.leads.undo import import_content as look_at
    from leadlight.desk.leads.undo import imports as list_imports
    from leadlight.desk.leads.undo import undo as take_back
    from leadlight.desk.wiring import clock
    from leadlight.results.text.imports import (
        render_import_content,
        render_imports,
        render_undone,
    )

    with open_session(workspace) as session:
        if show is not None:
            content = look_at(session, ImportContentRequest(show, clock.now()))
            answer(content, render_import_content, as_json)
        elif import_id is None:
            listed = list_imports(session, ImportsRequest(clock.now()))
            answer(listed, render_imports, as_json)
        else:
            undone = take_back(session, UndoRequest(import_id, clock.now()))
            answer(undone, render_undone, as_json)
