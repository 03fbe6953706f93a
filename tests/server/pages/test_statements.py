"""How many statements a page costs: a few, however many leads stand on it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from leadlight.adapters.ledger.tables import DuckDBTables
from tests.server.access.test_log_in import PASSWORD, post
from tests.server.desk import Served
from tests.server.desk import whole_desk as whole_desk  # the fixture

PAGES = ("/leads", "/leads?filter=employees+%3E+0", "/today", "/leads/ana", "/ladder", "/channels")


@pytest.fixture
def client(whole_desk: Served) -> Iterator[httpx.Client]:
    from django.contrib.auth.models import User

    from leadlight.server.access.people import add_person

    whole_desk.take_over()
    if not User.objects.filter(username="stan").exists():
        add_person("stan", PASSWORD, "manager")
    with whole_desk.client() as client:
        post(client, "/log-in", username="stan", password=PASSWORD)
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_few_statements(
    client: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the server's own database five at the most (a line of the audit log is one of them)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ledger: list[str] = []
    rows = DuckDBTables.rows

    def count(tables: DuckDBTables, sql: str, *values: object) -> list[tuple[object, ...]]:
        ledger.append(sql)
        return rows(tables, sql, *values)

    monkeypatch.setattr(DuckDBTables, "rows", count)
    with CaptureQueriesContext(connection) as own:
        assert client.get(path).status_code == 200
    assert len(own) <= 5, [q["sql"][:120] for q in own.captured_queries]
    assert len(ledger) <= 30, ledger
