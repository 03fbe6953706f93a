"""`leadlight geo list`: the best buildings for one trade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.geo_learn import LabelColumn, Positive
from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command("list")(list_)


def list_(
    leads: Annotated[
        Path | None,
        typer.Argument(
            help="Buildings (`geo measure`) or leads in them (`geo match`). Default: the workspace."
        ),
    ] = None,
    playbook: Annotated[
        str | None,
        typer.Option(
            "--playbook",
            "-p",
            help="Playbook or preset: solar-installer, pool-service, or a model's.",
        ),
    ] = None,
    score: Annotated[
        str | None,
        typer.Option(
            "--score", help="Score to order by. Default: that of a model, else building_fit."
        ),
    ] = None,
    count: Annotated[int, typer.Option("--count", "-n", help="Length of the list.")] = 100,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help="Answers from `geo label`, to estimate how many are right."),
    ] = None,
    column: LabelColumn = None,
    positive: Positive = None,
    buildings: Annotated[
        Path | None,
        typer.Option("--buildings", help="Buildings with their outlines, if the leads have none."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Picture to show the buildings on.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="List as a table: .csv, .xlsx, .parquet or .json."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="List as a page with a map: .html.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="Title of the list. Default: the playbook's name.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List the best buildings for one trade: why, whom to ask, and how many are right."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.geo.specialist_list import GeoListRequest, list_buildings
    from leadlight.desk.wiring import clock
    from leadlight.results.text.geo_list import render_list

    request = GeoListRequest(
        now=clock.now(),
        leads=leads,
        playbook=playbook,
        score=score,
        count=count,
        labels=labels,
        column=column,
        positive=positive,
        buildings=buildings,
        picture=picture,
        out=out,
        report=report,
        title=title,
    )
    with open_session(workspace) as session, Bar() as bar:
        found = list_buildings(session, request, bar)
    answer(found, render_list, as_json)
