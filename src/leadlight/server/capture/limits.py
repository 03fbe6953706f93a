"""How often somebody may send: by their address, with a few at once and then one in a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_MOST = 20_000


class Limiter:
    """`burst` at once, then one in `every` seconds, of each address. The oldest are forgotten."""

    def __init__(
        self, burst: int, every: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._every, self._clock = burst, every, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> bool:
        """Whether an address may send now; it has one less then."""
        now = self._clock()
        left, at = self._left.pop(address, (float(self._burst), now))
        left = min(float(self._burst), left + (now - at) / self._every)
        may = left >= 1
        self._left[address] = (left - 1 if may else left, now)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return may
