"""What a CRM says becomes facts, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leadlight.desk.crm.sync import SyncRequest, sync
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.undo import UndoRequest, undo
from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.problems import CannotDo
from leadlight.results.text.persons import render_erasure
from tests.desk.crm.conftest import Make, now
from tests.servers.crm.pipedrive import pipedrive
from tests.servers.crm.server import Ask, Reply
from tests.servers.crm.store import Faults, Store


def test_people_companies_deals_and_activities_come_with_their_own_times(desk_of: Make) -> None:
    """hubspot  30 people, 3 companies, 3 deals, 60 activities; the second time nothing"""
    desk = desk_of()
    first = desk.sync()
    assert (first.people, first.new, first.stated) == (30, 30, 30)
    assert {line.reading: line.read for line in first.lines}["deals"] == 3
    person = desk.store.records["people"]["4"]
    facts = desk.facts("hubspot:4")
    assert facts["email"] == person.fields["email"]
    assert facts["owner"] == f"rep{person.fields['owner']}@acme.example"
    company = desk.store.records["companies"][str(person.fields["company"])]
    assert facts["company"] == company.fields["name"]
    assert facts["employees"] == company.fields["employees"]
    assert desk.facts("hubspot:20")["do_not_email"] is True
    assert desk.count("SELECT count(*) FROM activity_facts WHERE kind = 'won'") == 0
    assert (
        desk.count("SELECT count(*) FROM activity_facts WHERE kind = 'lost' AND result = 'price'")
        == 1
    )
    call = desk.store.records["calls"]["3"]
    with desk.session.read("test", now()) as workspace:
        found = workspace.con.execute(
            "SELECT lead_id, occurred_at, agent FROM activity_facts WHERE activity_id LIKE 'hubspot:calls:3:%'"
        ).fetchall()
    assert found == [
        (
            f"hubspot:{call.fields['people'][0]}",
            call.changed.replace(microsecond=call.changed.microsecond // 1000 * 1000),
            "rep2@acme.example",
        )
    ]  # type: ignore[index]
    before = desk.everything()
    second = desk.sync()
    assert (second.stated, sum(line.stated for line in second.lines)) == (0, 0)
    assert desk.everything() == before


def test_only_what_changed_is_read_again(desk_of: Make) -> None:
    """one of 300 people, one call and one company changed: few requests, and three new facts"""
    desk = desk_of(300, 300)
    desk.sync()
    desk.store.change("people", "7", city="Rome")
    desk.store.change("companies", "3", industry="mining")
    at = now()
    desk.store.add("calls", "900", at=at, status="COMPLETED", owner="2", people=["8"])
    asked = len(desk.store.requests)
    done = desk.sync()
    assert done.people == 1
    assert desk.facts("hubspot:7")["city"] == "Rome"
    member = next(i for i, r in desk.store.records["people"].items() if r.fields["company"] == "3")
    assert desk.facts(f"hubspot:{member}")["industry"] == "mining"
    assert (
        desk.count(
            "SELECT count(*) FROM activity_facts WHERE lead_id = 'hubspot:8' AND activity_id LIKE '%:900:%'"
        )
        == 1
    )
    assert len(desk.store.requests) - asked <= 14


@pytest.mark.parametrize("skew", [timedelta(hours=3), timedelta(hours=-3), timedelta(0)])
def test_a_crm_whose_clocks_are_wrong_loses_nothing(desk_of: Make, skew: timedelta) -> None:
    """its servers differ by two minutes, and all are hours off: each change comes in"""
    store = Store(Faults(skew=skew, jitter=timedelta(minutes=2)))
    desk = desk_of(store=store)
    desk.sync()
    for n in range(1, 7):
        store.change("people", str(n), city=f"City {n}")
        desk.sync()
        assert desk.facts(f"hubspot:{n}")["city"] == f"City {n}"
    assert desk.sync().stated == 0


def test_a_record_that_moves_between_pages_takes_nobody_with_it(desk_of: Make) -> None:
    """450 changed within hours; after the first page of 200 somebody edits 1, so that all others move up by one"""
    desk = desk_of(450, 0)
    desk.sync()
    desk.store.faults.skew = timedelta(hours=9)
    for n in range(1, 451):
        desk.store.change("people", str(n), city="Rome").changed = now() + timedelta(minutes=n)
    pages = [0]

    def before_reply() -> None:
        if desk.store.requests[-1][1].endswith("contacts/search"):
            pages[0] += 1
            if pages[0] == 1:
                desk.store.change("people", "1", city="Oslo")

    desk.store.faults.before_reply = before_reply
    desk.sync()
    assert pages[0] <= 4
    assert (
        desk.count(
            "SELECT count(DISTINCT lead_id) FROM attribute_facts WHERE city IN ('Rome', 'Oslo')"
        )
        == 450
    )
    assert desk.facts("hubspot:1")["city"] == "Oslo"


def test_very_many_records_of_one_moment_are_all_read(desk_of: Make) -> None:
    """an import there writes 450 people in one millisecond: more than a page holds"""
    desk = desk_of(450, 0)
    desk.sync()
    at = desk.store.now() + timedelta(seconds=1)
    for n in range(1, 451):
        desk.store.change("people", str(n), city="Rome").changed = at
    assert desk.sync().people == 450
    assert (
        desk.count("SELECT count(DISTINCT lead_id) FROM attribute_facts WHERE city = 'Rome'") == 450
    )


def test_a_record_of_the_year_2099_does_not_hide_what_changes_today(desk_of: Make) -> None:
    """a wrong clock dated one change far ahead: the next changes come in all the same"""
    desk = desk_of()
    desk.sync()
    desk.store.change("people", "1", city="Rome").changed = now().replace(year=2099)
    desk.sync()
    desk.store.change("people", "2", city="Oslo")
    desk.sync()
    assert (desk.facts("hubspot:1")["city"], desk.facts("hubspot:2")["city"]) == ("Rome", "Oslo")


def test_a_crm_that_throttles_drops_and_answers_twice_says_each_thing_once(desk_of: Make) -> None:
    """429 to a third of requests, some fall off the network, each page repeats the one before"""
    calm = desk_of(250, 250)
    calm.sync()
    wild = desk_of(250, 250, store=Store(Faults(busy=0.3, drop=0.1, twice=True)))
    done = wild.sync()
    assert done.throttled
    assert wild.count("SELECT count(*) FROM attribute_facts") == 250
    assert [a for a, *_ in wild.everything()[0]] == [a for a, *_ in calm.everything()[0]]
    assert wild.count("SELECT count(*) FROM activity_facts") == calm.count(
        "SELECT count(*) FROM activity_facts"
    )


def test_whoever_is_deleted_there_is_left_alone_here(desk_of: Make) -> None:
    """into the bin: not scored, mailed or called; out of it: as before"""
    desk = desk_of()
    desk.sync()
    desk.qualify()
    desk.store.archive("5")
    assert desk.sync().deleted == 1
    facts = desk.facts("hubspot:5")
    assert facts["profiling_objected"]
    assert facts["do_not_email"]
    assert facts["do_not_call"]
    desk.dry_run()
    written = desk.push()
    assert written.connected == 29
    assert not desk.own("5")
    assert desk.sync().deleted == 0
    desk.store.records["people"]["5"].archived = None
    desk.store.change("people", "5", city="Oslo")
    desk.sync()
    assert desk.facts("hubspot:5")["profiling_objected"] is False


def test_a_deletion_is_heard_of_though_the_sync_that_saw_it_failed(
    desk_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pipedrive  6 is deleted, an hour later 7 changes; the sync reads 7, and the list of deletions is not answered"""
    is_broken = [False]

    def dialect(store: Store, ask: Ask) -> Reply:
        if is_broken[0] and ask.path.endswith("/recents"):
            return 500, {}
        return pipedrive(store, ask)

    monkeypatch.setenv("PIPEDRIVE_TOKEN", "token-1")
    desk = desk_of(30, 0, crm="pipedrive", dialect=dialect)
    desk.sync()
    desk.store.archive("6")
    desk.store.faults.skew = timedelta(hours=1)
    desk.store.change("people", "7", job_title="Chief")
    is_broken[0] = True
    with pytest.raises(CannotDo, match="500"):
        desk.sync()
    assert desk.facts("pipedrive:7")["job_title"] == "Chief"
    is_broken[0] = False
    assert desk.sync().deleted == 1
    assert desk.facts("pipedrive:6")["do_not_email"]


