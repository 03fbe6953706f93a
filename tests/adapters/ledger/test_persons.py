"""Several leads that are one person, as a user meets them: explained, listed once, exported in each of their rows."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.results.text.explanation import render_explanation
from tests.adapters.conftest import Desk
from tests.verbs import import_files, init, live_base, opened

NOW = datetime.fromisoformat("2026-01-10")
BOOK = """
leadlight: 1
name: Test
signals:
  heat: {points: {demo_requested: 40, page_viewed: 5}}
scores:
  fit: [{when: industry = 'software', add: 20}, {when: employees >= 50, add: 30}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {cold: otherwise}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    ana   ana@acme.com  industry = software   2026-01-05 demo_requested, page_viewed /a
    ana2  a@gmail.com   employees = 80        2026-01-05 page_viewed /a, 2026-01-06 page_viewed /b
    bo    bo@acme.com                         ana2 is ana
    """
    folder = tmp_path / "acme"
    init(folder, NOW)
    (folder / "playbook.yml").write_text(BOOK)
    (tmp_path / "crm.csv").write_text(
        "lead id,email,industry\nana,ana@acme.com,software\nbo,bo@acme.com,retail\n"
    )
    (tmp_path / "web.csv").write_text("lead id,email,employees\nana2,a@gmail.com,80\n")
    (tmp_path / "log.csv").write_text(
        "lead id,date,event,url\nana,2026-01-05,demo_requested,\nana,2026-01-05,page_viewed,/a\n"
        "ana2,2026-01-05,page_viewed,/a\nana2,2026-01-06,page_viewed,/b\n"
    )
    import_files(folder, [tmp_path / n for n in ("web.csv", "crm.csv", "log.csv")], NOW)
    with opened(folder, "dedupe", NOW, write=True) as workspace:
        desk = Desk.__new__(Desk)
        desk.con, desk.ledger, desk._numbers = workspace.con, workspace.ledger, iter(range(9))  # type: ignore[assignment]
        desk.links([("ana", "ana2")], {"ana2": "ana"}, at=NOW)
    return folder


@pytest.mark.parametrize("asked", ["ana", "ana2", "ana@acme.com", "a@gmail.com"])
def test_explain_says_which_lead_every_fact_came_from(folder: Path, asked: str) -> None:
    """asked by either id, and by either address"""
    with live_base(folder, "explain", as_of="2026-01-11", whole=False) as q:
        found = q.explain(asked)
    assert (found.lead_id, found.twins) == ("ana", ("ana", "ana2"))
    assert found.asked == ("ana2" if asked == "ana2" else None)
    assert (found.said_by["industry"], found.said_by["employees"]) == ("ana", "ana2")
    engagement = next(s for s in found.scores if s.name == "engagement")
    assert float(engagement.score) == 50
    facts = {
        (g.kind, g.detail.get("url")): g.told_by for rule in engagement.rules for g in rule.given
    }
    assert facts == {
        ("demo_requested", None): "ana",
        ("page_viewed", "/a"): "ana; ana2",
        ("page_viewed", "/b"): "ana2",
    }
    text = "\n".join(render_explanation(found))
    assert "one person, 2 leads: ana, ana2" in text
    assert ("ana2 is one of them" in text) == (asked == "ana2")
    assert "page_viewed url /b  (ana2)" in text
    assert "80  (ana2)" in text


def test_a_lead_that_is_alone_is_explained_as_ever(folder: Path) -> None:
    """bo"""
    with live_base(folder, "explain", as_of="2026-01-11", whole=False) as q:
        found = q.explain("bo")
    assert (found.twins, found.asked, found.said_by) == ((), None, {})
    assert "one person" not in "\n".join(render_explanation(found))


def test_a_person_is_listed_once_and_every_row_of_the_company_comes_back(
    folder: Path, tmp_path: Path
) -> None:
    """the qualification has two rows; the export has the company's three, each with its own columns"""
    with live_base(folder, "report", as_of="2026-01-11") as q:
        assert q.summary.leads == 2
        assert q.export(tmp_path / "all.csv") == 3
        assert q.export(tmp_path / "short.csv", "qualification") == 2
    with (tmp_path / "all.csv").open(encoding="utf-8-sig") as file:
        rows = {r["lead id"]: r for r in csv.DictReader(file)}
    assert [rows[i]["email"] for i in ("ana", "ana2", "bo")] == [
        "ana@acme.com",
        "a@gmail.com",
        "bo@acme.com",
    ]
    assert rows["ana"]["employees"] == ""
    assert [float(rows[i]["fit"]) for i in ("ana", "ana2")] == [50, 50]


def test_the_day_before_shows_two_leads(folder: Path, tmp_path: Path) -> None:
    """the link is taken back, and the links are listed with the imports"""
    with opened(folder, "undo", NOW, write=True) as workspace:
        line = next(i for i in workspace.ledger.imports() if i.what == "links")
        workspace.ledger.undo(line.import_id, now=datetime.fromisoformat("2026-01-12"))
    with live_base(folder, "report", as_of="2026-01-13") as q:
        assert q.summary.leads == 3
