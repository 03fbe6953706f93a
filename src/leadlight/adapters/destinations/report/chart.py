"""A chart of the report: a Vega-Lite specification, drawn to SVG without a browser and without the
network.

Every chart is drawn for the width of a phone and stands in a grid on a wider screen, so its words
are never shrunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from leadlight.adapters.destinations.chart_process import drawer

Spec = dict[str, Any]

WIDTH = 320
STEP = 26
INK = "#1d2730"
_LABELS = 120  # the most room for the words on the left
_LETTER = 7.4  # the width of a letter, generously: the reader's font is not known
_CONFIG: Spec = {
    "background": None,
    "aria": False,  # the whole picture has one description, and a table beside it
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "labelColor": INK,
        "titleColor": INK,
        "domain": False,
        "ticks": False,
        "title": None,
        "grid": False,
    },
    "text": {"fontSize": 12, "fill": INK},
    "title": {"fontSize": 12, "fontWeight": 600, "color": INK, "anchor": "start", "offset": 6},
    "concat": {"spacing": 14},
}


@dataclass(frozen=True)
class Chart:
    """A picture with its heading, what it says in words, and its figures as a table."""

    name: str
    heading: str
    says: str
    head: tuple[str, ...]
    figures: tuple[tuple[str, ...], ...]
    obvious: bool = False  # the picture says it all: the words are for those who do not see it
    svg: Markup | None = None
    section: str = "pictures"  # where in the report it stands
    numeric: int = 99  # the column from which on the figures are numbers
    total: bool = False  # the last row of the figures is their sum


def draw_charts(wanted: Sequence[tuple[Chart, Spec]]) -> list[Chart]:
    """The charts with their pictures; all are drawn at once."""
    if not wanted:
        return []
    out = []
    pictures = drawer.draw([{**spec, "config": _CONFIG} for _, spec in wanted])
    for (chart, _), picture in zip(wanted, pictures, strict=True):
        label = f'<svg role="img" aria-label="{escape(chart.heading)}. {escape(chart.says)}" '
        # The parts have no names of their own: who reads by ear hears the whole.
        picture = picture.replace("<svg ", label, 1).replace("<g ", '<g aria-hidden="true" ', 1)
        # Drawn by us, and every text in it was escaped by the drawing.
        out.append(replace(chart, svg=Markup(picture)))
    return out


def names_axis(field: str, room: int) -> Spec:
    """The words on the left."""
    axis = {"minExtent": room, "maxExtent": room, "labelLimit": room * 0.85 - 6, "labelPadding": 6}
    return {"field": field, "type": "nominal", "sort": None, "axis": axis}


def room_for(names: Iterable[str]) -> int:
    """How much room the words on the left need."""
    return min(_LABELS, 14 + round(max((len(n) for n in names), default=0) * _LETTER))
