"""A round that is killed anywhere leaves both sides agreeing after the next one. The long version: make bench-crm."""

from __future__ import annotations

from tests.desk.crm.conftest import Make
from tests.desk.crm.kills import kill_rounds


def test_a_kill_at_any_request_loses_nothing_and_writes_nothing_twice(desk_of: Make) -> None:
    """250 people, killed while they are read, while activities are, and twice while 100 are written"""
    desk = desk_of(250, 250)
    desk.session.close()  # the rounds are processes of their own
    reads = 18
    assert kill_rounds(desk.folder, desk.store, (5, 9, reads + 13, reads + 14)) == 4
    assert len(desk.store.writes) == 250
    assert {*desk.store.writes.values()} == {1}
    desk.session = type(desk.session)(desk.folder)
    told = desk.differences()
    assert told.unexplained == 0
    assert {*told.counts} <= {"of-company"}
    assert desk.count("SELECT count(*) FROM attribute_facts") == 250
    assert desk.count("SELECT count(*) FROM activity_facts") == 250 + 25
