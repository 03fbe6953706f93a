"""Activity logs and spend."""

from __future__ import annotations

import pytest

from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read


def test_a_log(read: Read) -> None:
    """
    timestamp,contact_id,Event,URL,Minutes
    2024-03-12 09:14,7,Page View,/pricing,
    2024-03-12 09:20,7,Demo Request,,12.5
    2024-03-13,8,Our Own Thing,,
    """
    r = read(file="log.csv")
    assert r.staged.what == "activities"
    assert r.column("kind") == ["page_viewed", "demo_requested", "our_own_thing"]
    assert r.column("lead_id") == ["7", "7", "8"]
    assert r.column("value") == [None, 12.5, None]
    assert str(r.column("occurred_at")[0]) == "2024-03-12 09:14:00"


def test_a_log_by_address(read: Read) -> None:
    """
    Email,Activity Type,Activity Date
    Ana@X.com,Email Opened,3/15/2024 2:30 PM
    """
    r = read()
    assert (r.staged.what, r.column("lead_id")) == ("activities", ["ana@x.com"])


def test_what_a_log_must_say(read: Read) -> None:
    """
    lead_id,event,at
    7,visit,2024-03-12
    8,visit,soon
    9,,2024-03-12
    ,visit,2024-03-12
    10,visit,
    """
    r = read()
    assert r.column("lead_id") == ["7"]
    assert [x[:3] for x in r.rejects()] == [
        (3, "no_moment", "the row has no readable date"),
        (4, "no_kind", "the row does not say what was done"),
        (5, "no_lead", "the row does not say which lead it is about"),
        (6, "no_moment", "the row has no readable date"),
    ]
    assert "4 of 5 rows were refused" in r.problem("rejected-rows")


def test_deals_as_a_log_when_told(read: Read) -> None:
    """
    Id,Status,Created Date,Close Date,Price
    a,Closed Won,2024-01-01,2024-03-12,240
    b,Closed Lost,2024-01-01,2024-03-13,0
    """
    r = read(what="activities", maps={"Close Date": "occurred_at"})
    assert r.column("kind") == ["won", "lost"]
    assert [str(m)[:10] for m in r.column("occurred_at")] == ["2024-03-12", "2024-03-13"]
    assert read().staged.what == "leads"


def test_a_log_without_a_moment_is_told_what_lacks(read: Read) -> None:
    """
    lead_id,event
    7,visit
    """
    with pytest.raises(
        CannotDo, match=r"no column says when it happened \(occurred_at\).*'lead_id', 'event'"
    ):
        read(what="activities")


def test_leads_with_a_type_and_a_date_stay_leads(read: Read) -> None:
    """
    First Name,Last Name,Email,Company,Type,Date
    Ana,Lee,a@x.com,Acme,Prospect,2024-03-12
    Bo,Ray,b@x.com,Bell,Partner,2024-03-13
    """
    r = read()
    assert r.staged.what == "leads"
    assert str(r.column("created_at")[0]) == "2024-03-12 00:00:00"


def test_a_vague_log_is_known_by_its_words(read: Read) -> None:
    """
    user id,type,date
    7,page_view,2024-03-12
    8,login,2024-03-13
    """
    assert read().staged.what == "activities"


def test_spend(read: Read) -> None:
    """
    Month;Channel;Campaign;Amount spent
    2024-01-01;google;brand;1.234,50
    2024-02-01;google;brand;
    """
    r = read()
    assert r.staged.what == "spend"
    assert r.column("amount") == [1234.5]
    assert [x[1] for x in r.rejects()] == ["no_amount"]
