"""How much memory a session of Spark that leadlight starts may take, and what is said when it does not suffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.adapters.spark import session
from leadlight.adapters.spark.faults import sentence
from leadlight.problems import CannotDo


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("4GB", "4096m"),
        ("4g", "4096m"),
        ("1.5GB", "1536m"),
        ("800MiB", "800m"),
        (" 2 gb ", "2048m"),
    ],
)
def test_the_memory_that_was_allowed(said: str, given: str) -> None:
    """LEADLIGHT_MEMORY=1.5GB: Spark itself knows no halves"""
    assert session.driver_memory({"LEADLIGHT_MEMORY": said}) == given


@pytest.mark.parametrize("said", ["abc", "0", "100MB", "4XB"])
def test_memory_that_is_none_is_told(said: str) -> None:
    """LEADLIGHT_MEMORY=abc"""
    with pytest.raises(CannotDo, match="write 4GB, for example"):
        session.driver_memory({"LEADLIGHT_MEMORY": said})


@pytest.mark.parametrize(
    ("machine", "given"), [(2_000, "1024m"), (24_000, "8000m"), (512_000, "8192m")]
)
def test_without_a_word_it_is_a_share_of_the_machines(
    monkeypatch: pytest.MonkeyPatch, machine: int, given: str
) -> None:
    """qualify --engine spark on any machine: not Spark's own 1 GB, which the shipped playbooks overran"""
    monkeypatch.setattr(session, "_machine", lambda: machine)
    assert session.driver_memory({}) == given


def test_what_sparks_own_files_say_counts(tmp_path: Path) -> None:
    """spark-defaults.conf, SPARK_DRIVER_MEMORY"""
    (tmp_path / "spark-defaults.conf").write_text("spark.driver.memory  3g\n", "utf-8")
    assert session.driver_memory({"SPARK_CONF_DIR": str(tmp_path)}) is None
    assert session.driver_memory({"SPARK_DRIVER_MEMORY": "3g"}) is None
    assert (
        session.driver_memory({"PYSPARK_SUBMIT_ARGS": "--driver-memory 3g pyspark-shell"}) is None
    )


def test_java_out_of_memory_says_what_to_do() -> None:
    """java.lang.OutOfMemoryError: Java heap space, of the driver"""
    for text in ("java.lang.OutOfMemoryError: Java heap space", "GC overhead limit exceeded"):
        assert "LEADLIGHT_MEMORY=4GB" in sentence("qualify", RuntimeError(text))
