"""What is written into a CRM: on change, after a dry run, and never over what a person wrote."""

from __future__ import annotations

import random

import pytest

from leadlight.desk.crm.connect import ConnectRequest, DisconnectRequest, connect, disconnect
from leadlight.desk.crm.undo_push import UndoPushRequest, undo_push
from leadlight.desk.persons.facts import FactsRequest, facts
from leadlight.desk.persons.objection import ObjectionRequest, record_objection
from leadlight.desk.wiring import crm_access
from leadlight.problems import CannotDo
from tests.desk.crm.conftest import Desk, Make, now
from tests.servers.crm.hubspot import hubspot
from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Faults, Store


def standing(desk: Desk) -> dict[str, dict[str, object]]:
    return {i: dict(r.own) for i, r in desk.store.records["people"].items()}


def pushed(desk: Desk) -> Desk:
    """A desk whose answers stand in the CRM."""
    desk.sync()
    desk.qualify()
    desk.dry_run()
    desk.push()
    return desk


def test_a_connection_keeps_its_secret_where_another_is_refused(
    desk_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """connect hubspot --url ELSEWHERE --keep-secret: refused before anything is kept or sent"""
    kept: list[str] = []
    monkeypatch.setattr(crm_access, "keep_secret", lambda *_: kept.append("kept"))
    desk, other = desk_of(), desk_of()
    asked = len(other.store.requests)
    request = ConnectRequest("hubspot", now(), "bob", url=other.url, secret="theirs")
    with pytest.raises(CannotDo, match="another name"):
        connect(desk.session, request)
    assert (kept, len(other.store.requests)) == ([], asked)


def test_nothing_is_written_before_a_dry_run_was_seen(desk_of: Make) -> None:
    """push: refused; push --dry-run: ten examples, nothing written; push: written, once"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    with pytest.raises(CannotDo, match="dry run"):
        desk.push()
    assert not desk.store.writes
    assert not desk.store.properties
    seen = desk.dry_run()
    assert (len(seen.examples), seen.owed, seen.connected) == (10, 30, 30)
    assert not desk.store.writes
    assert not desk.store.properties
    done = desk.push()
    assert (done.written, done.still_owed) == (30, 0)
    assert len(desk.store.properties) == 6
    assert {*desk.store.writes.values()} == {1}
    own = desk.own("1")
    assert own["leadlight_temperature"] in ("hot", "warm", "cold")
    assert own["leadlight_as_of"]
    again = desk.push()
    assert (again.owed, again.written, again.unchanged) == (0, 0, 30)
    assert {*desk.store.writes.values()} == {1}


def test_another_declaration_wants_another_dry_run(desk_of: Make) -> None:
    """what was seen is of this connection and this way of writing"""
    desk = pushed(desk_of())
    with desk.session.write("test", now()) as workspace:
        crm = workspace.ledger.crm()
        (c,) = crm.connections()
        text = c.declaration.replace('label: "{label}"', 'label: "Our {label}"')
        assert text != c.declaration
        crm.record_connection(
            type(c)(c.name, c.url, text, c.state, c.keys, c.rehearsal, c.by, now())
        )
    with pytest.raises(CannotDo, match="dry run"):
        desk.push()


def test_only_what_changed_is_written(desk_of: Make) -> None:
    """a meeting with 3: its values are written, nobody else's"""
    desk = pushed(desk_of())
    cold = next(i for i, own in standing(desk).items() if own["leadlight_temperature"] == "cold")
    desk.store.add("meetings", "900", at=now(), outcome="COMPLETED", people=[cold])
    desk.sync()
    desk.qualify()
    assert desk.push().written == 1
    assert desk.own(cold)["leadlight_temperature"] == "hot"


def test_what_a_person_changed_there_is_never_written_over(
    desk_of: Make, chance: random.Random
) -> None:
    """random edits by people between pushes: each stands until somebody releases it"""
    desk = pushed(desk_of(40, 80))
    mine: dict[tuple[str, str], str] = {}
    for round_ in range(4):
        for i in chance.sample(sorted(desk.store.records["people"]), 6):
            name = chance.choice(["temperature", "reason", "next"])
            mine[i, f"leadlight_{name}"] = f"by hand {round_}"
            desk.store.write_own(i, {f"leadlight_{name}": f"by hand {round_}"})
        for n in range(8):
            who = str(chance.randrange(1, 41))
            desk.store.add("meetings", f"{round_}-{n}", at=now(), outcome="COMPLETED", people=[who])
        if chance.random() < 0.5:
            desk.sync()
        desk.qualify()
        desk.push()
        for (i, key), value in mine.items():
            assert desk.own(i)[key] == value
    told = desk.differences()
    by_hand = {(d.external_id, d.field) for d in told.differences if d.code == "changed-by-hand"}
    assert by_hand >= set(mine)
    assert told.unexplained == 0
    (i, key), _ = next(iter(mine.items()))
    desk.push(i)
    assert desk.own(i)[key] != mine[i, key]


def test_a_change_between_reading_and_writing_stands_too(desk_of: Make) -> None:
    """somebody writes after the sync of the push and before its write: the record is looked at again"""
    desk = pushed(desk_of())
    desk.store.add("meetings", "900", at=now(), outcome="COMPLETED", people=["2"])
    desk.sync()
    desk.qualify()
    asked = desk.store.requests

    class Spy(list):  # type: ignore[type-arg]
        def append(self, item: object) -> None:
            super().append(item)
            if str(item).endswith("meetings/search')"):  # nearly the last that a sync asks
                desk.store.write_own("2", {"leadlight_temperature": "mine"})

    desk.store.requests = Spy(asked)
    desk.push()
    assert desk.own("2")["leadlight_temperature"] == "mine"


def test_partial_failures_are_told_and_stay_owed(desk_of: Make) -> None:
    """207: 3 and 4 are refused; the next push tries them again, and only them"""
    desk = desk_of(store=Store(Faults(refuse={"3", "4"}, busy=0.2)))
    desk.sync()
    desk.qualify()
    desk.dry_run()
    done = desk.push()
    assert (done.written, done.still_owed) == (28, 2)
    assert [(r.code, r.records) for r in done.refusals] == [("VALIDATION_ERROR", 2)]
    assert {d.code for d in desk.differences().differences if d.external_id == "3"} == {"refused"}
    desk.store.faults.refuse.clear()
    assert desk.push().written == 2
    assert {*desk.store.writes.values()} == {1}


def test_a_record_that_is_no_more_is_not_made_again(desk_of: Make) -> None:
    """erased there without a word: it is not written, and nothing else is done about it"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    desk.dry_run()
    desk.store.erase("8")
    done = desk.push()
    assert (done.gone, done.written) == (1, 29)
    assert "8" not in desk.store.records["people"]
    assert desk.facts("hubspot:8")["profiling_objected"] is True


def test_who_objects_is_withdrawn(desk_of: Make) -> None:
    """`leadlight object hubspot:4`: the next push takes our values away, before any run"""
    desk = pushed(desk_of())
    record_objection(desk.session, ObjectionRequest("hubspot:4", now()))
    done = desk.push()
    assert (done.withdrawn, done.written) == (1, 1)
    assert not any(desk.own("4").values())
    assert desk.push().written == 0
    told = facts(desk.session, FactsRequest("hubspot:4", now())).write_backs
    assert [w.values["connection"] for w in told if w.kind == "written"] == ["hubspot"] * 2


def test_very_many_values_do_not_go_unseen(desk_of: Make) -> None:
    """one person objects: its values go; 25 of 40 do: refused until a dry run has shown it"""
    desk = pushed(desk_of(40, 80))
    record_objection(desk.session, ObjectionRequest("hubspot:4", now()))
    assert desk.push().withdrawn == 1
    for n in range(10, 35):
        record_objection(desk.session, ObjectionRequest(f"hubspot:{n}", now()))
    with pytest.raises(CannotDo, match="25 records would be taken away"):
        desk.push()
    assert desk.own("12")["leadlight_temperature"]
    assert desk.dry_run().withdrawn == 25
    assert desk.push().written == 25
    assert not desk.own("12")["leadlight_temperature"]


def test_an_undo_puts_back_what_stood_there(desk_of: Make) -> None:
    """undo: empty again, but where somebody wrote since; and the next push wants a dry run"""
    desk = pushed(desk_of())
    desk.store.write_own("5", {"leadlight_temperature": "mine"})
    back = undo_push(desk.session, UndoPushRequest(now()))
    assert (back.restored, back.left) == (30, 1)
    assert {str(v) for i, own in standing(desk).items() for v in own.values()} <= {"", "mine"}
    with pytest.raises(CannotDo, match="dry run"):
        desk.push()
    with pytest.raises(CannotDo, match="taken back"):
        undo_push(desk.session, UndoPushRequest(now()))


def test_a_second_push_is_taken_back_to_the_first(desk_of: Make) -> None:
    """two pushes, one undo: the values of the first stand"""
    desk = pushed(desk_of())
    first = standing(desk)
    cold = next(i for i, own in first.items() if own["leadlight_temperature"] == "cold")
    desk.store.add("meetings", "900", at=now(), outcome="COMPLETED", people=[cold])
    desk.sync()
    desk.qualify()
    desk.push()
    undo_push(desk.session, UndoPushRequest(now()))
    assert {n: str(v) for n, v in desk.own(cold).items()} == {
        n: str(v) for n, v in first[cold].items()
    }


def test_properties_that_were_there_are_looked_at(desk_of: Make) -> None:
    """another workspace wrote them, and a person since: a first push of ours leaves what stands"""
    first = pushed(desk_of())
    first.store.write_own("5", {"leadlight_temperature": "mine"})
    second = desk_of(0, 0, store=first.store)
    stood = standing(first)
    second.sync()
    second.qualify()
    second.dry_run()
    done = second.push()
    assert second.own("5")["leadlight_temperature"] == "mine"
    assert done.made == ()
    assert done.written == 0
    assert {i: own["leadlight_temperature"] for i, own in standing(second).items()} == {
        i: own["leadlight_temperature"] for i, own in stood.items()
    }


def test_a_push_that_finds_nearly_nobody_deletes_nobody(desk_of: Make) -> None:
    """a token that may not see people any more: the records are owed, and nobody objects by that"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    desk.dry_run()
    people = desk.store.records["people"]
    desk.store.records["people"] = {i: people[i] for i in ("1", "2")}
    done = desk.push()
    desk.store.records["people"] = people
    assert (done.gone, done.written, done.still_owed) == (0, 2, 28)
    assert desk.push().written == 28


def test_a_connection_ends_as_it_began(desk_of: Make) -> None:
    """disconnect --restore: our properties are empty, but where a person wrote; nothing more is read"""
    desk = pushed(desk_of())
    desk.store.write_own("5", {"leadlight_temperature": "mine"})
    ended = disconnect(desk.session, DisconnectRequest("hubspot", now(), "ana", restore=True))
    assert ended.restored == 30
    assert {str(v) for own in standing(desk).values() for v in own.values()} <= {"", "mine"}
    with pytest.raises(CannotDo, match="No CRM is connected"):
        desk.sync()


def test_a_connection_ends_as_it_began_whatever_was_written_when(desk_of: Make) -> None:
    """a later push is the first that writes a next step; of a new person somebody has written one by hand already"""
    desk = desk_of()
    book = desk.folder / "playbook.yml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace(", next: Send mails", ""), encoding="utf-8")
    pushed(desk)
    desk.store.add("people", "77", email="new@acme.example", country="Germany", city="Berlin")
    desk.store.write_own("77", {"leadlight_next": "by hand"})
    book.write_text(text, encoding="utf-8")
    desk.sync()
    desk.qualify()
    assert desk.push().differs == 1
    assert desk.own("77")["leadlight_temperature"] == "cold"
    disconnect(desk.session, DisconnectRequest("hubspot", now(), "ana", restore=True))
    left = [
        (i, v) for i, own in standing(desk).items() for v in own.values() if v not in (None, "")
    ]
    assert left == [("77", "by hand")]


def test_an_undo_that_the_crm_ended_can_be_done_again(desk_of: Make) -> None:
    """the CRM answers 500 in the middle of an undo: nothing is written before a dry run; the next undo does the rest"""
    desk = pushed(desk_of(130, 0, dialect=_Breaking()))
    _Breaking.after = 1
    with pytest.raises(CannotDo, match="500"):
        undo_push(desk.session, UndoPushRequest(now()))
    _Breaking.after = None
    with pytest.raises(CannotDo, match="dry run"):
        desk.push()
    undo_push(desk.session, UndoPushRequest(now()))
    assert not any(v for own in standing(desk).values() for v in own.values())


class _Breaking:
    """HubSpot whose batches of writes fail after so many."""

    after: int | None = None

    def __call__(self, store: Store, ask: Ask) -> Reply:
        if ask.path.endswith("batch/update") and _Breaking.after is not None:
            _Breaking.after -= 1
            if _Breaking.after < 0:
                return 500, {}
        return hubspot(store, ask)


def test_every_difference_is_explained(desk_of: Make) -> None:
    """300 people: connected, qualified, pushed, changed on both sides, synced; then disconnected"""
    desk = pushed(desk_of(300, 600))
    for n in range(1, 40):
        desk.store.change("people", str(n), city=f"City {n}", opt_out=n % 2 == 0)
    desk.sync()
    for n in range(30, 60):
        desk.store.change("people", str(n), job_title="Changed since")
    for n in range(60, 80):
        desk.store.write_own(str(n), {"leadlight_temperature": "mine"})
    for n in range(80, 90):
        desk.store.archive(str(n))
    for n in range(90, 95):
        desk.store.erase(str(n))
    desk.store.merge("100", "101")
    desk.store.add("people", "999", email="new@acme.example")
    record_objection(desk.session, ObjectionRequest("hubspot:200", now()))
    told = desk.differences()
    assert told.unexplained == 0
    assert told.counts["changed-there"] >= 30
    assert told.counts["changed-by-hand"] == 20
    assert told.counts["deleted-there"] == 11
    assert told.counts["gone-there"] == 5
    assert told.counts["new-there"] == 1
    assert told.counts["withdrawn"] >= 1
    desk.sync()
    desk.qualify()
    desk.push()
    after = desk.differences()
    assert after.unexplained == 0
    assert {*after.counts} <= {"changed-by-hand", "gone-there", "linked", "owed", "first-touch"}
    disconnect(desk.session, DisconnectRequest("hubspot", now(), "ana"))
