"""A workspace on PostgreSQL answers every verb as one in a folder does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.workspace.workspace import Place, find_workspace
from leadlight.facts.ledger import RunReceipt
from leadlight.problems import CannotDo
from tests.prepared import Recipe, prepare
from tests.verbs import (
    accept,
    decide,
    dedupe,
    import_files,
    imports,
    init,
    live_base,
    opened,
    repairs,
    run,
    undo,
    verify,
)

START = datetime.fromisoformat("2026-01-01")
LATER = "2026-12-31"
LEADS = """lead_id,email,first_name,last_name,phone,industry,employees,country,created_at,colour
1,Ana@Example.com,Ana,Diaz,+49 30 901820,software,120,DE,2025-12-01,red
2,bob@example.com,Bob,"O'Neil ""the
second"" ",,retail,8,FR,2025-12-02,
3,ÉLODIE@exämple.com,Élodie,Petit,030 901820,software,,FR,2025-12-03,"a,b"
4,,,,,,,,,
5,ana@example.com,Anna,Diaz,+49 30 901820,software,130,DE,2025-12-05,blue
6,asdf@asdf.com,Asdf,Asdf,0000000,,,,2025-12-06,
8,ben@gmial.com,Ben,Ode,,software,,,2025-12-07,
"""
LOG = """lead_id,occurred_at,kind,url,value
1,2025-12-10 10:00,demo_requested,,
1,2025-12-11 10:00:00.123456,page_viewed,/pricing,0.1
,2025-12-12,page_viewed,/pricing,3
2,2025-12-13,won,,1000.5
2,2025-12-13,won,,1000.5
3,2025-12-14,email_bounced,,
9,2025-12-15,page_viewed,/,
"""
ADDRESSED = """email,occurred_at,kind
élodie@EXÄMPLE.com,2025-12-16,demo_requested
BOB@example.com,2025-12-17,page_viewed
nobody@example.com,2025-12-18,page_viewed
"""
CHANGED = """lead_id,industry,employees,colour
1,software,200,red
2,retail,8,
7,,3,green
"""
BOOK = """leadlight: 1
name: Two stores
signals:
  heat: {half_life: 20d, points: {demo_requested: 40, page_viewed: 7}}
  contactable: {verify: {role: risky, free: fine}, empty_at: 100}
scores:
  engagement: heat
  fit: [{when: "industry = 'software'", add: 20}, {when: employees >= 100, add: 5}]
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 1 or fit >= 20}, {cold: otherwise}]
  contact: [{empty: contactable = 'empty'}, {reachable: otherwise}]
segments: {red: "colour = 'red'"}
"""


class Company:
    """A workspace somewhere, and the days of its company."""

    def __init__(self, place: Place, folder: Path, days: int = 0) -> None:
        self.place, self.folder = place, folder
        self.day = START + timedelta(days=days)
        (folder / "playbook.yml").write_text(BOOK)

    def brings(self, text: str, name: str, **wish: object) -> list[object]:
        """Import a file of this text; what was said of it."""
        self.day += timedelta(days=1)
        path = self.folder / name
        path.write_text(text)
        found = import_files(self.place, [path], self.day, **wish)  # type: ignore[arg-type]
        return [
            (
                b.receipt,
                b.refusal,
                b.verified and b.verified.verdicts,
                [str(p.code) for p in b.problems],
            )
            for b in found
        ]

    def run(self, **how: object) -> tuple[list[dict[str, object]], RunReceipt]:
        with run(self.place, playbook=str(self.folder / "playbook.yml"), as_of=LATER, **how) as ran:  # type: ignore[arg-type]
            return ran.local_qualifications.to_arrow().to_pylist(), ran.receipt

    def explain(self, wanted: str) -> object:
        book = str(self.folder / "playbook.yml")
        with live_base(self.place, "explain", playbook=book, as_of=LATER, whole=False) as found:
            return found.explain(wanted)

    def story(self, wanted: str) -> object:
        book = str(self.folder / "playbook.yml")
        with live_base(self.place, "explain", playbook=book, as_of=LATER, whole=False) as found:
            return found.explain(wanted, story=True).story

    def facts(self, query: str) -> list[tuple[object, ...]]:
        with opened(self.place, "check", self.day) as workspace:
            workspace.ledger.prefetch("leads", "checks", "links")
            return workspace.con.execute(query).fetchall()


Both = Callable[[Callable[[Company], object]], object]


@pytest.fixture
def both(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Does the same with a workspace in a folder and one on a server; what both answer, which must be equal."""
    return _asks(begin, 0, tmp_path, address, monkeypatch)


