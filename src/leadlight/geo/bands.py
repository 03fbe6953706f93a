"""The bands of a window of a picture, as shares of white, whatever depth they were stored in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leadlight.geo.arrays import Mask, Pixels, Shares

__all__ = ["NAMES", "Bands", "bands", "white_of"]

#: What a band may be called.
NAMES = ("red", "green", "blue", "nir", "grey")
#: The share of a picture's pixels that may be brighter than its white: glints, and the defects of a
#: sensor.
BRIGHTEST = 0.002


@dataclass(frozen=True)
class Bands:
    """The bands of a window: each a share of white from 0 to 1, all of one shape.

    A panchromatic picture has `grey` alone. `valid` is false where the picture holds nothing.
    """

    brightness: Shares
    red: Shares | None
    green: Shares | None
    blue: Shares | None
    nir: Shares | None
    valid: Mask

    @property
    def has_colour(self) -> bool:
        """Whether red, green and blue are known."""
        return self.red is not None and self.green is not None and self.blue is not None


def white_of(arrays: Mapping[str, Pixels]) -> float:
    """The number that stands for white: 255 in 8 bits, 1 for shares, else what 99.8 % of the pixels
    do not pass.

    Pictures of 16 bits rarely use all of them: a sensor of 11 bits writes 2,047 for white. Ask it
    of a sample of the whole picture, so that every window is read alike.
    """
    kinds = {a.dtype for a in arrays.values()}
    if kinds == {np.dtype(np.uint8)}:
        return 255.0
    numbers = np.concatenate([np.asarray(a, dtype=np.float64).ravel() for a in arrays.values()])
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return 1.0
    top = float(np.quantile(numbers, 1 - BRIGHTEST))
    if all(np.issubdtype(k, np.floating) for k in kinds) and 0 < top <= 1.0:
        return 1.0
    return top if top > 0 else 1.0


def bands(
    arrays: Mapping[str, Pixels], white: float | None = None, valid: Mask | None = None
) -> Bands:
    """The bands of a window, by name. Without `white`, white is found in the window itself.

    Raises ValueError if there is neither a grey band nor all of red, green and blue, or if a name
    is not known.
    """
    strange = sorted(set(arrays) - set(NAMES))
    if strange:
        raise ValueError(f"Bands are called {', '.join(NAMES)}, not {', '.join(strange)}.")
    colours = all(name in arrays for name in ("red", "green", "blue"))
    if not colours and "grey" not in arrays:
        raise ValueError("A picture needs red, green and blue, or one grey band.")
    scale = np.float32(1.0 / (white_of(arrays) if white is None else white))
    shares = {name: _shares(a, scale) for name, a in arrays.items()}
    if colours:
        brightness = (shares["red"] + shares["green"] + shares["blue"]) * np.float32(1 / 3)
    else:
        brightness = shares["grey"]
    shown = np.ones(brightness.shape, dtype=np.bool_) if valid is None else valid
    for band in arrays.values():
        if np.issubdtype(band.dtype, np.floating):
            shown = shown & np.isfinite(band)
    return Bands(
        brightness=brightness,
        red=shares["red"] if colours else None,
        green=shares["green"] if colours else None,
        blue=shares["blue"] if colours else None,
        nir=shares.get("nir"),
        valid=shown,
    )


def _shares(array: Pixels, scale: np.float32) -> Shares:
    numbers = array.astype(np.float32)
    numbers *= scale
    if np.issubdtype(array.dtype, np.unsignedinteger):
        return np.minimum(numbers, np.float32(1), out=numbers)
    np.nan_to_num(numbers, copy=False, nan=0.0, posinf=1.0, neginf=0.0)
    return np.clip(numbers, 0.0, 1.0, out=numbers)
