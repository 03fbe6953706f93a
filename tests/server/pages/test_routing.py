"""Routing: who is there and has what, a lead given by hand, a roster tried and saved; a lead's text stays text."""

from __future__ import annotations

import re
from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.results.routing import HoldEffect, HoldOutcome
from tests.desk.live.conftest import make_workspace
from tests.desk.routing.conftest import LOG, MONDAY, PLAYBOOK, ROSTER
from tests.server.conftest import make_accounts
from tests.server.pages.conftest import post

HOSTILE = "<script>alert(1)</script>"
ALWAYS = ROSTER.replace('{mon-fri: "09:00-12:30, 13:30-18:00"}', "{mon-sun: all day}").replace(
    "cem: {", f'cem: {{name: "{HOSTILE}", '
)


pytestmark = pytest.mark.usefixtures("routing_pattern")


@pytest.fixture(scope="module")
def routing_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a roster and two hot leads; somebody's name is hostile text."""
    made = tmp_path_factory.mktemp("routing")
    with chdir(made):
        make_workspace(made)
        make_accounts(made)
        (made / "playbook.yml").write_text(PLAYBOOK)
        (made / "roster.yml").write_text(ALWAYS)
        (made / "log.csv").write_text(LOG)
        import_files(Session("."), ImportRequest((made / "log.csv",), MONDAY, verify=False))
        qualify(Session("."), QualifyRequest(MONDAY))
    return made


def test_leads_are_assigned_and_given_by_hand(person: httpx.Client, folder: Path) -> None:
    """Assign all; then L1 to bob, without a reason first."""
    page = person.get("/routing")
    assert page.status_code == 200
    assert HOSTILE not in page.text
    assert "&lt;script&gt;" in page.text
    done = post(person, "/routing", page.text, {"do": "assign"})
    # The server assigns by itself as well, and may have come first.
    assert re.search("3 leads were given to people, 0 are held|Every lead has somebody", done.text)
    row = next(r for r in re.findall(r"<tr data-row>.*?</tr>", done.text, re.S) if ">L1<" in r)
    assert re.search(r"\d (min|h|d|s) (left|late)<", row)
    nothing = post(
        person, "/routing", done.text, {"do": "reassign", "lead": "L1", "to": "bob", "because": ""}
    )
    assert nothing.status_code == 409
    assert "Why?" in nothing.text
    assert 'value="L1"' in nothing.text
    given = post(
        person,
        "/routing",
        done.text,
        {"do": "reassign", "lead": "L1", "to": "bob", "because": "knows them"},
    )
    assert "L1 is bob&#x27;s from now on." in given.text
    assert "knows them" in given.text
    lead = person.get("/leads/L1").text
    assert "Owner: bob" in lead
    assert lead.index("knows them") < lead.index(
        "has it already" if "has it already" in lead else "of inside sales"
    )


def test_a_roster_is_tried_on_the_past(person: httpx.Client, folder: Path) -> None:
    """The first days of November: two hot leads, each with somebody, answered by nobody."""
    assert "<table" not in person.get("/routing/trial").text
    page = person.get("/routing/trial", params={"since": "2026-10-30", "until": "2026-11-03"}).text
    assert "came into a route" in page
    assert HOSTILE not in page
    assert "by nobody" in page
    (folder / "roster.yml").write_text(f"{ROSTER}experiment: {{share: 0.1, hold: 2h}}\n")
    period = {"since": "2026-10-30", "until": "2026-11-03"}
    assert "too few to say anything" in person.get("/routing/trial", params=period).text
    wrong = person.get("/routing/trial", params={"since": "2026-11-03", "until": "2026-10-30"})
    assert "ends after its beginning" in wrong.text


def test_the_lots_effect_is_a_table(
    person: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With enough leads the page gives both shares, the difference in points, and its interval."""
    reached = HoldOutcome("reached", 0.6, 0.8, 0.2, (0.0524, 0.3339))
    effect = HoldEffect(timedelta(hours=2), 80, 70, 30, (reached,))
    monkeypatch.setattr("leadlight.desk.rules.dry_run.hold_effect", lambda *_: effect)
    period = {"since": "2026-10-30", "until": "2026-11-02T12:00"}
    page = person.get("/routing/trial", params=period).text
    section = page.partition("What speed is worth</h2>")[2].partition("</section>")[0]
    assert "80 leads were held back by lot for 2 h, and 70 others were not" in section
    for cell in ("80%", "60%", "+20.0", "+5.2 – +33.4"):
        assert cell in section


def test_a_roster_is_saved_only_without_faults(person: httpx.Client, folder: Path) -> None:
    """A slip of the pen is told with its line and the text is kept; the mended one is saved; a stale one is not."""
    page = person.get("/routing/roster").text
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    wrong = ALWAYS.replace("Europe/Berlin", "Europe/Berln")
    refused = post(person, "/routing/roster", page, {"do": "save", "text": wrong, "seen": seen})
    assert refused.status_code == 409
    assert "Europe/Berln" in refused.text
    assert "Line 1" in refused.text
    assert (folder / "roster.yml").read_text() == ALWAYS
    better = ALWAYS.replace("weight: 2", "weight: 3")
    saved = post(person, "/routing/roster", page, {"do": "save", "text": better, "seen": seen})
    assert "The roster is saved." in saved.text
    assert (folder / "roster.yml").read_text() == better
    stale = post(person, "/routing/roster", page, {"do": "save", "text": ALWAYS, "seen": seen})
    assert "Somebody else changed the roster" in stale.text


def test_without_a_roster_one_is_begun(person: httpx.Client, folder: Path) -> None:
    """No roster: the page says so, and a button begins one."""
    (folder / "roster.yml").unlink()
    assert "has no roster" in person.get("/routing").text
    page = person.get("/routing/roster").text
    begun = post(person, "/routing/roster", page, {"do": "begin"})
    assert "somebody-1" in begun.text
    assert (folder / "roster.yml").is_file()
