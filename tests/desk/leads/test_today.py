"""The list of today: whom to be in touch with, in which order, how and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.contact_ways import ways_of
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.today import TodayRequest, today
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.today import TodayQueue, Way
from tests.desk.live.conftest import small_company
from tests.prepared import prepare

NOW = datetime(2026, 11, 1, 9)
MORE = """lead_id,email,phone,full_name,owner,do_not_call
L1,ana@abelzinc.com,+49 30 901820,Ana Abel,Bo,
L2,bo@bellaco.com,+49 30 901821,,Ada,yes
L3,cy@cole.com,,,,
"""
LOG = """lead_id,occurred_at,kind
L1,2026-10-31 10:00,demo_requested
L2,2026-10-31 10:00,pricing_viewed
L2,2026-10-31 11:00,pricing_viewed
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """L1 is hot, L2 is warm and not to be called, L3 is cold."""
    monkeypatch.chdir(tmp_path)
    return Session(prepare(company, tmp_path))


def company(where: str) -> None:
    small_company(where)
    for name, text in (("more.csv", MORE), ("log.csv", LOG)):
        Path(name).write_text(text, encoding="utf-8")
        import_files(Session(where), ImportRequest((Path(name),), NOW, verify=False))


def ask(session: Session, now: datetime = NOW, **more: object) -> TodayQueue:
    return today(session, TodayRequest(now, **more))  # type: ignore[arg-type]


def test_nobody_waits_before_the_first_run(session: Session) -> None:
    assert ask(session).run_id is None


def test_the_hottest_comes_first_with_its_reason_its_ways_and_its_clock(session: Session) -> None:
    """
    L1 hot   call, then mail; 15 minutes from its label on, of which 12 are left
    L2 warm  asked not to be called: mail alone
    L3 cold  does not wait
    """
    qualify(session, QualifyRequest(NOW))
    first, second = ask(session, NOW + timedelta(minutes=3)).leads
    assert (first.lead_id, first.name, first.owner) == ("L1", "Ana Abel", "Bo")
    assert [way.channel for way in first.ways] == ["call", "mail"]
    assert first.time_left == timedelta(minutes=12)
    assert first.label_since == NOW
    assert first.reason.startswith("Hot: ")
    assert second.lead_id == "L2"
    assert [way.value for way in second.ways] == ["bo@bellaco.com"]
    assert second.ways_barred == ("Asked not to be called.",)
    assert second.time_left is None


def test_the_list_of_one_owner(session: Session) -> None:
    qualify(session, QualifyRequest(NOW))
    assert [lead.lead_id for lead in ask(session, owner="Ada").leads] == ["L2"]
    assert ask(session, owner="'; DROP TABLE runs; --").leads == ()
    page = ask(session, limit=1)
    assert ([lead.lead_id for lead in page.leads], page.more) == (["L1"], True)


def test_a_limit_that_is_none(session: Session) -> None:
    for limit in (0, -1, 1000):
        with pytest.raises(CannotDo, match="From 1 to"):
            ask(session, limit=limit)


def test_only_ways_that_work_and_are_allowed() -> None:
    lead = {
        "email": "ana@abel.com",
        "email_verdict": "risky",
        "email_because": "role, typo",
        "phone": "030 1",
        "phone_verdict": "unreachable",
        "mobile": "+49 171 123456",
    }
    ways, barred = ways_of(lead)
    assert ways == (
        Way("call", "+49 171 123456"),
        Way("mail", "ana@abel.com", "The e-mail address looks mistyped."),
    )
    assert barred == ("The phone number does not work.",)
    assert ways_of({**lead, "consent": False})[0] == ()
    assert ways_of({**lead, "do_not_email": True})[0] == ways[:1]
    assert ways_of({"phone": "none", "email": "none"}) == ((), ())
    other = {"email": "x@", "email_because": "other_email", "email_repair": "a@b.de"}
    assert ways_of(other)[0] == (Way("mail", "a@b.de"),)


def test_the_queue_goes_on_where_its_page_ended(session: Session) -> None:
    """A page of one lead after the other tells the same leads as one page, in the same order."""
    qualify(session, QualifyRequest(NOW))
    whole = [lead.lead_id for lead in ask(session).leads]
    assert len(whole) > 1
    found: list[str] = []
    page = ask(session, limit=1)
    while True:
        found += [lead.lead_id for lead in page.leads]
        assert page.more == (page.next is not None)
        if page.next is None:
            break
        page = ask(session, limit=1, after=page.next)
    assert found == whole
    with pytest.raises(CannotDo, match="No page begins there"):
        ask(session, after="nowhere")
