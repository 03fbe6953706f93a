"""`leadlight geo learn`: which buildings are one, learned from some that somebody looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli.options import AsJson

REFUSED = 2

Buildings = Annotated[
    Path, typer.Argument(help="Buildings, as `leadlight geo measure` wrote them.")
]
Picture = Annotated[
    Path | None, typer.Option("--picture", help="The picture on which the buildings were measured.")
]
Detector = Annotated[
    Path | None,
    typer.Option(
        "--detector",
        help="Detector of your own (.onnx): its answer on a crop of --picture is one more feature.",
    ),
]
LabelColumn = Annotated[
    str | None, typer.Option("--column", help="Column with the answers. Default: label.")
]
Positive = Annotated[
    str | None, typer.Option("--positive", help="The answer that means yes. Default: yes.")
]


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command("learn")(learn)


def learn(
    buildings: Buildings,
    label: Annotated[
        Path, typer.Option("--label", help="Table with a building and an answer in each row.")
    ],
    column: LabelColumn = None,
    positive: Positive = None,
    town: Annotated[
        str | None,
        typer.Option(
            "--town", help="Column of towns to hold out whole. Default: blocks of ground."
        ),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the model.")] = "suits",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write only the model, to this file.")
    ] = None,
    detector: Detector = None,
    picture: Picture = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Random seed. The same seed gives the same model.")
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Overwrite an existing model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Learn from buildings that somebody looked at. Whole blocks of ground, or towns, are held out
    to judge the model, because a house resembles its neighbour.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.geo.learn import GeoLearnRequest, learn_buildings
    from leadlight.desk.wiring import clock
    from leadlight.results.text.geo_model import render_building_model

    request = GeoLearnRequest(
        clock.now(),
        buildings,
        label,
        column,
        positive,
        town,
        name,
        out,
        yes,
        detector,
        picture,
        seed,
    )
    with open_session() as session, Bar() as bar:
        result = learn_buildings(session, request, bar)
    answer(result, render_building_model, as_json)
    if result.learned.verdict.refused:
        raise typer.Exit(REFUSED)
