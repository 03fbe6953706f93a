"""What the readers of a store found their ledger to hold: looked for once, not by each request."""

from __future__ import annotations

from threading import Lock

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.ledger.holdings import catalog, holdings
from leadlight.facts.catalog import Catalog
from leadlight.facts.ledger import Holdings

#: Every change to what a ledger holds is an import or an undo.
_STATE = (
    "SELECT (SELECT count(*) FROM imports), (SELECT max(import_no) FROM imports), (SELECT"
    " count(*) FROM undos)"
)


class HoldingsCache:
    """The holdings and the catalog of a ledger, kept until something is imported or taken back.

    Only readers may share it: a number of an import that was rolled back is given out again.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._state: object = None
        self._holdings: Holdings | None = None
        self._catalog: Catalog | None = None

    def holdings(self, con: duckdb.DuckDBPyConnection) -> Holdings:
        """Its columns and flags."""
        with self._lock:
            self._look(con)
            if self._holdings is None:
                self._holdings = holdings(con)
            return self._holdings

    def catalog(self, con: duckdb.DuckDBPyConnection) -> Catalog:
        """Its names, and the kinds that occur: to list those is a scan of the log."""
        with self._lock:
            self._look(con)
            if self._catalog is None:
                self._catalog = catalog(con)
            return self._catalog

    def _look(self, con: duckdb.DuckDBPyConnection) -> None:
        state = rows(con, _STATE)
        if state != self._state:
            self._state, self._holdings, self._catalog = state, None, None
