"""Stored runs: who is new, who is gone, who moved."""

from __future__ import annotations

from leadlight.adapters.ledger.runs import labels_as_of_run, playbook_text
from leadlight.adapters.ledger.tables import DuckDBTables
from leadlight.facts.ledger import Agreement, Move, QualificationTable, RunReceipt
from tests.adapters.conftest import Desk, day

BOOK = Agreement("abc", "Ours", "leadlight: 1\n")


def store(
    desk: Desk, n: int, labels: dict[str, str], book: Agreement = BOOK, scale: str = "temperature"
) -> RunReceipt:
    rows = ", ".join(f"('{k}', {n}.5, '{v}')" for k, v in labels.items()) or "(NULL, NULL, NULL)"
    desk.con.execute(
        "CREATE OR REPLACE TEMP TABLE q AS SELECT *, '' AS segments, NULL AS department, NULL AS"
        f" respond_within, NULL AS next_step, 'why' AS reasons FROM (VALUES {rows}) q(lead_id, fit,"
        f' "{scale}") WHERE lead_id IS NOT NULL'
    )
    return desk.ledger.record_run(
        QualificationTable("q", ("fit",), (scale,)), book, as_of=day(n), now=day(n)
    )


def test_a_run_says_what_changed_since_the_last(desk: Desk) -> None:
    """
    Mon  ana hot,  bo cold, cy warm
    Tue  ana warm, bo cold, di hot
    """
    first = store(desk, 1, {"ana": "hot", "bo": "cold", "cy": "warm"})
    assert (first.previous, first.new_leads, first.gone_leads, first.run.changed) == (None, 3, 0, 3)
    second = store(desk, 2, {"ana": "warm", "bo": "cold", "di": "hot"})
    assert second.previous == first.run
    assert (second.new_leads, second.gone_leads, second.run.leads, second.run.changed) == (
        1,
        1,
        3,
        3,
    )
    assert set(second.moves) == {
        Move("temperature", "hot", "warm", 1),
        Move("temperature", None, "hot", 1),
        Move("temperature", "warm", None, 1),
    }
    assert [r.run_id for r in desk.ledger.runs()] == ["r2", "r1"]


def test_only_changes_are_kept_and_every_run_can_be_read_back(desk: Desk) -> None:
    """ana is hot for three days, and gone and back again"""
    for n, labels in enumerate([{"ana": "hot"}, {"ana": "hot"}, {}, {"ana": "hot"}], start=1):
        store(desk, n, labels)
    assert desk.select("SELECT count(*) AS n FROM run_changes") == [{"n": 3}]
    labels = [
        [r["label_temperature"] for r in desk.select(labels_as_of_run(["temperature"], n))]
        for n in range(1, 5)
    ]
    assert labels == [["hot"], ["hot"], [], ["hot"]]


def test_a_run_keeps_the_text_of_its_playbook(desk: Desk) -> None:
    """another playbook, with a scale of its own"""
    store(desk, 1, {"ana": "hot"})
    store(
        desk, 2, {"ana": "gold"}, Agreement("def", "Theirs", "leadlight: 1 # two\n"), scale="medal"
    )
    assert [r.playbook for r in desk.ledger.runs()] == ["Theirs", "Ours"]
    assert playbook_text(DuckDBTables(desk.con), "abc") == "leadlight: 1\n"
