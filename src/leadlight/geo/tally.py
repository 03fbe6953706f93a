"""What is counted and summed of the zones of a window. Tallies of two windows add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from leadlight.geo.arrays import Counts, Labels, Mask, Pixels, Places, Shares, Sums
from leadlight.geo.bands import Bands, bands, white_of
from leadlight.geo.surfaces import Surface, greenness, surfaces

__all__ = ["MEASURES", "Tally", "Total", "tally"]

#: What is summed of each pixel, in this order.
MEASURES = ("brightness", "square", "texture", "red", "green", "blue", "greenness")
KINDS = len(Surface)
CODES = 1 << KINDS
MANY = len(MEASURES)
#: Pixels of a strip: its bands as shares fit into a processor's cache.
STRIP = 1 << 16
CLOUD = Surface.CLOUD.value.bit_length() - 1


@dataclass(frozen=True)
class Tally:
    """Of each zone: its pixels, those that the picture holds, surfaces, and sums of measures."""

    pixels: Sums  # zones
    valid: Sums  # zones
    surfaces: Sums  # zones x surfaces, in the order of `Surface`
    clear: Sums  # the same of the pixels that do not look like cloud
    sums: Sums  # zones x MEASURES


class Total:
    """The sum of the tallies of windows, of `count` zones."""

    def __init__(self, count: int) -> None:
        self.tally = Tally(
            np.zeros(count),
            np.zeros(count),
            np.zeros((count, KINDS)),
            np.zeros((count, KINDS)),
            np.zeros((count, MANY)),
        )

    def add(self, part: Tally, buildings: Sequence[int]) -> None:
        """Add the tally of a window whose buildings (two zones each) have these numbers here."""
        rows = np.repeat(np.asarray(buildings, dtype=np.intp) * 2, 2)
        rows[1::2] += 1
        self.tally.pixels[rows] += part.pixels
        self.tally.valid[rows] += part.valid
        self.tally.surfaces[rows] += part.surfaces
        self.tally.clear[rows] += part.clear
        self.tally.sums[rows] += part.sums


def tally(
    arrays: Mapping[str, Pixels],
    white: float | None,
    valid: Mask | None,
    zones: Labels,
    count: int,
    edge: int = 0,
) -> Tally:
    """The tally of the zones 1 to `count` of a window, 0 being no zone.

    The outer `edge` pixels of the bands are there for the steps between neighbours only: `zones`
    does not have them. The window is gone through in strips that a processor's cache holds.
    """
    level = white_of(arrays) if white is None else white
    height, width = zones.shape
    rows = max(1, STRIP // max(1, width))
    joint = np.zeros((count + 1) * CODES, dtype=np.int64)
    hidden = np.zeros(count + 1)
    sums = np.zeros((count, MANY))
    for top in range(0, height, rows):
        end = min(top + rows, height)
        own = zones[top:end]
        if not own.any():
            continue
        outer = slice(top, end + 2 * edge) if edge else slice(top, min(end + 1, height))
        part = bands(
            {name: a[outer] for name, a in arrays.items()},
            level,
            None if valid is None else valid[outer],
        )
        inner = (slice(edge, edge + end - top), slice(edge, edge + width))
        sums += _add_strip(part, inner, own.ravel().astype(np.intp), joint, hidden)
    codes = joint.reshape(count + 1, CODES)[1:].astype(np.float64)
    shown = codes.sum(axis=1)
    bits = _bits()
    clear = codes @ (bits * (bits[:, [CLOUD]] == 0))
    return Tally(shown + hidden[1:], shown, codes @ bits, clear, sums)


def _add_strip(
    window: Bands, inner: tuple[slice, slice], flat: Places, joint: Counts, hidden: Sums
) -> Sums:
    """Add the pixels of a strip by zone and look to `joint`, those that the picture lacks to
    `hidden`; the sums of what is measured.
    """
    count = len(hidden) - 1
    shown = window.valid[inner].ravel()
    if not shown.all():
        hidden += np.bincount(flat[~shown], minlength=count + 1)
        flat = flat * shown
    few = _cut(window, inner)
    green = greenness(few)
    # Along a row, a zone goes on for many pixels: runs are summed, then the sums of a zone's runs.
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    owners = flat[starts]
    flat = flat * CODES
    flat += surfaces(few, green).ravel()
    joint += np.bincount(flat, minlength=len(joint))
    columns: dict[str, Shares | None] = {
        "brightness": few.brightness,
        "square": few.brightness * few.brightness,
        "texture": _steps(window.brightness)[inner],
        "red": few.red,
        "green": few.green,
        "blue": few.blue,
        "greenness": green,
    }
    sums = np.full((count, MANY), np.nan)
    for n, name in enumerate(MEASURES):
        column = columns[name]
        if column is not None:
            runs = np.add.reduceat(column.ravel(), starts)
            sums[:, n] = np.bincount(owners, weights=runs, minlength=count + 1)[1:]
    return sums


def _cut(window: Bands, inner: tuple[slice, slice]) -> Bands:
    """The inner part of a window, each band in one piece."""

    def cut(band: Shares | None) -> Shares | None:
        return None if band is None else np.ascontiguousarray(band[inner])

    return Bands(
        np.ascontiguousarray(window.brightness[inner]),
        cut(window.red),
        cut(window.green),
        cut(window.blue),
        cut(window.nir),
        valid=window.valid[inner],
    )


@cache
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
