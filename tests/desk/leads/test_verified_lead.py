"""One lead of a file is explained with the verdict that it has among all of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.session import Session
from leadlight.verify import lead as verification

NOW = datetime(2026, 11, 1)
LEADS = """lead_id,email,phone,country
a,ana@nordwind.de,030 2345678,
b,ben@nordwind.de,+49 30 2345679,DE
c,cem@nordwind.de,+49 30 2345671,DE
d,test@test.com,+49 30 2345672,DE
"""
PLAYBOOK = """
signals: {}
scores: {fit: [{when: phone_verdict = 'valid', add: 10}, {when: doubts is not null, add: -5}]}
scales: {contact: [{reachable: "email_verdict <> 'invalid' and fit > 0"}, {empty: otherwise}]}
"""


@pytest.mark.parametrize("wanted", ["a", "BEN@nordwind.de", "d"])
def test_only_the_lead_that_is_asked_for_is_verified(
    tmp_path: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the first number says no country: it has that of the others"""
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    (tmp_path / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    leads, playbook = tmp_path / "leads.csv", str(tmp_path / "playbook.yml")
    among_all = open_files(leads, as_of=NOW, playbook=playbook).explain(wanted, story=True)
    made = []
    check = verification.check_leads
    monkeypatch.setattr(
        verification,
        "check_leads",
        lambda some, *a, **k: made.extend(some) or check(some, *a, **k),
    )
    request = ExplainRequest(wanted, NOW, as_of=NOW, leads=leads, playbook=playbook)
    assert explain(Session(None), request) == among_all
    assert {lead["lead_id"] for lead in made} == {among_all.lead_id}


def test_what_only_all_leads_show_is_known_of_the_one(tmp_path: Path) -> None:
    """thirty people of as many companies came with one phone number"""
    names = ("Ana Berg", "Ben Costa", "Cem Dupont", "Dora Eriksen", "Eva Fischer", "Finn Garcia")
    people = [(f"{name.split()[0]}{n}", name.split()[1]) for n in range(5) for name in names]
    lines = [
        f"l{n},{first},{last},{first.lower()}@firm{n}.de,+49 30 2345678,DE"
        for n, (first, last) in enumerate(people)
    ]
    text = "\n".join(["lead_id,first_name,last_name,email,phone,country", *lines])
    (tmp_path / "leads.csv").write_text(text + "\n", encoding="utf-8")
    (tmp_path / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    leads, playbook = tmp_path / "leads.csv", str(tmp_path / "playbook.yml")
    request = ExplainRequest("l7", NOW, as_of=NOW, leads=leads, playbook=playbook)
    alone = explain(Session(None), request)
    assert "shared_phone" in str(alone.attributes["doubts"])
    assert alone == open_files(leads, as_of=NOW, playbook=playbook).explain("l7", story=True)
