"""`leadlight backup FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("backup", rich_help_panel="Facts")(backup)


def backup(
    file: Annotated[Path, typer.Argument(help="Archive to write, such as sales-2026-05-03.zip.")],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Back up the workspace to one file.

    It holds facts, users and keys as of one moment, the playbook and its models; the workspace
    may be served meanwhile.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.wiring import clock
    from leadlight.desk.workspaces.backup import BackupRequest
    from leadlight.desk.workspaces.backup import backup as run
    from leadlight.results.text.workspace import render_backup

    with open_session(workspace) as session, Bar() as bar:
        written = run(session, BackupRequest(file, clock.now()), bar)
    answer(written, render_backup, as_json)
