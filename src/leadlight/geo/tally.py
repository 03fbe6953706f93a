"""What is counted and summed of the zones of a window. Tallies of two windows add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadlight.geo.arrays import Labels, Shares, Sums
from leadlight.geo.bands import Bands
from leadlight.geo.surfaces import Surface, greenness, surfaces

__all__ = ["MEASURES", "Tally", "tally"]

#: What is summed of each pixel, in this order.
MEASURES = ("brightness", "square", "texture", "red", "green", "blue", "greenness")
KINDS = len(Surface)
CODES = 1 << KINDS


@dataclass(frozen=True)
class Tally:
    """Of each zone: its pixels, those that the picture holds, surfaces, and sums of measures."""

    pixels: Sums  # zones
    valid: Sums  # zones
    surfaces: Sums  # zones x surfaces, in the order of `Surface`
    sums: Sums  # zones x MEASURES


def tally(bands: Bands, zones: Labels, count: int, edge: int = 0) -> Tally:
    """The tally of the zones 1 to `count` of a window, 0 being no zone.

    The outer `edge` pixels of the bands are there for the steps between neighbours only: `zones`
    does not have them.
    """
    green = greenness(bands)
    inside = _inner(edge)
    codes = surfaces(bands, green)[inside].ravel()
    flat = zones.ravel().astype(np.intp)
    pixels = np.bincount(flat, minlength=count + 1)[1:].astype(np.float64)
    shown = (flat > 0) & bands.valid[inside].ravel()
    flat = flat[shown]
    joint = np.bincount(flat * CODES + codes[shown], minlength=(count + 1) * CODES)
    joint = joint.reshape(count + 1, CODES)[1:].astype(np.float64)
    light = bands.brightness[inside].ravel()[shown]
    columns = {
        "brightness": light,
        "square": light * light,
        "texture": _steps(bands.brightness)[inside].ravel()[shown],
        **{
            name: band[inside].ravel()[shown]
            for name, band in (
                ("red", bands.red),
                ("green", bands.green),
                ("blue", bands.blue),
                ("greenness", green),
            )
            if band is not None
        },
    }
    sums = np.full((count, len(MEASURES)), np.nan)
    for n, name in enumerate(MEASURES):
        if name in columns:
            sums[:, n] = np.bincount(flat, weights=columns[name], minlength=count + 1)[1:]
    return Tally(pixels, joint.sum(axis=1), joint @ _bits(), sums)


def _inner(edge: int) -> tuple[slice, slice]:
    part = slice(edge, -edge) if edge else slice(None)
    return part, part


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
