"""Whose turn it is to deliver: of several servers on a database one does, and another takes over
when it is gone.
"""

from __future__ import annotations

from contextlib import ExitStack

from leadlight.adapters.db.postgres import Address, Server, connection, plain_faults
from leadlight.adapters.ledger.postgres.locks import SPACE
from leadlight.problems import CannotDo


class DeliveryTurn:
    """A lock of the database that this process has as long as its own connection lives."""

    def __init__(self, address: Address) -> None:
        self._address, self._held = address, ExitStack()
        self._server: Server | None = None

    def is_ours(self) -> bool:
        """Whether this process delivers; it takes the turn where nobody has it. Raises `CannotDo`
        when the database cannot be asked: then nobody knows, and it is not ours.
        """
        try:
            with plain_faults(self._address):
                if self._server is not None:
                    self._server.rows("SELECT 1")
                    return True
                return self._take()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Leave the turn to others."""
        held, self._held, self._server = self._held, ExitStack(), None
        try:
            held.close()
        except CannotDo:
            return  # the connection is gone, and the lock with it

    def _take(self) -> bool:
        server = self._held.enter_context(connection(self._address, "leadlight deliveries"))
        ((taken,),) = server.rows(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s))", [SPACE + 1, self._address.schema]
        )
        if taken:
            self._server = server
            return True
        self.close()
        return False
