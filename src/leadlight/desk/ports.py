"""What the desk needs of the outside, as Protocols; `desk/wiring` knows what stands behind them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from leadlight.facts.intake import JournalDamage, JournalRecord
from leadlight.facts.ledger import Ledger

if TYPE_CHECKING:
    import duckdb

    #: The connection in which the relations of one request live, and the ledger over it.
    OpenLedger: TypeAlias = tuple[duckdb.DuckDBPyConnection, Ledger]


class Journal(Protocol):
    """What arrived and is not taken yet; what `append` was given is on the disk when it returns."""

    last: int
    damages: list[JournalDamage]

    @property
    def position(self) -> int:
        """The number of the newest record that was taken."""

    def append(self, bodies: Sequence[bytes]) -> int:
        """Put these down for good; the number of the last. Raises `OSError` where there is no
        room, and then none of them is kept.
        """

    def read(self, limit: int) -> Sequence[JournalRecord]:
        """The oldest records that were not taken, about `limit` bytes of them, at least one."""

    def take(self, upto: int) -> None:
        """Every record up to that number is in the ledger."""

    def free(self) -> int:
        """How many bytes may still be written before the disk is called full."""

    def close(self) -> None:
        """Let another process have it."""


class DeliveryTurn(Protocol):
    """Whose turn it is to deliver, of several servers on a database."""

    def is_ours(self) -> bool:
        """Whether this process delivers; it takes the turn where nobody has it. Raises `CannotDo`
        when the database cannot be asked.
        """
        ...

    def close(self) -> None:
        """Leave the turn to others."""
        ...


class LoanDesk(Protocol):
    """Lends a workspace that is being served to commands."""

    def close(self) -> None:
        """Lend no more."""


class Store(Protocol):
    """Where a workspace's facts lie. Each request opens it anew: its connection and its temporary
    names are its own.
    """

    def read(
        self, verb: str, now: datetime, *, snapshot: bool = True
    ) -> AbstractContextManager[OpenLedger]:
        """To read the facts as they are at this moment; what others write meanwhile is not seen.
        Without a `snapshot` it may be: then a statement that fails ends nothing else.
        """

    def read_often(self, verb: str, now: datetime) -> AbstractContextManager[OpenLedger]:
        """The same where the whole base is read, maybe many times over: of a server it is a copy
        on this computer, which is gone afterwards.
        """

    def write(self, verb: str, now: datetime) -> AbstractContextManager[OpenLedger]:
        """To add facts; one writer at a time."""

    def suspend(self, now: datetime) -> AbstractContextManager[None]:
        """Let go of what is held as long as this lasts; requests that come meanwhile wait."""

    def close(self) -> None:
        """Let go of what is held between requests."""
