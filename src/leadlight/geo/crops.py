"""Crops of a picture that a person looks at, or a detector: pure arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from leadlight.geo.arrays import Pixels

__all__ = ["colours", "confidence", "detector_input", "resize"]

Image = NDArray[np.uint8]  # rows, columns, three colours
_COLOURS = ("red", "green", "blue")


def colours(arrays: Mapping[str, Pixels], white: float) -> Image:
    """The bands of a window as red, green and blue of 8 bits; a grey band as all three."""
    names = _COLOURS if "red" in arrays else ("grey",) * 3
    scaled = [np.clip(arrays[n].astype(np.float32) * (255 / white), 0, 255) for n in names]
    image: Image = np.stack(scaled, axis=-1).astype(np.uint8)
    return image


def resize(image: Image, rows: int, columns: int) -> Image:
    """The picture in another size: means where it shrinks, neighbours where it grows."""
    return _along(_along(image, rows, 0), columns, 1)


def _along(image: Image, size: int, axis: int) -> Image:
    old = image.shape[axis]
    edges = np.arange(size) * old // size
    if size >= old:
        larger: Image = np.take(image, edges, axis)
        return larger
    sums = np.add.reduceat(image.astype(np.float32), edges, axis)
    counts = np.diff(np.append(edges, old))
    shape = [1, 1, 1]
    shape[axis] = size
    means: Image = np.round(sums / counts.reshape(shape)).astype(np.uint8)
    return means


def detector_input(images: Sequence[Image], channels_first: bool) -> NDArray[np.float32]:
    """Crops of one size as a detector takes them: shares of white, colours before rows or after."""
    stack = np.stack(images).astype(np.float32) / np.float32(255)
    if channels_first:
        stack = np.ascontiguousarray(stack.transpose(0, 3, 1, 2))
    return stack


def confidence(answer: NDArray[np.float32]) -> list[float]:
    """What a detector says of each crop, from 0 to 1.

    One number is a probability, or log-odds where any lies outside 0 to 1; of two numbers or more
    the last is the class that is looked for, after the soft maximum unless they add up to 1.
    Raises `ValueError` for an answer of another shape.
    """
    rows = np.asarray(answer, np.float64)
    rows = rows.reshape(len(rows), -1)
    if not rows.size or not np.isfinite(rows).all() or rows.shape[1] > 1000:
        raise ValueError("no answer for each crop")
    if rows.shape[1] == 1:
        one = rows[:, 0]
        if one.min() < 0 or one.max() > 1:
            one = 1 / (1 + np.exp(-np.clip(one, -30, 30)))
        return [float(v) for v in one]
    if rows.min() < 0 or not np.allclose(rows.sum(axis=1), 1, atol=1e-3):
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        rows = powers / powers.sum(axis=1, keepdims=True)
    return [float(v) for v in rows[:, -1]]
