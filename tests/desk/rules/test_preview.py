"""New rules on a few leads that somebody knows, in a folder and in a database; and publishing a
text whose author has not seen the newest version."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.rules.agreement import PublishRequest, publish
from leadlight.desk.rules.preview import PreviewRequest, preview
from leadlight.desk.rules.sentences import PlaybookRequest, playbook
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.text.playbooks import render_preview, render_sentences
from tests.desk.live.conftest import NOW, PLAYBOOK, place

__all__ = ["place"]

EASIER = PLAYBOOK.replace("employees >= 50, add: 20", "employees >= 1, add: 30").replace(
    "{warm: engagement >= 10}", "{warm: fit >= 30}"
)


@pytest.fixture
def easier(tmp_path: Path) -> str:
    file = tmp_path / "easier.yml"
    file.write_text(EASIER, encoding="utf-8")
    return str(file)


def test_leads_are_shown_before_and_after(place: str, easier: str) -> None:
    """
    L1 with 60 employees is cold by the old rules, and warm by the new ones
    L3 is named by its address
    nobody@nowhere.com is nobody's
    """
    with Session(place) as session:
        qualify(session, QualifyRequest(NOW))
        found = preview(session, PreviewRequest(easier, NOW))
        assert {lead.lead_id for lead in found.leads} == {"L1", "L2", "L3"}
        assert all(lead.labels == (("temperature", "cold", "warm"),) for lead in found.leads)
        named = ("L1", "cy@cole.com", "nobody@nowhere.com")
        found = preview(session, PreviewRequest(easier, NOW, leads=named))
    assert [lead.lead_id for lead in found.leads] == ["L1", "L3"]
    assert found.missing == ("nobody@nowhere.com",)
    assert {s: (a, b) for s, a, b in found.leads[0].scores}["fit"] == (20.0, 30.0)
    assert found.leads[1].reasons == ("", "fit 1 +30.00")
    lines = list(render_preview(found))
    assert lines[0].endswith("2 of 2 leads would move.")
    assert "ana@abelzinc.com  L1: temperature cold -> warm; fit 20 -> 30" in lines


def test_a_playbook_with_a_fault_is_not_tried(place: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.yml"
    file.write_text(PLAYBOOK.replace("engagement >= 30", "engagment >= 30"), encoding="utf-8")
    with Session(place) as session:
        with pytest.raises(CannotDo) as refused:
            preview(session, PreviewRequest(str(file), NOW))
        assert [p.place.line for p in refused.value.problems if p.place] == [10]
        reading = playbook(session, PlaybookRequest(NOW, str(file)))
    assert (reading.chapters, reading.fingerprint) == ((), None)
    assert "Did you mean 'engagement'?" in str(reading.problems[0])


def test_the_rules_read_as_sentences(tmp_path: Path, easier: str) -> None:
    """Labels, points, segments and routes; and every word that may stand in a playbook."""
    found = playbook(Session(), PlaybookRequest(NOW, easier))
    lines = list(render_sentences(found))
    assert "  A lead is *hot* where `demos > 0 and engagement >= 30`." in lines
    assert "  Everyone else is *cold*." in lines
    assert '  "demo requested" gives 40 points (demo_requested, half of it after 14 days).' in lines
    assert (
        "  Leads where `temperature = 'hot'` go to sales, to be answered within 15 minutes."
        in lines
    )
    what = {word.name: word.what for word in found.words}
    assert (what["demos"], what["employees"], what["hot"]) == ("signal", "attribute", "label")
    assert (what["demo_requested"], what["has_word"]) == ("activity", "function")


def test_who_has_not_seen_the_newest_version_publishes_nothing(place: str, easier: str) -> None:
    """
    Ana begins a text when nothing was published, and so does Bo
    Ana publishes v1
    Bo, who has seen none: refused, with who published what
    Bo, who has seen v1: v2
    """
    with Session(place) as session:
        publish(session, PublishRequest("Ana", NOW, seen=0))
        with pytest.raises(CannotDo, match=r"Ana published v1 .*Nothing was published") as refused:
            publish(session, PublishRequest("Bo", NOW, Path(easier), seen=0))
        assert refused.value.field == "seen"
        done = publish(session, PublishRequest("Bo", NOW, Path(easier), seen=1))
    assert str(done.version) == "v2"


def test_a_long_choice_is_read_way_by_way() -> None:
    """
    short      one sentence
    long       how many ways there are, and each by itself
    """
    found = playbook(Session(), PlaybookRequest(NOW, "b2b-saas"))
    hot = next(c for c in found.chapters if c.about == "What counts as hot").sentences
    assert hot[0] == "A lead is *hot* in any of 3 ways. It means: Close to a purchase."
    assert sum(s.startswith("One way to *hot*: `") for s in hot) == 3