def test_who_is_out_of_the_bin_is_called_no_more_than_before(desk_of: Make) -> None:
    """leads.csv  A-1 may be neither mailed nor called; its record is deleted, and comes back: it still may not"""
    desk = desk_of()
    file = desk.folder / "leads.csv"
    file.write_text(
        "lead_id,email,do_not_call,do_not_email\nA-1,person8@company8.example,yes,yes\n",
        encoding="utf-8",
    )
    import_files(desk.session, ImportRequest((file,), now(), verify=False))
    desk.sync()
    assert desk.facts("A-1")["do_not_call"] is True
    desk.store.archive("8")
    desk.sync()
    desk.store.records["people"]["8"].archived = None
    desk.store.change("people", "8", city="Oslo")
    desk.sync()
    facts = desk.facts("A-1")
    assert facts["profiling_objected"] is False
    assert facts["do_not_call"] is True
    assert facts["do_not_email"] is True


def test_what_was_taken_back_comes_again_when_asked_for(desk_of: Make) -> None:
    """undo of the people; sync: nothing of them changed there; sync --again: all are here, once"""
    desk = desk_of()
    desk.sync()
    before = desk.everything()
    with desk.session.read("test", now()) as workspace:
        line = next(i for i in workspace.ledger.imports() if i.file == "hubspot: people")
    undo(desk.session, UndoRequest(line.import_id, now()))
    assert not desk.facts("hubspot:4")
    assert desk.sync().stated == 0
    assert sync(desk.session, SyncRequest(now(), verify=False, again=True)).stated == 30
    assert desk.facts("hubspot:4")["email"]
    assert desk.everything()[1:] == before[1:]
    assert sync(desk.session, SyncRequest(now(), verify=False, again=True)).stated == 0


