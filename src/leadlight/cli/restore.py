"""`leadlight restore FILE FOLDER`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("restore", rich_help_panel="Facts")(restore)


def restore(
    file: Annotated[Path, typer.Argument(help="Archive that `leadlight backup` wrote.")],
    where: Annotated[str, typer.Argument(metavar="FOLDER", help="New or empty folder.")],
    as_json: AsJson = False,
) -> None:
    """Restore a workspace from a backup. Every checksum is compared; a damaged archive restores
    nothing. Deliveries to other systems wait until you resume them.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.wiring import clock
    from leadlight.desk.workspaces.backup import RestoreRequest
    from leadlight.desk.workspaces.backup import restore as run
    from leadlight.results.text.workspace import render_restoration

    with open_session() as session, Bar() as bar:
        restored = run(session, RestoreRequest(file, where, clock.now()), bar)
    answer(restored, render_restoration, as_json)
