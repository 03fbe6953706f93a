"""A workspace on PostgreSQL is connected as one in a folder is."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.desk.crm.connect import ConnectionsRequest, connections
from leadlight.desk.crm.undo_push import UndoPushRequest, undo_push
from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.results.crm import OwedCounts
from tests.desk.crm.conftest import Make, now


def test_a_round_on_a_server(
    desk_of: Make, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """read twice, pushed, changed by hand, merged, deleted, forgotten, taken back: as in a folder"""
    monkeypatch.chdir(tmp_path)
    desk = desk_of(40, 60, where=address)
    assert desk.sync().stated == 40
    assert desk.sync().stated == 0
    desk.qualify()
    desk.dry_run()
    assert desk.push().written == 40
    (stands,) = connections(desk.session, ConnectionsRequest(now())).connections
    assert None not in (stands.read_at, stands.written_at, stands.since)
    assert (stands.faults, stands.owed) == ((), OwedCounts(0, 0))
    assert {r.reading: r.records for r in stands.readings}["people"] == 40
    assert all(r.own["leadlight_temperature"] for r in desk.store.records["people"].values())
    desk.store.write_own("5", {"leadlight_stage": "mine"})
    desk.store.archive("6")
    desk.store.merge("9", "10")
    done = desk.sync()
    assert (done.deleted, done.merged, done.changed_by_hand) == (1, 1, 1)
    gone = forget(desk.session, ForgetRequest("hubspot:7", now(), "ana"))
    assert {"crm_records", "push_facts"} <= set(gone.rows)
    desk.store.change("people", "7", city="Rome")
    assert desk.sync().forgotten == 1
    desk.qualify()
    assert desk.differences().unexplained == 0
    desk.push()
    assert undo_push(desk.session, UndoPushRequest(now())).restored
    assert desk.own("5")["leadlight_stage"] == "mine"
    assert not desk.own("8")["leadlight_temperature"]
