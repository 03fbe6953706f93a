"""To take events: they are facts of the right lead, once, and the labels follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.leads.undo import ImportsRequest, imports
from leadlight.desk.live.requalify import Requalification, TickRequest, tick
from leadlight.desk.live.take import TakeRequest, take
from leadlight.desk.live.transitions import TransitionsRequest, transitions
from leadlight.desk.session import Session
from leadlight.facts.intake import Event, QuarantineRow
from leadlight.results.intake import TakeResult
from tests.desk.live.conftest import NOW


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


class Live:
    """A session in which events are taken."""

    def __init__(self, place: str) -> None:
        self.session = Session(place)
        self.requalification = Requalification()

    def take(self, *events: Event, minute: float) -> TakeResult:
        request = TakeRequest(events, at(minute))
        return take(self.session, request, self.requalification)

    def labels(self, run: int = 0) -> dict[str, str | None]:
        """Temperatures by lead, as the newest transition says."""
        found = transitions(self.session, TransitionsRequest(NOW, run))
        return {t.lead_id: t.labels.get("temperature") for t in found.transitions}

    def kinds(self, lead: str) -> list[str]:
        with self.session.read("test", at(600)) as workspace:
            rows = workspace.con if not hasattr(workspace.ledger, "server") else None
            sql = f"SELECT kind FROM activity_facts WHERE lead_id = '{lead}' ORDER BY occurred_at"
            found = (
                rows.execute(sql).fetchall() if rows else workspace.ledger.server.rows(sql)  # type: ignore[attr-defined]
            )
        return [str(kind) for (kind,) in found]


@pytest.fixture
def live(qualified: str) -> Live:
    return Live(qualified)


def test_a_lead_turns_hot(live: Live) -> None:
    """09:01 Ana, known by her address, asks for a demo; 09:02 somebody new does."""
    result = live.take(
        Event("m1", "demo_requested", at(1), email="ana@abelzinc.com"),
        Event("m2", "demo_requested", at(2), "u7", "new@newco.com", attributes={"employees": 90}),
        minute=3,
    )
    assert (result.added, result.new_leads, result.looked_at, result.changed) == (2, 1, 2, 2)
    assert live.labels(1) == {"L1": "hot", "u7": "hot"}


def test_a_batch_taken_twice_adds_nothing(live: Live) -> None:
    events = [
        Event("m1", "demo_requested", at(1), "u1", "ana@abelzinc.com"),
        Event("m2", "page_viewed", at(1), anonymous_id="d1"),
        Event("m1", "demo_requested", at(1), "u1", "ana@abelzinc.com"),
    ]
    first = live.take(*events, minute=2)
    assert (first.added, first.known) == (2, 1)
    again = live.take(*events, minute=3)
    assert (again.added, again.known, again.run_id) == (0, 3, None)
    assert live.kinds("L1") == ["demo_requested"]


def test_a_visitor_who_says_who_it_is_brings_what_it_did(live: Live) -> None:
    """Three pages as nobody; then the form: hot by the form, and the pages count as well."""
    came = {"utm_source": "google", "landing_page": "https://x.com/"}
    live.take(
        *(Event(f"p{n}", "page_viewed", at(n), anonymous_id="d1", touch=came) for n in range(3)),
        minute=4,
    )
    assert live.labels(1) == {}
    later = {"utm_source": "newsletter"}
    result = live.take(
        Event("p9", "pricing_viewed", at(5), anonymous_id="d1"),
        Event("f1", "identified", at(6), None, "zed@zed.com", "d1", touch=later),
        Event("p10", "demo_requested", at(7), anonymous_id="d1"),
        minute=8,
    )
    assert (result.restated, result.new_leads) == (4, 1)
    assert live.kinds("zed@zed.com") == [
        *["page_viewed"] * 3,
        "pricing_viewed",
        "identified",
        "demo_requested",
    ]
    assert live.labels(1) == {"zed@zed.com": "hot"}
    with live.session.read("test", at(9)) as workspace:
        known = workspace.ledger.known_people([], ["zed@zed.com"], [], ["d1"])
    assert known.by_device == {"d1": "zed@zed.com"}
    lead = explain(live.session, ExplainRequest("zed@zed.com", at(9), story=False))
    assert [line.label for line in lead.labels] == ["hot"]


def test_the_id_of_a_click_is_the_activitys(live: Live) -> None:
    """Google's id of the click is kept with what was done; the lead has no such attribute."""
    touch = {"utm_source": "google", "click_id": "gclid=G1"}
    live.take(Event("a", "identified", at(1), "u1", touch=touch), minute=2)
    with live.session.read("test", at(3)) as workspace:
        held = workspace.ledger.holdings()
    assert "click_id" in held.activity_columns
    assert "click_id" not in held.attributes


