"""The kinds of arrays that models work on, and long tables as such arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyarrow import Table

Numbers: TypeAlias = NDArray[np.float64]
Singles: TypeAlias = NDArray[np.float32]  # where there are many and the last digits do not matter
Integers: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]
Array: TypeAlias = NDArray[Any]  # of whatever an Arrow column holds


def columns_of(table: Table) -> dict[str, Array]:
    """An Arrow table's columns as arrays; an unknown number is NaN."""
    return {name: table.column(name).to_numpy() for name in table.column_names}


def fill_layers(
    rows: int, columns: int, layers: int, long: Mapping[str, Array], whole: Mapping[int, Array]
) -> list[Numbers]:
    """A matrix (rows x columns) for each layer: zeros, with what `long` says (n, candidate, rule,
    total) and, in every layer, the columns of `whole`.
    """
    out = np.zeros((layers, rows, columns))
    out[long["candidate"], long["n"], long["rule"]] = long["total"]
    for n, values in whole.items():
        out[:, :, n] = values
    return list(out)


def stack_layers(
    layers: Sequence[Numbers], varying: Sequence[int], more: Numbers | None
) -> Numbers:
    """The first layer, of every other one (not all: they resemble each other) the columns that
    vary, and one more.
    """
    others = [layer[:, list(varying)] for layer in layers[2::2]] if varying else []
    return np.hstack([layers[0], *others, *([] if more is None else [more[:, None]])])


def any_of(matrix: Numbers, columns: Sequence[int]) -> Truths:
    """The rows that have something in one of these columns."""
    found: Truths = np.any(matrix[:, list(columns)] != 0, axis=1)
    return found


def rarer(won: Numbers) -> int:
    """How many leads there are of the rarer outcome."""
    wins = won.sum()
    return int(min(wins, len(won) - wins))
