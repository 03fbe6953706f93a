"""What the desk needs of the outside, as Protocols; `wiring` knows what stands behind them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from leadlight.facts.ledger import Ledger

if TYPE_CHECKING:
    import duckdb

    #: The connection in which the relations of one request live, and the ledger over it.
    OpenLedger: TypeAlias = tuple[duckdb.DuckDBPyConnection, Ledger]


class Store(Protocol):
    """Where a workspace's facts lie. Each request opens it anew: its connection and its temporary
    names are its own.
    """

    def read(self, verb: str, now: datetime) -> AbstractContextManager[OpenLedger]:
        """To read the facts as they are at this moment; what others write meanwhile is not seen."""

    def read_often(self, verb: str, now: datetime) -> AbstractContextManager[OpenLedger]:
        """The same where the whole base is read, maybe many times over: of a server it is a copy
        on this computer, which is gone afterwards.
        """

    def write(self, verb: str, now: datetime) -> AbstractContextManager[OpenLedger]:
        """To add facts; one writer at a time."""

    def close(self) -> None:
        """Let go of what is held between requests."""
