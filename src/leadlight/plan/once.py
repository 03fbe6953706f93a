"""What is made once for all that has the same to depend on: texts of statements above all.

A text of a plan takes a third of a second to make, and in a process that answers many requests it
is asked for again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar, cast

T = TypeVar("T")
_KEPT = 256  # texts of a few kilobytes, those of plans of a hundred


@dataclass(frozen=True)
class _Product:
    """A thing of which there is one for all that has the same to depend on."""

    depends_on: tuple[object, ...]
    make: Callable[[], object] = field(compare=False)


def make_once(depends_on: tuple[object, ...], make: Callable[[], T]) -> T:
    """What `make` makes; from the second time on what it made first. Nobody may change it.

    `depends_on` begins with a word that says what is made.
    """
    return cast(T, _make(_Product(depends_on, make)))


@lru_cache(maxsize=_KEPT)
def _make(product: _Product) -> object:
    return product.make()
