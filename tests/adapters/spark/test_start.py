"""With what a session of Spark is started: sooner for few facts of this machine, as Java comes for all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.adapters.spark import lake
from leadlight.adapters.spark.lake import is_small
from leadlight.adapters.spark.session import DRIVERS_JAVA, FIRST_COMPILER, start_settings


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A folder with a file of leads and a folder of activities, 100 bytes each."""
    (tmp_path / "facts" / "activities").mkdir(parents=True)
    (tmp_path / "facts" / "leads.parquet").write_bytes(b"x" * 100)
    (tmp_path / "facts" / "activities" / "part-0").write_bytes(b"x" * 100)
    return tmp_path / "facts"


@pytest.mark.parametrize(("most", "small"), [(200, True), (199, False)])
def test_all_files_of_a_folder_count(facts, monkeypatch, most, small):
    monkeypatch.setattr(lake, "SMALL", most)
    assert is_small(str(facts)) is small
    assert is_small(f"file://{facts}") is small


def test_a_linked_folder_counts_as_what_it_holds(facts, tmp_path, monkeypatch):
    """`leads -> /data/leads`: the link itself has no bytes."""
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "leads").symlink_to(facts, target_is_directory=True)
    monkeypatch.setattr(lake, "SMALL", 199)
    assert not is_small(str(tmp_path / "lake"))


@pytest.mark.parametrize("elsewhere", ["s3a://crm/lake", "crm.facts", "no-such-folder"])
def test_what_lies_elsewhere_may_be_any_size(elsewhere):
    assert not is_small(elsewhere)


def test_only_a_short_run_on_this_machine_does_without_the_second_compiler():
    """A cluster's driver and long runs keep both."""
    assert FIRST_COMPILER in start_settings("local[*]", True, None)[DRIVERS_JAVA]
    for master, short in (("local[2]", False), ("spark://host:7077", True)):
        assert FIRST_COMPILER not in start_settings(master, short, "4096m")[DRIVERS_JAVA]