def test_first_and_last_touch_are_kept_apart(live: Live) -> None:
    live.take(
        Event("a", "page_viewed", at(1), anonymous_id="d", touch={"utm_source": "google"}),
        Event("b", "identified", at(2), "u1", None, "d", touch={"utm_source": "mail"}),
        minute=3,
    )
    live.take(Event("c", "identified", at(4), "u1", touch={"utm_source": "fair"}), minute=5)
    rules = Path("playbook.yml").read_text(encoding="utf-8")
    first, newest = "utm_source = 'google'", "newest_utm_source = 'fair'"
    rules = rules.replace("segments:\n", f"segments:\n  first: {first}\n  last: {newest}\n")
    Path("playbook.yml").write_text(rules, encoding="utf-8")
    lead = explain(live.session, ExplainRequest("u1", at(6), story=False))
    assert lead.segments == ("first", "last")


def test_a_sender_may_know_the_first_touch(live: Live) -> None:
    """The browser remembers that it came by Google at first; what it did then was never told."""
    google = {"utm_source": "google", "landing_page": "https://x.com/a"}
    mail, fair = {"utm_source": "mail"}, {"utm_source": "fair"}
    live.take(
        Event("a", "page_viewed", at(1), anonymous_id="d", touch=mail, first_touch=google),
        Event("b", "identified", at(2), "u1", None, "d", touch=mail, first_touch=google),
        minute=3,
    )
    assert _touches("u1", "google", "mail", live)
    live.take(Event("c", "identified", at(4), "u1", None, "d", {}, {}, fair, google), minute=5)
    assert _touches("u1", "google", "fair", live)


def _touches(lead: str, first: str, newest: str, live: Live) -> bool:
    """Whether the lead came by these, by its segments."""
    text = Path("playbook.yml").read_text(encoding="utf-8")
    wanted = f"  touched: utm_source = '{first}' and newest_utm_source = '{newest}'\n"
    Path("playbook.yml").write_text(text.replace("segments:\n", f"segments:\n{wanted}"))
    found = explain(live.session, ExplainRequest(lead, at(6), story=False)).segments
    Path("playbook.yml").write_text(text, encoding="utf-8")
    return "touched" in found


def test_a_mail_that_is_opened_makes_no_lead(live: Live) -> None:
    """A colleague opens a mail, twice; somebody who opened one says later who they are."""
    opened = [
        Event(f"o{n}", "email_opened", at(n), email="x@x.com", introduces=False) for n in (1, 2)
    ]
    ana = Event("o3", "email_opened", at(2), "L1", "ana@abelzinc.com", introduces=False)
    result = live.take(*opened, ana, minute=3)
    assert (result.added, result.new_leads) == (3, 0)
    again = Event("o4", "email_opened", at(4), "u1", "x@x.com", introduces=False)
    assert live.take(again, minute=5).new_leads == 0
    result = live.take(Event("f", "form_submitted", at(6), email="X@x.com"), minute=7)
    assert result.new_leads == 1
    assert live.kinds("x@x.com") == ["email_opened", "email_opened", "form_submitted"]
    assert live.kinds("L1") == ["email_opened"]


def test_two_people_on_one_device_stay_two(live: Live) -> None:
    live.take(
        Event("1", "page_viewed", at(1), anonymous_id="d"),
        Event("2", "identified", at(2), "u1", None, "d"),
        Event("3", "demo_requested", at(3), anonymous_id="d"),
        minute=4,
    )
    live.take(
        Event("4", "identified", at(5), "u2", None, "d"),
        Event("5", "pricing_viewed", at(6), anonymous_id="d"),
        minute=7,
    )
    assert live.kinds("u1") == ["page_viewed", "identified", "demo_requested"]
    assert live.kinds("u2") == ["identified", "pricing_viewed"]


def test_what_cannot_be_used_is_kept_with_its_reason(live: Live) -> None:
    request = TakeRequest((), at(1), (QuarantineRow("nobody", "It is nobody's.", '{"x": 1}'),))
    result = take(live.session, request, live.requalification)
    assert (result.events, result.quarantine) == (1, 1)
    (line, *_) = imports(live.session, ImportsRequest(at(2))).imports
    assert (line.read, line.rejected) == (1, 1)


def test_the_clock_alone_cools_a_lead(live: Live) -> None:
    """Hot by a demo on day 0; fifteen days on nothing came, and a tick moves it."""
    live.take(Event("m1", "demo_requested", at(1), email="ana@abelzinc.com"), minute=2)
    assert tick(live.session, TickRequest(at(3)), live.requalification).run_id is None
    result = tick(live.session, TickRequest(NOW + timedelta(days=15)), live.requalification)
    assert result.changed == 1
    assert live.labels(2) == {"L1": "warm"}


def test_a_playbook_that_cannot_be_used_keeps_no_fact_out(live: Live) -> None:
    text = Path("playbook.yml").read_text(encoding="utf-8")
    Path("playbook.yml").write_text(text + "\nscales: 3\n", encoding="utf-8")
    result = live.take(Event("m1", "demo_requested", at(1), email="ana@abelzinc.com"), minute=2)
    assert result.added == 1
    assert result.pending
    Path("playbook.yml").write_text(text, encoding="utf-8")
    assert tick(live.session, TickRequest(at(3)), live.requalification).changed == 1