@pytest.fixture
def both_with_leads(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Both:
    """The same, a day later: the leads came in."""
    return _asks(bring_leads, 1, tmp_path, address, monkeypatch)


@pytest.fixture
def both_with_log(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Both:
    """The same, two days later: the leads came in, and their log."""
    return _asks(bring_log, 2, tmp_path, address, monkeypatch)


def begin(where: str) -> None:
    Path("playbook.yml").write_text(BOOK)
    init(where, START)


def bring_leads(where: str) -> None:
    begin(where)
    Company(find_workspace(where), Path()).brings(LEADS, "leads.csv")


def bring_log(where: str) -> None:
    bring_leads(where)
    Company(find_workspace(where), Path(), 1).brings(LOG, "log.csv")


def _asks(
    recipe: Recipe, days: int, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> Both:
    companies = []
    for name, where in (("folder", "."), ("server", address)):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        prepare(recipe, folder, where)
        place = str(folder) if where == "." else where
        companies.append(Company(find_workspace(place), folder, days))

    def ask(what: Callable[[Company], object]) -> object:
        here, there = (what(c) for c in companies)
        assert _plain(here, companies) == _plain(there, companies)
        return here

    return ask


def _plain(answer: object, companies: list[Company]) -> str:
    """Without the moments at which runs were stored and the names of folders, which differ."""
    text = repr(answer)
    for c in companies:
        text = text.replace(str(c.folder), "")
    return text


def test_files_are_judged_alike(both: Both) -> None:
    """leads, a log by id and one by address, the same again, a change, a preview, spend"""
    both(lambda c: c.brings(LEADS, "leads.csv"))
    both(lambda c: c.brings(LOG, "log.csv"))
    both(lambda c: c.brings(ADDRESSED, "mails.csv"))
    both(lambda c: c.brings(LEADS, "leads.csv"))
    both(lambda c: c.brings(LOG + "1,2026-01-02,page_viewed,/new,\n", "log.csv"))
    both(lambda c: c.brings(CHANGED, "changed.csv", preview=True))
    both(lambda c: c.brings(CHANGED, "changed.csv"))
    both(
        lambda c: c.brings(
            "month,source,amount\n2026-01-01,Ads,3.1\n2026-02-01,Ads,4\n", "spend.csv"
        )
    )
    both(
        lambda c: c.brings(
            "month,source,amount\n2026-01-01,Ads,3.1\n2026-02-01,Ads,5\n", "spend.csv"
        )
    )
    both(lambda c: imports(c.place, c.day))
    for table in ("attribute_facts", "contact_facts", "member_facts"):
        both(lambda c, t=table: c.facts(f"SELECT * FROM {t} ORDER BY ALL"))  # type: ignore[misc]
    both(lambda c: c.facts("SELECT * FROM own_attributes ORDER BY ALL"))


def test_qualifications_and_explanations_are_the_same(both: Both) -> None:
    """a base with recorded verdicts and one lead without; then it is looked at again"""
    both(lambda c: c.brings(LEADS, "leads.csv"))
    both(lambda c: c.brings(LOG, "log.csv"))
    rows = both(lambda c: c.run()[0])
    assert {r["lead_id"]: r["temperature"] for r in rows}["1"] == "warm"  # type: ignore[attr-defined]
    both(lambda c: c.brings(CHANGED, "changed.csv", verify=False))
    both(lambda c: (c.run()[0], c.run()[1].moves))
    for wanted in ("1", "ANA@example.COM", "élodie@exämple.com", "7"):
        both(lambda c, w=wanted: _explained(c, w))  # type: ignore[misc]
    refused = both(lambda c: _explained(c, "nobody"))
    assert "no lead 'nobody'" in str(refused)
    story = both(lambda c: c.story("1"))
    assert [s.label for s in story.stays if s.scale == "temperature"] == ["warm"]  # type: ignore[attr-defined]


def _explained(company: Company, wanted: str) -> object:
    """The explanation; or the sentence with which it is refused. Anything else fails the test."""
    try:
        return company.explain(wanted)
    except CannotDo as fault:
        return str(fault)


def test_a_base_that_was_never_verified_is_verified_on_the_way(both: Both) -> None:
    """no check is recorded, and the playbook asks for one"""
    both(lambda c: c.brings(LEADS, "leads.csv", verify=False))
    rows = both(lambda c: c.run()[0])
    assert {r["lead_id"]: r["contact"] for r in rows}["4"] == "empty"  # type: ignore[attr-defined]
    both(lambda c: _explained(c, "6"))


def test_only_the_touched_leads_are_looked_at(both: Both) -> None:
    """a run, a day with news of one lead, a run over the touched; then a lead that nobody verified, looked at every time"""
    both(lambda c: c.brings(LEADS, "leads.csv"))
    both(lambda c: c.run()[0])
    both(lambda c: c.brings("lead_id,occurred_at,kind\n2,2025-12-30,demo_requested\n", "news.csv"))
    both(lambda c: (c.run(touched=True)[0], c.run(touched=True)[1].run.looked_at))
    both(lambda c: c.brings("lead_id,email\n10,asdf@asdf.com\n", "more.csv", verify=False))
    found = both(lambda c: [c.run(touched=True)[0] for _ in range(2)])
    assert [[r["lead_id"] for r in rows] for rows in found] == [["10"], ["10"]]  # type: ignore[attr-defined]


def test_verdicts_repairs_and_links_are_the_same(both: Both) -> None:
    """verify, accept what is proposed, link, decide, take the links back"""
    both(lambda c: c.brings(LEADS, "leads.csv", verify=False))
    both(lambda c: c.brings(LOG, "log.csv", verify=False))
    both(lambda c: verify(c.place, c.day))
    both(lambda c: repairs(c.place, c.day))
    both(lambda c: accept(c.place, c.day, ["all"]))
    both(lambda c: dedupe(c.place, c.day))
    both(lambda c: decide(c.place, c.day, [("2", "4", "made")], "eve"))
    both(lambda c: (c.run()[0], _explained(c, "4")))
    both(lambda c: undo(c.place, imports(c.place, c.day, 1)[0].import_id, c.day))
    both(lambda c: undo(c.place, "i1", c.day))
    both(lambda c: imports(c.place, c.day))
    both(lambda c: c.facts("SELECT * EXCLUDE (_row) FROM link_facts ORDER BY ALL"))


def test_the_playbook_of_a_server_is_the_current_folders_else_the_newest_runs(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """playbook.yml here; then somebody looks from another folder"""
    monkeypatch.chdir(tmp_path)
    init(address, START)
    assert (tmp_path / "playbook.yml").exists()
    company = Company(find_workspace(address), tmp_path)
    company.brings(LEADS, "leads.csv")
    with run(company.place) as ran:
        assert ran.local_qualifications.playbook.name == "Two stores"
    monkeypatch.chdir(tmp_path.parent)
    with live_base(find_workspace(address), "segments") as found:
        assert found.playbook.name == "Two stores"
