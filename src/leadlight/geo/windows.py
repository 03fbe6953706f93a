"""Windows of a picture: put into a frame, and cut into the zones of buildings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leadlight.geo.arrays import Labels, Mask, Pixels
from leadlight.geo.yards import yards

__all__ = ["GROUND", "frame", "look_up", "zones"]

#: The number of a pixel that is near a roof and under none.
GROUND = 1 << 30


def frame(
    arrays: Mapping[str, Pixels],
    valid: Mask | None,
    corner: tuple[int, int],
    shape: tuple[int, int],
) -> tuple[dict[str, Pixels], Mask]:
    """Bands in a frame of a shape, their upper left at `corner`; nothing around them is valid."""
    held = next(iter(arrays.values())).shape
    inner = slice(corner[0], corner[0] + held[0]), slice(corner[1], corner[1] + held[1])
    if held == shape:
        return dict(arrays), np.ones(shape, np.bool_) if valid is None else valid
    out = {}
    for name, band in arrays.items():
        out[name] = np.zeros(shape, dtype=band.dtype)
        if band.size:
            out[name][inner] = band
    shown = np.zeros(shape, dtype=np.bool_)
    if 0 not in held:
        shown[inner] = True if valid is None else valid
    return out, shown


def look_up(numbers: Pixels, colours: Mapping[int, tuple[int, ...]], part: int) -> Pixels:
    """One part of each pixel's colour, by the table of a palette."""
    table = np.zeros(max(colours, default=0) + 1, dtype=np.uint8)
    for number, colour in colours.items():
        table[number] = colour[part]
    found: Pixels = table[np.minimum(numbers, len(table) - 1)]
    return found


def zones(
    near: Labels, coarse: Labels, factor: int, margin: int, reach: float, others: Mask | None
) -> Labels:
    """The zones of a window: the roof of building n (from 1) is 2n - 1, its yard 2n.

    `near` has 2n - 1 at each pixel of its roof, and `GROUND` within reach of any. `coarse` has 2n
    where its roof is, in cells of `factor` pixels, with `margin` cells more on each side, so that a
    building next door has its part of the yard; `reach` is in cells. `others` are roofs that
    have no number: nobody's yard.
    """
    # Cells only say which building is nearer; they may reach a little further than the ground does.
    owner = yards(coarse, reach + 1.5)[margin:, margin:]
    owner = np.repeat(np.repeat(owner, factor, axis=0), factor, axis=1)
    yard = owner[: near.shape[0], : near.shape[1]]
    if others is not None:
        yard[others] = 0
    return np.where(near == GROUND, yard, near)
