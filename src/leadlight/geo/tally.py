"""What is counted and summed of the zones of a window. Tallies of two windows add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadlight.geo.arrays import Labels, Places, Shares, Sums
from leadlight.geo.bands import Bands
from leadlight.geo.surfaces import Surface, greenness, surfaces

__all__ = ["MEASURES", "Tally", "Total", "tally"]

#: What is summed of each pixel, in this order.
MEASURES = ("brightness", "square", "texture", "red", "green", "blue", "greenness")
KINDS = len(Surface)
CODES = 1 << KINDS
MANY = len(MEASURES)


@dataclass(frozen=True)
class Tally:
    """Of each zone: its pixels, those that the picture holds, surfaces, and sums of measures."""

    pixels: Sums  # zones
    valid: Sums  # zones
    surfaces: Sums  # zones x surfaces, in the order of `Surface`
    sums: Sums  # zones x MEASURES


class Total:
    """The sum of the tallies of windows, of `count` zones."""

    def __init__(self, count: int) -> None:
        self.tally = Tally(
            np.zeros(count), np.zeros(count), np.zeros((count, KINDS)), np.zeros((count, MANY))
        )

    def add(self, part: Tally, buildings: Sequence[int]) -> None:
        """Add the tally of a window whose buildings (two zones each) have these numbers here."""
        rows = np.repeat(np.asarray(buildings, dtype=np.intp) * 2, 2)
        rows[1::2] += 1
        self.tally.pixels[rows] += part.pixels
        self.tally.valid[rows] += part.valid
        self.tally.surfaces[rows] += part.surfaces
        self.tally.sums[rows] += part.sums


def tally(window: Bands, zones: Labels, count: int, edge: int = 0) -> Tally:
    """The tally of the zones 1 to `count` of a window, 0 being no zone.

    The outer `edge` pixels of the bands are there for the steps between neighbours only: `zones`
    does not have them.
    """
    part = slice(edge, -edge) if edge else slice(None)
    inner = (part, part)
    flat = zones.ravel()
    pixels = np.bincount(flat, minlength=count + 1)[1:].astype(np.float64)
    places = np.flatnonzero((flat > 0) & window.valid[inner].ravel())
    flat = flat[places].astype(np.intp)
    few = _pick(window, inner, places)
    green = greenness(few)
    joint = np.bincount(flat * CODES + surfaces(few, green), minlength=(count + 1) * CODES)
    joint = joint.reshape(count + 1, CODES)[1:].astype(np.float64)
    columns: dict[str, Shares | None] = {
        "brightness": few.brightness,
        "square": few.brightness * few.brightness,
        "texture": _steps(window.brightness)[inner].ravel()[places],
        "red": few.red,
        "green": few.green,
        "blue": few.blue,
        "greenness": green,
    }
    sums = np.full((count, MANY), np.nan)
    for n, name in enumerate(MEASURES):
        column = columns[name]
        if column is not None:
            sums[:, n] = np.bincount(flat, weights=column, minlength=count + 1)[1:]
    return Tally(pixels, joint.sum(axis=1), joint @ _bits(), sums)


def _pick(window: Bands, inner: tuple[slice, slice], places: Places) -> Bands:
    """The pixels at some places of the inner part of a window, in a row."""

    def pick(band: Shares | None) -> Shares | None:
        return None if band is None else band[inner].ravel()[places]

    return Bands(
        window.brightness[inner].ravel()[places],
        pick(window.red),
        pick(window.green),
        pick(window.blue),
        pick(window.nir),
        valid=np.ones(len(places), dtype=np.bool_),
    )


def _bits() -> Sums:
    """Which surfaces each code holds."""
    codes = np.arange(CODES)
    return np.stack([(codes >> n) & 1 for n in range(KINDS)], axis=1).astype(np.float64)


def _steps(light: Shares) -> Shares:
    """The mean step from each pixel to the ones right of it and below it."""
    steps = np.zeros_like(light)
    steps[:, :-1] += np.abs(light[:, 1:] - light[:, :-1])
    steps[:-1] += np.abs(light[1:] - light[:-1])
    return steps * np.float32(0.5)
