"""`leadlight undo [IMPORT]`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("undo")(undo)


def undo(
    import_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[IMPORT]", help="Import to undo. Without it, all imports are listed."
        ),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Undo an import, or list all imports."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk import wiring
    from leadlight.desk.leads.undo import ImportsRequest, UndoRequest
    from leadlight.desk.leads.undo import imports as list_imports
    from leadlight.desk.leads.undo import undo as take_back
    from leadlight.results.text.imports import render_imports, render_undone

    with open_session(workspace) as session:
        if import_id is None:
            listed = list_imports(session, ImportsRequest(wiring.now()))
            answer(listed, render_imports, as_json)
        else:
            undone = take_back(session, UndoRequest(import_id, wiring.now()))
            answer(undone, render_undone, as_json)
