"""The features of buildings: what their roofs and yards look like, as named numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from leadlight.geo.arrays import Labels, Mask, Pixels, Sums, Truths
from leadlight.geo.questions import BY_NAME, refusal
from leadlight.geo.surfaces import Surface
from leadlight.geo.tally import MEASURES, Tally, tally

__all__ = ["Features", "features", "of_tally", "of_zones"]

#: By name; None is what the picture cannot answer: no such band, pixels too coarse, or none of the
#: zone shown.
Features = dict[str, float | None]

Counter = Callable[[Surface], Sums]

#: With less of the yard under cloud than this, what is white on the roof is the roof.
CLOUDS_BEGIN = 0.02
#: With more of a roof or yard under cloud than this, its mean colour is that of the cloud.
CLOUDS_HIDE = 0.1
#: With less of it clear than this, nothing is said of it: the rest is the cloud's edge.
CLEAR = 0.05


def features(
    arrays: Mapping[str, Pixels],
    roof: Mask | None,
    yard: Mask | None,
    metres: float,
    white: float | None = None,
    valid: Mask | None = None,
) -> Features:
    """Of one building, every feature that pixels can answer.

    `arrays` are the bands by name (`red`, `green`, `blue`, `nir`, `grey`), of 8 or 16 bits or
    floating point, all of one shape; `roof` and `yard` are masks of that shape (None: none of it);
    `metres` is the length of a pixel on the ground. `white` is the number that stands for white
    (without it: `bands.white_of` of this window), `valid` is false where the picture holds nothing.
    Areas are in m2, shares from 0 to 1. `roof_area` here is counted in pixels, and
    `neighbours_100m` is not among them: footprints say it.
    """
    shape = next(iter(arrays.values())).shape
    zones = np.zeros(shape, dtype=np.int32)
    if yard is not None:
        zones[yard] = 2
    if roof is not None:
        zones[roof] = 1
    return of_zones(arrays, zones, 1, metres, white, valid)[0]


def of_zones(
    arrays: Mapping[str, Pixels],
    zones: Labels,
    buildings: int,
    metres: float,
    white: float | None = None,
    valid: Mask | None = None,
) -> list[Features]:
    """Of many buildings of one window.

    Building n (from 0) has its roof at zone 2n + 1 and its yard at zone 2n + 2.
    """
    sums = tally(arrays, white, valid, zones, 2 * buildings)
    return of_tally(sums, metres, {"red", "green", "blue"} <= set(arrays))


def of_tally(sums: Tally, metres: float, has_colour: bool) -> list[Features]:
    """The features of buildings by their tally: the odd zones are roofs, the even ones yards."""
    columns = _columns(sums, metres)
    names = [n for n in columns if refusal(BY_NAME[n], metres, has_colour) is None]
    rows = len(sums.pixels) // 2
    return [
        {
            n: float(columns[n][i]) if n in names and np.isfinite(columns[n][i]) else None
            for n in columns
        }
        for i in range(rows)
    ]


def _columns(t: Tally, metres: float) -> dict[str, Sums]:
    pixel = metres * metres
    roofs, yards = slice(0, None, 2), slice(1, None, 2)
    cloudy = _is_cloudy(t)
    roof, yard = _Zone(t, roofs, cloudy), _Zone(t, yards, cloudy)
    both = roof.valid + yard.valid
    light, square = roof.mean("brightness"), roof.mean("square")
    return {
        "roof_area": t.pixels[roofs] * pixel,
        "yard_area": t.pixels[yards] * pixel,
        "ground_resolution": np.full(len(both), metres),
        "picture_coverage": _divide(both, t.pixels[roofs] + t.pixels[yards]),
        "shadow_share": _divide(_all(roof.count, yard.count, Surface.SHADOW), both),
        "cloud_share": _divide(roof.clouds + yard.clouds, both),
        "roof_brightness": light,
        "roof_contrast": np.sqrt(np.maximum(square - light * light, 0.0)),
        "roof_texture": roof.mean("texture"),
        "roof_red": roof.mean("red"),
        "roof_green": roof.mean("green"),
        "roof_blue": roof.mean("blue"),
        "roof_greenness": roof.mean("greenness"),
        "roof_green_share": roof.share(Surface.GREEN),
        "roof_tile_share": roof.share(Surface.TILE),
        "roof_dark_share": roof.share(Surface.DARK),
        "roof_bright_share": roof.share(Surface.BRIGHT),
        "panel_share": roof.share(Surface.PANEL),
        "panel_area": roof.count(Surface.PANEL) * pixel,
        "yard_brightness": yard.mean("brightness"),
        "yard_texture": yard.mean("texture"),
        "yard_greenness": yard.mean("greenness"),
        "yard_green_share": yard.share(Surface.GREEN),
        "paved_share": yard.share(Surface.PAVED),
        "pool_share": yard.share(Surface.POOL),
        "pool_area": yard.count(Surface.POOL) * pixel,
    }


def _is_cloudy(t: Tally) -> Truths:
    """Whether clouds hide a part of each building: what is white on a roof alone is the roof."""
    place = Surface.CLOUD.value.bit_length() - 1
    clouds, valid = t.surfaces[1::2, place], t.valid[1::2]
    cloudy: Truths = (clouds >= CLOUDS_BEGIN * valid) & ((valid == 0) | (clouds > 0))
    return cloudy


class _Zone:
    """The roofs, or the yards, of a tally. Shares are of what no cloud hides."""

    def __init__(self, t: Tally, rows: slice, cloudy: Truths) -> None:
        clouds = t.surfaces[rows, Surface.CLOUD.value.bit_length() - 1]
        self.valid = t.valid[rows]
        self.clouds = np.where(cloudy, clouds, 0.0)
        self.clear = self.valid - self.clouds
        self._counts = np.where(cloudy[:, None], t.clear[rows], t.surfaces[rows])
        self._sums = t.sums[rows]

    def count(self, surface: Surface) -> Sums:
        counts: Sums = self._counts[:, surface.value.bit_length() - 1]
        return np.where(self.clear > CLEAR * self.valid, counts, np.nan)

    def share(self, surface: Surface) -> Sums:
        return _divide(self.count(surface), self.clear)

    def mean(self, measure: str) -> Sums:
        means = _divide(self._sums[:, MEASURES.index(measure)], self.valid)
        return np.where(self.clouds > CLOUDS_HIDE * self.valid, np.nan, means)


def _all(roof: Counter, yard: Counter, surface: Surface) -> Sums:
    """Pixels of roof and yard that look like something; where one is not seen, the other alone."""
    pixels: Sums = np.nansum([roof(surface), yard(surface)], axis=0)
    return pixels


def _divide(over: Sums, under: Sums) -> Sums:
    out = np.full(len(over), np.nan)
    np.divide(over, under, out=out, where=under > 0)
    return out