def test_an_opt_out_there_counts_at_once(desk_of: Make) -> None:
    """hs_email_optout: do_not_email"""
    desk = desk_of()
    desk.sync()
    assert desk.facts("hubspot:3")["do_not_email"] is False
    desk.store.change("people", "3", opt_out=True)
    desk.sync()
    assert desk.facts("hubspot:3")["do_not_email"] is True


def test_a_no_that_the_crm_never_heard_of_stays(desk_of: Make) -> None:
    """leads.csv  A-1 is not to be mailed; the CRM, which was not told, changes a city: that is no yes. An opt-in there is"""
    desk = desk_of()
    file = desk.folder / "leads.csv"
    file.write_text("lead_id,email,do_not_email\nA-1,person8@company8.example,yes\n", "utf-8")
    import_files(desk.session, ImportRequest((file,), now(), verify=False))
    desk.store.change("people", "8", city="Rome")  # after the file was read
    desk.sync()
    assert desk.facts("A-1")["do_not_email"] is True
    desk.store.change("people", "8", city="Oslo")
    desk.sync()
    assert (desk.facts("A-1")["city"], desk.facts("A-1")["do_not_email"]) == ("Oslo", True)
    assert sync(desk.session, SyncRequest(now(), verify=False, again=True)).people == 30
    assert desk.facts("A-1")["do_not_email"] is True
    told = desk.differences()
    assert (told.counts["objection"], told.unexplained) == (1, 0)
    desk.store.change("people", "8", opt_out=True)
    desk.sync()
    desk.store.change("people", "8", opt_out=False)
    desk.sync()
    assert desk.facts("A-1")["do_not_email"] is False


def test_who_is_merged_there_is_one_person_here(desk_of: Make) -> None:
    """9 into 10: a same-as link, once, and nothing is written to 9 any more"""
    desk = desk_of()
    desk.sync()
    desk.store.merge("9", "10")
    assert desk.sync().merged == 1
    with desk.session.read("test", now()) as workspace:
        links = workspace.con.execute(
            f'SELECT lead_a, lead_b, state, "by" FROM {workspace.ledger.links("person")}'
        ).fetchall()
    assert [x[:3] for x in links] == [("hubspot:10", "hubspot:9", "made")]
    before = desk.everything()
    assert desk.sync().merged == 0
    assert desk.everything() == before
    desk.qualify()
    desk.dry_run()
    assert desk.push().connected == 29


