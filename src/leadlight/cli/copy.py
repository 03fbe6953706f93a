"""`leadlight copy FROM TO`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadlight.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("copy", rich_help_panel="Facts")(copy)


def copy(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FROM",
            help="Source: a workspace folder, a folder of Parquet files, or postgresql://...",
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(metavar="TO", help="Destination, in the same forms. Must be new or empty."),
    ],
    parquet: Annotated[
        bool,
        typer.Option("--parquet", help="Write the copy as a folder of Parquet files, for Spark."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a workspace to another place. Every fact, import, link and run is copied; the source
    stays unchanged.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.wiring import clock
    from leadlight.desk.workspaces.copy import CopyRequest
    from leadlight.desk.workspaces.copy import copy as copy_workspace
    from leadlight.results.text.workspace import render_copy

    request = CopyRequest(source, target, clock.now(), parquet)
    with open_session() as session, Bar() as bar:
        copied = copy_workspace(session, request, bar)
    answer(copied, render_copy, as_json)
