"""Small fits on one thread: the threads of numeric libraries wait for each other busily, which took
fifty times as long beside other work.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread(*modules: str) -> Iterator[None]:
    """While it lasts, numeric libraries use one thread each: those that are loaded by then, so
    modules that may be first needed inside are named, and loaded before.
    """
    from threadpoolctl import threadpool_limits

    for name in modules:
        importlib.import_module(name)
    with threadpool_limits(limits=1):
        yield
