"""`leadlight report`: the HTML report of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsOf, KnownOfMoment, PlaybookFile, Workspace


def register(app: typer.Typer) -> None:
    app.command("report", rich_help_panel="Every day")(report)


def report(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Output file. Default: report.html in the workspace."),
    ] = None,
    as_of: AsOf = None,
    playbook: PlaybookFile = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
) -> None:
    """Write the HTML report. It is one file that works offline, on a phone and on paper."""
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.leads.run import looked_at
    from leadlight.desk.wiring import start_drawing, together
    from leadlight.desk.workspace.workspace import named

    place = named(workspace)
    target = out or place.folder / "report.html"
    with together(reads=(playbook,), claims=((target, "report"),)):
        start_drawing()
        with (
            busy("Writing the report"),
            looked_at(
                place, "report", playbook=playbook, as_of=as_of, known=known_as(known)
            ) as found,
        ):
            found.report(target)
    typer.echo(f"Look at: {target}")
