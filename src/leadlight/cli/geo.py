"""`leadlight geo ...`: buildings on pictures from above, and the leads in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leadlight.cli import geo_label, geo_learn, geo_list
from leadlight.cli.options import AsJson, Workspace, words_of
from leadlight.problems import CannotDo

group = typer.Typer(
    name="geo",
    help="Measure buildings on aerial pictures and find leads in them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    for verb in (geo_learn, geo_label, geo_list):
        verb.register(group)
    app.add_typer(group, rich_help_panel="Aerial pictures")


@group.command("measure")
def measure(
    footprints: Annotated[
        Path,
        typer.Option(
            "--footprints", help="Outlines of buildings: .gpkg, .geojson, .osm.pbf or .osm."
        ),
    ],
    picture: Annotated[
        Path | None,
        typer.Argument(help="Aerial or satellite picture (GeoTIFF). Default: outlines alone."),
    ] = None,
    buffer: Annotated[
        str, typer.Option("--buffer", help="How far a yard reaches from its building: 15m.")
    ] = "15m",
    taken: Annotated[
        str | None,
        typer.Option("--taken", help="Day of the picture, if its file does not say: 2025-06-01."),
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", help="What the buildings are measured for. Kept with each fact."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="Where the picture is from. Default: what its file says."),
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option("--crs", help="Coordinate system of a picture that names none: EPSG:25832."),
    ] = None,
    footprints_crs: Annotated[
        str | None,
        typer.Option("--footprints-crs", help="Coordinate system of footprints that name none."),
    ] = None,
    layer: Annotated[
        str | None, typer.Option("--layer", help="Layer of a GeoPackage that has several.")
    ] = None,
    bands: Annotated[
        str | None,
        typer.Option(
            "--bands",
            help="Bands of the picture in their order, such as blue,green,red,nir; - skips one.",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="File of buildings to write: .parquet or .csv.")
    ] = Path("buildings.parquet"),
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Measure roofs and yards: size, colours, plants, pools, panels, paving, shadow, cloud."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.geo.measure import MeasureRequest
    from leadlight.desk.geo.measure import measure as measure_buildings
    from leadlight.desk.wiring import clock
    from leadlight.results.text.geo import render_measure

    request = MeasureRequest(
        footprints,
        clock.now(),
        picture,
        _metres(buffer, "buffer"),
        _day(taken),
        purpose,
        source,
        crs,
        footprints_crs,
        layer,
        words_of(bands or ""),
        out,
    )
    with open_session(workspace) as session, Bar() as bar:
        result = measure_buildings(session, request, bar)
    answer(result, render_measure, as_json)


@group.command("match")
def match(
    buildings: Annotated[
        Path, typer.Argument(help="File of buildings that `leadlight geo measure` wrote.")
    ],
    leads: Annotated[
        Path | None, typer.Option("--leads", help="Leads file to use instead of a workspace.")
    ] = None,
    addresses: Annotated[
        Path | None,
        typer.Option(
            "--addresses", help="Extract of OpenStreetMap with addresses: .osm.pbf or .osm."
        ),
    ] = None,
    within: Annotated[
        str, typer.Option("--within", help="How far a place may be from its building: 25m.")
    ] = "25m",
    prospects: Annotated[
        bool,
        typer.Option(
            "--prospects/--no-prospects", help="Add buildings with an address and no lead."
        ),
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="File to write: .csv or .parquet. With --leads: placed.csv."
        ),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Find the building of each lead by coordinates or address. No service is asked."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.progress import Bar
    from leadlight.desk.geo.match import MatchRequest
    from leadlight.desk.geo.match import match as match_buildings
    from leadlight.desk.wiring import clock
    from leadlight.results.text.geo import render_match

    request = MatchRequest(
        buildings, clock.now(), leads, addresses, _metres(within, "within"), prospects, out
    )
    with open_session(workspace) as session, Bar() as bar:
        result = match_buildings(session, request, bar)
    answer(result, render_match, as_json)


def _metres(text: str, field: str) -> float:
    try:
        metres = float(text.strip().lower().removesuffix("m"))
    except ValueError as fault:
        raise CannotDo(f"Metres are written like 15m, not {text!r}.", field=field) from fault
    if metres != metres:
        raise CannotDo(f"Metres are written like 15m, not {text!r}.", field=field)
    return metres


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text.strip())
    except ValueError as fault:
        raise CannotDo(f"A day is written like 2025-06-01, not {text!r}.", field="taken") from fault
