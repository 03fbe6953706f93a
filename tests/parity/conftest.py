"""The engines, started once for all tests of the suite that ask for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.parity.engines import DuckDB, Engine, Postgres
from tests.servers.postgres import database, or_say, server


@pytest.fixture(scope="session")
def duck() -> DuckDB:
    """DuckDB, in memory."""
    return DuckDB()


@pytest.fixture(scope="session")
def postgres_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A PostgreSQL database of the suite's own."""
    or_say(server)
    with database() as url:
        engine = Postgres(url, tmp_path_factory.mktemp("postgres"))
        yield engine
        engine.con.close()
