"""How each connection stands, without asking the CRM: read, written, owed, and why not."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest

from leadlight.desk.crm.attempts import REASONS, crm_word
from leadlight.desk.crm.connect import (
    ConnectionsRequest,
    DisconnectRequest,
    connections,
    disconnect,
)
from leadlight.desk.crm.push import PushRequest, push
from leadlight.facts.crm import CrmAttempt
from leadlight.problems import CannotDo
from leadlight.results.crm import ConnectionStatus, OwedCounts
from leadlight.results.data import to_json
from leadlight.results.text.crm import render_connections
from tests.desk.crm.conftest import Desk, Make, now

HOSTILE = ("ana@acme.example is not allowed", "\x1b[2J", "x" * 61, "<b>", "4915112345678")


def status(desk: Desk, most: int | None = None) -> ConnectionStatus:
    (one,) = connections(desk.session, ConnectionsRequest(now(), most)).connections
    return one


def lines(desk: Desk) -> str:
    found = connections(desk.session, ConnectionsRequest(now()))
    return "\n".join(str(part) for part in render_connections(found))


def test_a_connection_says_when_it_was_read_and_written_and_what_it_brought(desk_of: Make) -> None:
    """nothing yet; a sync; another that finds nothing new; a dry run; a push"""
    desk = desk_of()
    new = status(desk)
    assert (new.since is not None, new.read_at, new.written_at) == (True, None, None)
    assert (new.faults, new.owed) == ((), OwedCounts(0, 0))
    assert new.secrets == ("HUBSPOT_TOKEN",)
    assert "last read never, last written never" in lines(desk)
    desk.sync()
    first = status(desk)
    brought = {r.reading: r for r in first.readings}
    assert brought["people"].records == 30
    for sort in ("calls", "meetings", "deals"):
        facts = desk.count(
            f"SELECT count(*) FROM activity_facts WHERE activity_id LIKE 'hubspot:{sort}:%'"
        )
        assert brought[sort].facts == facts > 0
    requests = len(desk.store.requests)
    desk.sync()
    again = status(desk)
    assert first.read_at is not None
    assert again.read_at is not None
    assert again.read_at > first.read_at
    asked = len(desk.store.requests)
    assert asked > requests
    desk.qualify()
    assert status(desk).owed == OwedCounts(30, 0)
    assert status(desk, most=29).owed is None
    assert status(desk, most=30).owed == OwedCounts(30, 0)
    desk.dry_run()
    assert status(desk).written_at is None
    assert status(desk).is_rehearsed
    before = len(desk.store.requests)
    desk.push()
    written = status(desk)
    assert written.written_at is not None
    assert written.owed == OwedCounts(0, 0)
    assert written.since == new.since
    after = len(desk.store.requests)
    status(desk)
    assert before < after == len(desk.store.requests)  # whoever looks asks nobody


def test_why_it_was_not_read_is_kept_until_it_is_read(
    desk_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the token expires; the secret is gone; it is there again: nothing failed"""
    desk = desk_of()
    desk.sync()
    good = status(desk).read_at
    desk.store.token = "token-of-tomorrow"
    with pytest.raises(CannotDo):
        desk.sync()
    (fault,) = status(desk).faults
    assert (fault.verb, fault.code) == ("sync", "token")
    assert fault.sentence == REASONS["token"]
    assert status(desk).read_at == good
    monkeypatch.delenv("HUBSPOT_TOKEN")
    with pytest.raises(CannotDo):
        desk.dry_run()
    (fault,) = status(desk).faults
    assert (fault.verb, fault.code) == ("sync", "secret")
    told = to_json(status(desk)) + lines(desk)
    assert "token-1" not in told
    assert "token-of-tomorrow" not in told
    monkeypatch.setenv("HUBSPOT_TOKEN", "token-of-tomorrow")
    desk.sync()
    assert status(desk).faults == ()


def test_what_the_crm_refuses_is_said_by_its_code_alone(desk_of: Make) -> None:
    """three records are refused; 4 was changed by hand; one code holds somebody's address"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    desk.dry_run()
    desk.store.faults.refuse = {"1", "2", "3"}
    assert desk.push().still_owed == 3
    found = status(desk)
    assert [r.records for r in found.refusals] == [3]
    assert found.owed == OwedCounts(3, 0)
    desk.store.write_own("4", {"leadlight_temperature": "mine"})
    desk.sync()
    assert status(desk).differs == 1
    with desk.session.write("test", now()) as workspace:
        crm = workspace.ledger.crm()
        facts = [replace(f, status=HOSTILE[0]) for f in crm.pushes("hubspot", ["1", "2"]).values()]
        crm.record_pushes("hubspot", facts, now())
        for word in HOSTILE:
            crm.record_attempt("hubspot", CrmAttempt("push", "not known", word, now()))
    found = status(desk)
    assert {r.code: r.records for r in found.refusals}["refused"] == 2
    assert [(f.verb, f.word, f.sentence) for f in found.faults] == [("push", "", REASONS["other"])]
    assert all(word not in json.loads(to_json(found)).__repr__() for word in HOSTILE)
    assert not any(map(crm_word, HOSTILE))


def test_a_push_that_somebody_must_see_first_says_so(desk_of: Make) -> None:
    """a timer pushes; all values would go, since no run is there: it fails, and that is kept"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    desk.dry_run()
    desk.push()
    with desk.session.write("test", now()) as workspace:
        workspace.con.execute("DELETE FROM run_changes")
    with pytest.raises(CannotDo, match="taken away"):
        push(desk.session, PushRequest(now()))
    found = status(desk)
    assert [(f.verb, f.code) for f in found.faults] == [("push", "dry-run")]
    assert found.owed == OwedCounts(30, 30)


def test_a_ledger_of_before_says_when_it_was_read_and_written(desk_of: Make) -> None:
    """a workspace that was synced and pushed by an older version is brought up to date"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    desk.dry_run()
    desk.push()
    step = files("leadlight.adapters.schema").joinpath("duckdb", "012_crm_attempts.sql")
    with desk.session.write("test", now()) as workspace:
        workspace.con.execute("DROP TABLE crm_attempts")
        workspace.con.execute(step.read_text("utf-8"))
    found = status(desk)
    assert found.read_at is not None
    assert found.written_at is not None
    desk.sync()
    later = status(desk).read_at
    assert later is not None
    assert later > found.read_at


def test_a_connection_that_ended_owes_nothing(desk_of: Make) -> None:
    """what it brought stays; nothing is owed, and nothing is to be mended"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    disconnect(desk.session, DisconnectRequest("hubspot", now(), "ana"))
    found = status(desk)
    assert (found.state, found.owed, found.faults) == ("disconnected", None, ())
    assert found.readings[0].records or found.readings[1].records
