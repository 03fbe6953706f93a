"""Of several servers on a database one delivers, and another takes over when it is gone."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest

from leadlight.adapters.db.postgres import address_of
from leadlight.adapters.ledger.postgres.delivery_turn import DeliveryTurn
from leadlight.problems import CannotDo
from tests.verbs import init

NOW = datetime(2026, 11, 1)


def test_one_server_delivers_and_another_takes_over(address: str) -> None:
    """
    a  delivers; b waits
    a  stops; b delivers
    b  loses its connection; it says so, and a delivers
    """
    init(address, NOW)
    a, b = (DeliveryTurn(address_of(address)) for _ in "ab")
    assert a.is_ours()
    assert a.is_ours()
    assert not b.is_ours()
    a.close()
    assert b.is_ours()
    assert not a.is_ours()
    with psycopg.connect(address.partition("?")[0], autocommit=True) as con:
        con.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
            " 'leadlight deliveries' AND datname = current_database()"
        )
    with pytest.raises(CannotDo):
        b.is_ours()
    assert a.is_ours()
    assert not b.is_ours()
    a.close()
    b.close()


def test_each_schema_has_a_turn_of_its_own(address: str) -> None:
    """Two workspaces in a database"""
    init(address, NOW)
    init(f"{address}x", NOW)
    a, b = DeliveryTurn(address_of(address)), DeliveryTurn(address_of(f"{address}x"))
    assert a.is_ours()
    assert b.is_ours()
    a.close()
    b.close()