def test_who_was_forgotten_here_does_not_come_back(desk_of: Make) -> None:
    """forget hubspot:6; edited there: nothing of it comes in, no activity either"""
    desk = desk_of()
    desk.sync()
    gone = forget(desk.session, ForgetRequest("hubspot:6", now(), "ana"))
    said = [str(part) for part in render_erasure(gone)]
    assert any("record in the CRM" in s and "Delete it there" in s for s in said), said
    desk.store.change("people", "6", city="Rome")
    desk.store.add("calls", "901", at=now(), status="COMPLETED", people=["6"])
    done = desk.sync()
    assert done.forgotten == 1
    assert not desk.facts("hubspot:6")
    assert desk.count("SELECT count(*) FROM activity_facts WHERE lead_id = 'hubspot:6'") == 0
    assert (
        desk.count(
            "SELECT count(*) FROM crm_records WHERE external_id = '6' AND reading = 'people' AND state = 'live'"
        )
        == 0
    )


def test_a_lead_of_a_file_is_the_same_person(desk_of: Make) -> None:
    """leads.csv  A-1, person8@company8.example; the CRM's record 8 is that lead, and no other"""
    desk = desk_of()
    file = desk.folder / "leads.csv"
    file.write_text("lead_id,email,budget\nA-1,Person8@company8.example,5000\n", encoding="utf-8")
    import_files(desk.session, ImportRequest((file,), now(), verify=False))
    assert desk.sync().new == 29
    assert desk.facts("A-1")["first_name"] == "First8"
    assert desk.facts("A-1")["budget"] == 5000
    assert not desk.facts("hubspot:8")


def test_an_activity_of_somebody_who_was_not_read_yet_waits_for_them(desk_of: Make) -> None:
    """calls 902 names person 77, who is made a moment later: both are one lead"""
    desk = desk_of()
    desk.sync()
    desk.store.add("calls", "902", at=now(), status="COMPLETED", people=["77"])
    desk.sync()
    desk.store.add("people", "77", email="late@acme.example", first_name="Late")
    desk.sync()
    assert desk.facts("hubspot:77")["email"] == "late@acme.example"
    assert desk.count("SELECT count(*) FROM activity_facts WHERE lead_id = 'hubspot:77'") == 1


def test_hostile_texts_are_data(desk_of: Make) -> None:
    """names of SQL, HTML, formulas and control characters; numbers that are none; a date in 9999"""
    desk = desk_of(store=Store())
    bad = {
        "1": "'); DROP TABLE attribute_facts; --",
        "2": "<script>alert(1)</script>",
        "3": "=HYPERLINK(1)\x00\x1b[2J",
        "4": "x" * 50_000,
    }
    for i, text in bad.items():
        desk.store.change("people", i, first_name=text, city=text)
    desk.store.change("companies", "1", employees="many")
    desk.store.add("calls", "903", at="never", status=bad["1"], people=["1"])
    desk.store.add("calls", "904", at="9999-99-99", status="COMPLETED", people=[bad["1"]])
    done = desk.sync()
    assert done.people == 30
    assert desk.facts("hubspot:1")["city"] == bad["1"]
    assert "\x00" not in str(desk.facts("hubspot:3")["city"])
    assert len(str(desk.facts("hubspot:4")["city"])) == 10_000


def test_a_token_that_is_refused_is_told_without_it(
    desk_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """401: the sentence names the scopes, and neither token nor answer"""
    desk = desk_of()
    monkeypatch.setenv("HUBSPOT_TOKEN", "pat-secret-123")
    with pytest.raises(CannotDo) as fault:
        desk.sync()
    assert "EXPIRED_AUTHENTICATION" in str(fault.value)
    assert "pat-secret" not in str(fault.value)
    monkeypatch.delenv("HUBSPOT_TOKEN")
    with pytest.raises(CannotDo, match="HUBSPOT_TOKEN"):
        desk.sync()


def test_a_token_that_expires_in_the_middle_is_replaced(
    desk_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """each token lives for four requests; HUBSPOT_REFRESH_TOKEN is there"""
    for name in ("REFRESH_TOKEN", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"HUBSPOT_{name}", "x")
    desk = desk_of(250, 250, store=Store(Faults(token_life=4)))
    assert desk.sync().people == 250


def test_no_person_stands_in_a_log(desk_of: Make, caplog: pytest.LogCaptureFixture) -> None:
    """every logger at its loudest: no address, name, number or token"""
    caplog.set_level(0)
    desk = desk_of(store=Store(Faults(busy=0.2, refuse={"3"})))
    desk.sync()
    desk.qualify()
    desk.dry_run()
    desk.push()
    said = caplog.text
    assert not any(word in said for word in ("person3", "First3", "+4930", "token-1", "secret@"))
