"""Verbs are asked in folders and in databases of PostgreSQL, as the ledger's own tests are."""

from __future__ import annotations

from tests.adapters.conftest import address, server_database
from tests.prepared import prepared

__all__ = ["address", "prepared", "server_database"]
