"""The engines, started once for all tests of the suite that ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from tests.parity.engines import DuckDB, Engine, Postgres, Spark
from tests.servers import postgres as postgres_server
from tests.servers import spark as spark_server

#: Tests of one engine stay in one process (tests/together.py): Spark is started once, and what they compare is made once.
OTHERS = [pytest.param("postgres_engine", id="postgres"), pytest.param("spark_engine", id="spark")]


@pytest.fixture(scope="session")
def duck() -> DuckDB:
    """DuckDB, in memory."""
    return DuckDB()


@pytest.fixture(scope="session")
def postgres_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL database of the suite's own."""
    postgres_server.or_say(postgres_server.server)
    with postgres_server.database() as url:
        engine = Postgres(url, tmp_path_factory.mktemp("postgres"))
        yield engine
        engine.con.close()


@pytest.fixture(scope="session")
def spark_engine(tmp_path_factory: pytest.TempPathFactory) -> Spark:
    """The test process's session of Spark."""
    return Spark(spark_server.or_say(spark_server.session), tmp_path_factory.mktemp("spark"))


@pytest.fixture(scope="session", params=OTHERS)
def other(request: pytest.FixtureRequest) -> Engine:
    """PostgreSQL, then Spark: whoever is compared with DuckDB."""
    return cast(Engine, request.getfixturevalue(request.param))
