"""Long tables as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyarrow import Table


def columns_of(table: Table) -> dict[str, NDArray[Any]]:
    """An Arrow table's columns as arrays; an unknown number is NaN."""
    return {name: table.column(name).to_numpy() for name in table.column_names}


def filled(
    rows: int, columns: int, layers: int, long: Mapping[str, Any], whole: Mapping[int, Any]
) -> list[NDArray[np.float64]]:
    """A matrix (rows x columns) for each layer: zeros, with what `long` says (n, candidate, rule,
    total) and, in every layer, the columns of `whole`.
    """
    out = np.zeros((layers, rows, columns))
    out[long["candidate"], long["n"], long["rule"]] = long["total"]
    for n, values in whole.items():
        out[:, :, n] = values
    return list(out)


def beside(
    layers: Sequence[NDArray[np.float64]], varying: Sequence[int], more: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """The first layer, of every other one (not all: they resemble each other) the columns that
    vary, and one more.
    """
    others = [layer[:, list(varying)] for layer in layers[2::2]] if varying else []
    return np.hstack([layers[0], *others, *([] if more is None else [more[:, None]])])


def any_of(matrix: NDArray[np.float64], columns: Sequence[int]) -> NDArray[np.bool_]:
    """The rows that have something in one of these columns."""
    found: NDArray[np.bool_] = np.any(matrix[:, list(columns)] != 0, axis=1)
    return found
