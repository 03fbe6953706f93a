"""The kinds of arrays that pictures are made of."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Codes", "Counts", "Labels", "Mask", "Pixels", "Places", "Shares", "Sums", "Truths"]

Pixels: TypeAlias = NDArray[Any]  # as they stand in a file: 8 or 16 bits, or numbers
Shares: TypeAlias = NDArray[np.float32]  # of white: 0 is black
Mask: TypeAlias = NDArray[np.bool_]
Labels: TypeAlias = NDArray[np.int32]  # 0 is nothing, and each thing has a number from 1
Codes: TypeAlias = NDArray[np.uint16]  # what a pixel looks like: a bit for each `Surface`
Sums: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]  # of pixels, in a row
Truths: TypeAlias = NDArray[np.bool_]  # of buildings
Counts: TypeAlias = NDArray[np.int64]  # of pixels
