"""A run over the touched leads on a server leaves what a full run in a folder would, whether they are few or many."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leadlight.adapters.db.postgres import address_of
from leadlight.adapters.ledger.postgres import PostgresLedger, incremental
from leadlight.adapters.ledger.postgres.open import create, open_ledger
from leadlight.adapters.ledger.runs import labels_as_of_run
from leadlight.adapters.qualify.postgres_base import base_on_server, qualify_on_server
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import RunReceipt
from tests.adapters.conftest import START, Desk, day
from tests.adapters.qualify.test_touched import (
    AGREED,
    BOOK,
    QUALIFIED,
    SCALES,
    act,
    does,
    everybody,
    history,
    lead,
    true,
)

_SCHEMAS = itertools.count(1)


class ServerDesk(Desk):
    """The same sentences, said to a ledger on a server."""

    ledger: PostgresLedger  # type: ignore[assignment]

    def __init__(self, ledger: PostgresLedger) -> None:
        self.con, self.ledger, self._numbers = ledger.con, ledger, itertools.count(1)

    def looks(self, as_of: datetime) -> None:
        """A run over all leads."""
        cohort = Everyone(as_of)
        base_on_server(self.con, self.ledger, cohort).qualify(BOOK, cohort, due=True)
        self.ledger.record_run(QUALIFIED, AGREED, as_of=as_of, now=as_of)

    def looks_again(self, as_of: datetime) -> tuple[RunReceipt, list[tuple[object, ...]]]:
        """A run over the touched leads, and what it found of them."""
        touched = self.ledger.touch(self.ledger.runs(1)[0], as_of=as_of)
        base = qualify_on_server(self.ledger, BOOK, touched, as_of)
        receipt = self.ledger.record_run(
            replace(QUALIFIED, only=touched.relation), AGREED, as_of=as_of, now=as_of
        )
        base.fetch()
        assert receipt.run.looked_at == touched.leads
        return receipt, self.con.execute("SELECT * FROM qualifications").fetchall()

    def left(self) -> dict[object, tuple[object, ...]]:
        """What the stored runs say of each lead."""
        return {row[0]: row[1:] for row in self.ledger.server.rows(labels_as_of_run(SCALES))}


@contextmanager
def there(url: str) -> Iterator[ServerDesk]:
    """A new ledger on the server."""
    where = address_of(f"{url}?schema=touched{next(_SCHEMAS)}")
    create(where, START)
    with open_ledger(where, write=True, verb="test", now=START) as (server, con):
        yield ServerDesk(PostgresLedger(server, con))


@settings(
    max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(
    first=st.lists(lead, min_size=1, max_size=5),
    log=st.lists(act, min_size=1, max_size=8),
    steps=history,
    backfill=st.booleans(),
)
def test_touched_is_whole(
    server_database: str,
    first: list,  # type: ignore[type-arg]
    log: list,  # type: ignore[type-arg]
    steps: list,  # type: ignore[type-arg]
    backfill: bool,
) -> None:
    """The history of tests/adapters/qualify/test_touched.py; every other time one touched lead is already too many to be few."""
    here = Desk()
    with there(server_database) as desk, pytest.MonkeyPatch.context() as patch:
        for d in (here, desk):
            d.brings("leads", first, day(0), backfill=backfill)
            d.brings("activities", log, day(0))
        desk.looks(day(0))
        assert desk.left() == true(here, day(0))
        at = 0.0
        for n, (later, does_what) in enumerate(steps):
            at += later / 2
            for what, content in does_what:
                does(here, what, content, day(at), backfill)
                does(desk, what, content, day(at), backfill)
            patch.setattr(incremental, "MOST", incremental.MOST if n % 2 else 0)
            receipt, found = desk.looks_again(day(at))
            patch.undo()
            expected = true(here, day(at))
            assert desk.left() == expected, f"as of {day(at)}"
            assert receipt.run.leads == len(expected)
            assert sorted(found, key=repr) == qualified(here, [r[0] for r in found], day(at))


def qualified(here: Desk, ids: list[object], as_of: datetime) -> list[tuple[object, ...]]:
    """What a full run finds of these leads."""
    rows = here.con.execute(
        f"SELECT * EXCLUDE (changes_in) FROM ({everybody(here, as_of)}) WHERE lead_id IN (SELECT"
        " unnest(?))",
        [ids],
    ).fetchall()
    return sorted(rows, key=repr)


def test_few_and_many_leave_the_same(server_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    ana warms up, bo is new, cy's import is taken back, dee is as before; what was to be called by bo's name is hostile
    """
    told = []
    for most in (incremental.MOST, 0):
        monkeypatch.setattr(incremental, "MOST", most)
        with there(server_database) as desk:
            names = ("ana", "dee", "eve'); DROP TABLE runs; --", "$1 %s {} \\")
            desk.brings("leads", [{"lead_id": i, "age": 1} for i in names], day(0))
            desk.brings("leads", [{"lead_id": "cy", "age": 1}], day(0), file="cy.csv")
            desk.looks(day(0))
            log = [
                {"lead_id": i, "occurred_at": day(1), "kind": "k"} for i in (names[0], *names[2:])
            ]
            desk.brings("activities", log, day(1))
            desk.brings("leads", [{"lead_id": "bo", "age": 1}], day(1), file="bo.csv")
            desk.ledger.undo("i2", now=day(1))
            receipt, found = desk.looks_again(day(1.1))
            due = desk.ledger.server.rows("SELECT lead_id, changes_at FROM due ORDER BY 1")
            changes = desk.ledger.server.rows("SELECT * FROM run_changes ORDER BY run_no, lead_id")
            told.append((receipt, sorted(found), due, changes, desk.left()))
            assert desk.looks_again(day(1.1))[0].run.looked_at == 0
    assert told[0] == told[1]
    receipt = told[0][0]
    assert (receipt.run.looked_at, receipt.run.changed, receipt.new_leads, receipt.gone_leads) == (
        5,
        5,
        1,
        1,
    )
    assert {(m.before, m.after, m.leads) for m in receipt.moves if m.scale == "temperature"} == {
        ("cold", "hot", 3),
        (None, "cold", 1),
        ("cold", None, 1),
    }


def test_no_table_is_made_for_a_few(server_database: str) -> None:
    """Tables that come and go leave rows in the server's own catalog, and are most of the time that a few leads take."""
    with there(server_database) as desk:
        desk.brings("leads", [{"lead_id": "ana", "age": 1}], day(0))
        desk.looks(day(0))
        for n in (1, 2):
            desk.brings(
                "activities", [{"lead_id": "ana", "occurred_at": day(n), "kind": "k"}], day(n)
            )
            before = desk.ledger.server.rows("SELECT count(*), max(oid::bigint) FROM pg_class")
            assert desk.looks_again(day(n))[0].run.looked_at == 1
            assert (
                desk.ledger.server.rows("SELECT count(*), max(oid::bigint) FROM pg_class") == before
            )
        assert len(desk.ledger.server.prepared) == 1, "planned once for both"
