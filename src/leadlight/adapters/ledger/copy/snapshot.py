"""A server's ledger, copied into a file of this computer for as long as somebody reads it.

What looks at the whole base at many moments works on DuckDB relations; from a server it reads every
row once, by COPY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import duckdb

from leadlight.adapters.db.postgres import Address
from leadlight.adapters.ledger.copy import copy
from leadlight.adapters.ledger.copy.duckdb import duckdb_target
from leadlight.adapters.ledger.copy.postgres import server_source
from leadlight.adapters.ledger.open import open_ledger
from leadlight.adapters.private_folders import private_folder
from leadlight.problems import CannotDo

_LARGE = 100_000  # rows: fewer arrive before anybody has read a line about them


@contextmanager
def local_snapshot(
    address: Address, *, verb: str, now: datetime, tell: Callable[[str], None]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy that only this process sees; its folder (of TMPDIR, else the system's)
    is removed afterwards.
    """
    with ExitStack() as reading:
        try:
            file = reading.enter_context(private_folder()) / "ledger.duckdb"
        except OSError as fault:
            raise CannotDo(
                f"There is no room for a copy of {address}: {fault.strerror or fault}. TMPDIR names"
                " another."
            ) from None
        with server_source(address, now, tell) as kept:
            rows = sum(kept.count(table) for table in kept.tables())
            large = rows >= _LARGE
            if large:
                tell(
                    f"Bringing {rows:,} rows of {address} here, to be read as often as it takes;"
                    " they are removed afterwards."
                )
            copy(kept, duckdb_target(file, now), tell if large else lambda _: None)
        with open_ledger(file, write=False, verb=verb, now=now) as con:
            yield con
