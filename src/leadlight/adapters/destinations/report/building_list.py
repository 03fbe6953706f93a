"""A specialist list as one HTML file: a map, the first buildings with a crop and why, and all of
them as a table. No request leaves it, and nothing in it runs.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.report.page import content_policy, page_environment
from leadlight.geo.views import Crop, Tile
from leadlight.results.geo_list import SpecialistList
from leadlight.results.text.geo_list import right_sentence

__all__ = ["render_list_page", "write_list_page"]

_HERE = Path(__file__).parent
_FIRST = 20


def write_list_page(
    found: SpecialistList, tile: Tile | None, crops: Sequence[Crop], target: Path
) -> None:
    """Write the page; the file is there complete or not at all."""
    page = render_list_page(found, tile, crops)
    with replace_file(target, "report") as part:
        part.write_text(page, encoding="utf-8", newline="\n")


def render_list_page(found: SpecialistList, tile: Tile | None, crops: Sequence[Crop]) -> str:
    """The page's HTML."""
    style = "".join(
        (_HERE / name).read_text(encoding="utf-8") for name in ("report.css", "building_list.css")
    )
    shown = [_view(crop) for crop in crops]
    return (
        page_environment()
        .get_template("building_list.html.j2")
        .render(
            found=found,
            right=right_sentence(found),
            first=list(zip(found.entries[:_FIRST], [*shown, *[None] * _FIRST], strict=False)),
            map=_map(tile),
            style=Markup(style),  # our own files
            policy=content_policy(style, ""),
        )
    )


def _view(crop: Crop) -> dict[str, object]:
    return {"image": _address(crop.jpeg), "side": crop.side, "outline": _points(crop.outline)}


def _map(tile: Tile | None) -> dict[str, object] | None:
    """The map, with each outline as a polygon, and its number beside it."""
    if tile is None:
        return None
    marks = []
    for n, ring in enumerate(tile.outlines, 1):
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        middle = (round(sum(xs) / len(xs), 1), round(sum(ys) / len(ys), 1))
        size = max(max(xs) - min(xs), max(ys) - min(ys))
        marks.append(
            {"n": n, "x": middle[0], "y": middle[1], "points": _points(ring), "dot": size < 4}
        )
    return {
        "image": _address(tile.jpeg) if tile.jpeg else "",
        "width": tile.width,
        "height": tile.height,
        "marks": marks,
    }


def _points(ring: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in ring)


def _address(jpeg: bytes) -> Markup:
    return Markup("data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii"))
