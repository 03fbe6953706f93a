"""`leadlight report`: the HTML report of a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson, AsOf, KnownOfMoment, PlaybookFile, Workspace


def register(app: typer.Typer) -> None:
    app.command("report", rich_help_panel="Qualify")(report)


def report(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Output file. Default: report.html in the workspace."),
    ] = None,
    as_of: AsOf = None,
    playbook: PlaybookFile = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
    as_json: AsJson = False,
) -> None:
    """Write the HTML report. It is one file that works offline, on a phone and on paper."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, parse_known
    from leadlight.desk.leads.report import ReportRequest
    from leadlight.desk.leads.report import report as run
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock

    now = clock.now()
    with open_session(workspace) as session:
        request = ReportRequest(
            out or session.place.folder / "report.html",
            now,
            as_of=when(as_of, now, "as_of"),
            playbook=playbook,
            known=parse_known(known),
        )
        with busy("Writing the report"):
            written = run(session, request)
    answer(written, lambda result: [f"Look at: {result.file}"], as_json)
