"""Ranks: a lead beside the others of its base, as of the moment."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import leadlight
from leadlight.playbook.read import read_playbook
from tests.conftest import Qualify

TIME = """
signals:
  before: {rank: minutes_on_site}
  middle: {rank: minutes_on_site, ties: middle}
  upto: {rank: minutes_on_site, ties: best}
scores:
  evidence:
    rules:
      time: {by: before, add: 30, say: Time on our site}
      mail: {when: email is not null, add: 5}
"""


def test_a_lead_stands_before_those_with_less(qualify: Qualify) -> None:
    """
    2026-01-01  ana  minutes_on_site = 30
    2026-01-01  ben  minutes_on_site = 10
    2026-01-01  cid  minutes_on_site = 10
    2026-01-01  dan  minutes_on_site = 0
    2026-01-01  eva  email = eva@firm.de
    """
    ana, ben, dan = (qualify(n, "2026-01-02", playbook=TIME) for n in ("ana", "ben", "dan"))
    assert (ana.before, ana.middle, ana.upto) == (75, 87.5, 100)
    assert (ben.before, ben.middle, ben.upto) == (25, 50, 75)
    assert (dan.before, dan.middle, dan.upto) == (0, 12.5, 25)
    assert (ana.evidence, ben.evidence, dan.evidence) == (22.5, 7.5, 0)


def test_a_lead_without_a_value_has_no_rank_and_no_points(qualify: Qualify) -> None:
    """
    2026-01-01  ana  minutes_on_site = 30
    2026-01-01  eva  email = eva@firm.de
    """
    eva = qualify("eva", "2026-01-02", playbook=TIME)
    assert eva.before is None
    assert eva.evidence == 5


def test_points_by_rank_can_be_taken(qualify: Qualify) -> None:
    """
    2026-01-01  ana  visits = 3
    2026-01-01  ben  visits = 2
    """
    book = "signals: {often: {rank: visits}}\nscores: {s: [{by: often, add: -9, say: Too often}]}\n"
    assert qualify("ana", "2026-01-02", playbook=book).s == -4.5
    assert qualify("ben", "2026-01-02", playbook=book).s == 0


def test_only_those_it_is_among_are_ranked(qualify: Qualify) -> None:
    """
    2026-01-01  ana  visits = 3, country = DE
    2026-01-01  ben  visits = 2, country = DE
    2026-01-01  cid  visits = 1, country = FR
    """
    book = "signals: {often: {rank: visits, among: \"country = 'DE'\"}}\n"
    assert qualify("ana", "2026-01-02", playbook=book).often == 50
    assert qualify("cid", "2026-01-02", playbook=book).often is None


def test_a_rank_goes_by_dates_and_by_scores_too(qualify: Qualify) -> None:
    """
    2026-01-01  ana  last_activity_at = 2025-12-30
    2026-01-01  ben  last_activity_at = 2025-12-01
    2026-01-01  cid  visits = 1
    """
    book = """
signals:
  lately: {rank: last_activity_at}
  place: {rank: s, ties: best}
scores: {s: [{by: lately, add: 10}]}
scales: {temperature: [{hot: place > 90}, {cold: otherwise}]}
"""
    assert qualify("ana", "2026-01-02", playbook=book).temperature == "hot"
    assert qualify("ben", "2026-01-02", playbook=book).temperature == "cold"


def test_a_rank_is_that_of_its_moment(qualify: Qualify) -> None:
    """
    2026-01-01  ana  minutes_on_site = 5
    2026-01-01  ben  minutes_on_site = 3
    2026-02-01  ben  minutes_on_site = 9
    """
    assert qualify("ana", "2026-01-02", playbook=TIME).before == 50
    assert qualify("ana", "2026-02-02", playbook=TIME).before == 0


def _file(folder: Path, seed: int) -> Path:
    dice = random.Random(seed)
    rows = [
        f"{n},{dice.choice(['', 0, 0, 1, 2, 2.5, 7])},{dice.choice(['a@b.de', ''])}"
        for n in range(60)
    ]
    dice.shuffle(rows)
    file = folder / f"leads{seed}.csv"
    file.write_text("Lead ID,Minutes on site,Email\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def _book(folder: Path) -> Path:
    file = folder / "book.yml"
    file.write_text(
        TIME + "scales: {temperature: [{hot: before > 60}, {cold: otherwise}]}\n", encoding="utf-8"
    )
    return file


@pytest.mark.parametrize("seed", range(3))
def test_a_lead_alone_is_told_what_it_gets_among_all(tmp_path: Path, seed: int) -> None:
    """One lead looks up in a reference; its score and label are those of the whole run."""
    q = leadlight.qualify(_file(tmp_path, seed), playbook=_book(tmp_path), as_of="2026-01-01")
    rows = q.base.con.execute(
        "SELECT lead_id, evidence, temperature FROM qualifications ORDER BY lead_id"
    ).fetchall()
    for lead, evidence, temperature in rows[::7]:
        found = q.explain(lead)
        assert float(found.scores[0].score) == evidence
        assert found.labels[0].label == temperature


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    file, book = _file(tmp_path, 9), _book(tmp_path)
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([head, *sorted(rows)]) + "\n", encoding="utf-8")
    found = []
    for leads in (file, other):
        q = leadlight.qualify(leads, playbook=book, as_of="2026-01-01")
        found.append(q.base.con.execute("FROM qualifications ORDER BY lead_id").fetchall())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("signals: {a: {rank: email}}", "A rank goes by a number or a date"),
        ("signals: {a: {rank: visits, ties: any}}", "the ties 'any'"),
        ("signals: {a: {rank: visits, among: country}}", "a condition is a yes/no"),
        ("scores: {s: [{by: visit, add: 3}]}", "goes by a rank, and 'visit' is not one"),
        ("signals: {a: {rank: b}, b: {rank: a}}", "need each other in a circle"),
    ],
)
def test_what_is_no_rank_is_a_fault(text: str, said: str) -> None:
    book, problems = read_playbook(text + "\n")
    assert book is None
    assert any(said in p.message for p in problems), [p.message for p in problems]
