"""`leadlight report`: the HTML report of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def register(app: typer.Typer) -> None:
    app.command("report", rich_help_panel="Every day")(report)


def report(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write it. Default: report.html in the workspace.")
    ] = None,
    as_of: Annotated[Optional[str], typer.Option("--as-of", help="The moment, in UTC. Default: now.")] = None,  # noqa: UP045
    playbook: Annotated[
        str | None, typer.Option("--playbook", "-p", help="A playbook's file, or the name of a preset.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", "-w", help="The workspace, when you are not in it.")
    ] = None,
    known: Annotated[str, typer.Option("--known", help="then, or now: what we know now about that moment.")] = "then",
) -> None:
    """Write the report: one HTML file that works offline, on a phone and on paper."""
    from leadlight.cli.told import busy, known_as
    from leadlight.desk.run import looked_at
    from leadlight.desk.wiring import start_drawing
    from leadlight.desk.workspace import named

    place = named(workspace)
    start_drawing()
    with (
        busy("Writing the report"),
        looked_at(place, "report", playbook=playbook, as_of=as_of, known=known_as(known)) as found,
    ):
        target = found.report(out or place.folder / "report.html")
    typer.echo(f"Look at: {target}")
