"""A log of what leads did is not taken for a list of leads, whatever its columns are called."""

from __future__ import annotations

from pathlib import Path

import pytest

import leadlight
from leadlight.cli.console import command_of
from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read

LOG = """Application ID,Date,Activity,Agent
A1,2026-03-01 10:00,Application handed in,kim
A1,2026-03-02 11:00,Offer sent,kim
A1,2026-03-03 11:30,Call after offer,leo
A2,2026-03-01 12:00,Application handed in,kim
A2,2026-03-04 09:00,Offer sent,leo
A3,2026-03-05 09:00,Application handed in,leo
"""


def test_a_log_by_another_id_asks_whose_rows_they_are(read: Read) -> None:
    """Application ID,Date,Activity,Agent of a bank: the ids repeat."""
    with pytest.raises(CannotDo, match="as in: Application ID=lead_id") as refusal:
        read(text=LOG)
    assert "a log of what leads did, not a list of leads" in str(refusal.value)
    assert "A1" not in str(refusal.value)


def test_a_log_comes_in_once_its_id_is_named(read: Read) -> None:
    """--map "Application ID=lead_id" """
    r = read(text=LOG, maps={"Application ID": "lead_id"})
    assert r.staged.what == "activities"
    assert r.column("lead_id") == ["A1", "A1", "A1", "A2", "A2", "A3"]


@pytest.mark.parametrize("maps", [{}, {"Application ID": "lead_id"}])
def test_a_log_is_not_qualified_as_leads(tmp_path: Path, maps: dict[str, str]) -> None:
    """leadlight qualify log.csv"""
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    with pytest.raises(CannotDo, match="as their activities") as refusal:
        leadlight.qualify(log, as_of="2026-11-01", maps=maps)
    step = refusal.value.step
    assert step is not None
    tried = command_of(step)
    assert tried.startswith(f"leadlight qualify LEADS.csv --activities {log}")
    assert ("--map 'Application ID=lead_id'" in tried) is not bool(maps)


def test_rows_that_are_leads_all_the_same(tmp_path: Path) -> None:
    """leadlight qualify log.csv --map "Activity=-" """
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    found = leadlight.qualify(log, as_of="2026-11-01", maps={"Activity": "-"})
    assert found.to_arrow().num_rows == 6


def test_a_list_with_a_few_ids_twice_is_a_list(read: Read, tmp_path: Path) -> None:
    """Application ID,Date,Activity: one of eleven applications stands in two rows."""
    rows = [f"A{i},2026-03-{i + 1:02},farming" for i in (*range(11), 3)]
    text = "\n".join(["Application ID,Date,Activity", *rows])
    assert read(text=text).staged.what == "leads"
    leads = tmp_path / "list.csv"
    leads.write_text(text)
    assert leadlight.qualify(leads, as_of="2026-11-01").to_arrow().num_rows == 12


def test_the_whole_file_is_asked_and_not_a_sample(read: Read) -> None:
    """20,000 rows of 8,000 cases: of a thousand rows hardly two are of one case."""
    rows = [f"{(i * 7919) % 8_000},2026-03-01,step {i % 5}" for i in range(20_000)]
    with pytest.raises(CannotDo, match="as in: Case No=lead_id"):
        read(text="\n".join(["Case No,Timestamp,Event", *rows]))
