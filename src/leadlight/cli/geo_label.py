"""`leadlight geo label`: which buildings somebody should look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.geo_learn import Buildings
from leadlight.cli.options import AsJson, Workspace


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command("label")(label)


def label(
    buildings: Buildings,
    playbook: Annotated[
        str,
        typer.Option("--playbook", "-p", help="Playbook or preset that orders the buildings."),
    ],
    picture: Annotated[Path, typer.Option("--picture", help="Picture to cut the crops out of.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder for the crops and the table. Default: in the workspace."
        ),
    ] = None,
    score: Annotated[
        str | None, typer.Option("--score", help="Score that orders the buildings.")
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", help="What is asked of each: 'Is there a pool?'")
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", help="Buildings of the sheet, answered ones included.")
    ] = 50,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Random seed.")] = 0,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Choose the buildings that are worth a look, and cut them out of the picture. Existing answers
    are kept; a larger count adds buildings.
    """
    from functools import partial

    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.geo.label_sheet import LabelBuildingsRequest, label_buildings
    from leadlight.desk.wiring import clock
    from leadlight.results.text.geo_labels import render_sheet

    request = LabelBuildingsRequest(
        clock.now(), buildings, playbook, picture, out, score, question, count, seed
    )
    with open_session(workspace) as session, Bar() as bar:
        sheet = label_buildings(session, request, bar)
    answer(sheet, partial(render_sheet, buildings=str(buildings), playbook=playbook), as_json)
