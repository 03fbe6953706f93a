"""Small fits on one thread: the threads of numeric libraries wait for each other busily, which took
fifty times as long beside other work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """While it lasts, numeric libraries use one thread each."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
