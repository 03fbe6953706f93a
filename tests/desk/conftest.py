"""Verbs are asked in folders and in databases of PostgreSQL, as the ledger's own tests are."""

from __future__ import annotations

from tests.adapters.conftest import address, server_database

__all__ = ["address", "server_database"]
