"""What scanners clicked is found after the fact, and its points are given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.undo import ImportsRequest, imports
from leadlight.desk.live.requalify import Requalification
from leadlight.desk.live.scanners import ScannersRequest, scanners
from leadlight.desk.live.take import TakeRequest, take
from leadlight.desk.session import Session
from leadlight.facts.intake import Event
from leadlight.facts.mail_acts import MailActQuery
from leadlight.problems import CannotDo
from leadlight.results.text.scanners import render_scanners
from tests.desk.live.conftest import NOW, small_company
from tests.prepared import Prepared


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def mailed(prepared: Prepared) -> Session:
    """Clicks are worth twenty points. Each mail's events come one by one, so that nothing is noticed:

    09:01:00  L1 clicks three links within four seconds
    09:02:00  L2 clicks one link, and another one a minute later
    09:05:00  a mail reaches L3, whose link is clicked a second later
    """
    return Session(prepared(mailed_company))


def mailed_company(where: str) -> None:
    small_company(where)
    text = Path("playbook.yml").read_text(encoding="utf-8")
    Path("playbook.yml").write_text(text.replace("page_viewed: 1", "email_clicked: 20"))
    session, again = Session(where), Requalification()
    qualify(session, QualifyRequest(NOW))
    acts = [
        *((1 + n / 30, "ana@abelzinc.com", "email_clicked", link) for n, link in enumerate("abc")),
        (2, "bo@bellaco.com", "email_clicked", "a"),
        (3, "bo@bellaco.com", "email_clicked", "b"),
        (5, "cy@cole.com", "email_sent", None),
        (5 + 1 / 60, "cy@cole.com", "email_clicked", "a"),
    ]
    events = tuple(
        Event(f"e{n}", kind, at(minute), email=email, columns=_columns(link))
        for n, (minute, email, kind, link) in enumerate(acts)
    )
    take(session, TakeRequest(events, at(6)), again)


def _columns(link: str | None) -> dict[str, str]:
    return {"mail_id": "m1", **({"url": link} if link else {})}


def labels(session: Session, minute: float) -> dict[str, str]:
    return {
        lead: explain(session, ExplainRequest(lead, at(minute), story=False)).labels[0].label or ""
        for lead in ("L1", "L2", "L3")
    }


def test_scanners_are_found_and_set_apart(mailed: Session) -> None:
    found = scanners(mailed, ScannersRequest(at(10)))
    assert (found.found, found.leads, found.apart, found.import_id) == (4, 2, 0, None)
    assert [(a.lead_id, a.reason, a.is_apart) for a in found.acts] == [
        ("L3", "at-once", False),
        *[("L1", "many-links", False)] * 3,
    ]
    assert labels(mailed, 10) == {"L1": "warm", "L2": "warm", "L3": "warm"}
    done = scanners(mailed, ScannersRequest(at(10), apply=True))
    assert (done.found, done.import_id is not None) == (4, True)
    assert labels(mailed, 11) == {"L1": "cold", "L2": "warm", "L3": "cold"}


def test_the_touched_leads_are_qualified_again(mailed: Session) -> None:
    """And who asks about the moment before sees what was known then."""
    scanners(mailed, ScannersRequest(at(10), apply=True))
    result = qualify(mailed, QualifyRequest(at(11), touched=True))
    assert result.receipt is not None
    assert {(m.before, m.after, m.leads) for m in result.receipt.moves} == {("warm", "cold", 2)}
    assert labels(mailed, 9) == {"L1": "warm", "L2": "warm", "L3": "warm"}


def test_what_was_set_apart_stays_so(mailed: Session) -> None:
    """Nothing is found again; a sender that tries again adds nothing; nothing else got lost."""
    scanners(mailed, ScannersRequest(at(10), apply=True))
    again = scanners(mailed, ScannersRequest(at(12), apply=True))
    assert (again.found, again.apart, again.import_id) == (0, 4, None)
    assert {(a.kind, a.reason) for a in again.acts} == {
        ("email_clicked_by_scanner", "many-links"),
        ("email_clicked_by_scanner", "at-once"),
    }
    event = Event("e0", "email_clicked", at(1), email="ana@abelzinc.com", columns={"url": "a"})
    result = take(mailed, TakeRequest((event,), at(13)), Requalification())
    assert (result.added, result.known) == (0, 1)
    with mailed.read("test", at(14)) as workspace:
        kinds = ("email_clicked", "email_sent", "email_clicked_by_scanner")
        query = MailActQuery(NOW, at(14), timedelta(0), kinds)
        acts = workspace.ledger.mail_acts(query)
    assert sorted(a.kind for a in acts) == [
        *["email_clicked"] * 2,
        *["email_clicked_by_scanner"] * 4,
        "email_sent",
    ]
    assert {a.mail for a in acts} == {"m1"}


def test_a_log_from_a_file_is_looked_at_too(place: str) -> None:
    """A file with other activities: they stay as they are, and so does a column of its own."""
    rows = "L1,2026-11-01 08:00:00,email_clicked,a,x\nL1,2026-11-01 08:00:01,email_clicked,b,y\n"
    rows += "L2,2026-11-01 08:30:00,demo_requested,,z\n"
    Path("log.csv").write_text("lead_id,occurred_at,kind,url,shelf\n" + rows, encoding="utf-8")
    session = Session(place)
    import_files(session, ImportRequest((Path("log.csv"),), NOW, verify=False))
    done = scanners(session, ScannersRequest(at(1), apply=True))
    assert done.found == 2
    (newest, before, *_) = imports(session, ImportsRequest(at(2))).imports
    assert (newest.file, newest.read, newest.imported) == ("scanners", 3, 3)
    assert (before.file, before.undone_at) == ("log.csv", at(1))
    with session.read("test", at(2)) as workspace:
        held = workspace.ledger.holdings()
    assert not held.activity_columns["shelf"].gone
    assert labels(session, 3)["L2"] == "hot"


def test_a_period_and_a_limit(mailed: Session) -> None:
    assert scanners(mailed, ScannersRequest(at(10), since=at(4))).found == 1
    found = scanners(mailed, ScannersRequest(at(10), limit=1))
    assert (found.found, len(found.acts)) == (4, 1)
    for wrong in (ScannersRequest(at(10), limit=0), ScannersRequest(at(10), since=at(11))):
        with pytest.raises(CannotDo):
            scanners(mailed, wrong)


def test_it_is_told_in_plain_words(mailed: Session) -> None:
    def told(**request: bool | int) -> list[str]:
        return [
            str(p) for p in render_scanners(scanners(mailed, ScannersRequest(at(10), **request)))
        ]  # type: ignore[arg-type]

    first, _, *acts = told(limit=2)
    assert first == "4 acts of 2 leads since 2026-10-02 09:10 look like a scanner's."
    assert acts[0] == "  2026-11-01 09:05:01  L3  email_clicked a  at-once"
    assert acts[-1] == "... and 2 earlier ones."
    assert told(apply=True)[0].startswith("4 acts of 2 leads are set apart now (i")
    assert told()[0] == "4 acts since 2026-10-02 09:10 are set apart already."


def test_nothing_is_found_in_an_empty_log(place: str) -> None:
    log = scanners(Session(place), ScannersRequest(NOW, apply=True))
    assert (log.found, log.apart, log.import_id) == (0, 0, None)
    (line,) = render_scanners(log)
    assert "Nothing since" in str(line)
